package org.hikyaku.capture.talk;

import java.util.Optional;
import org.hikyaku.smtp.EhloReply;

/**
 * How a mail session began, as far as the judgement of its transport cares.
 *
 * @param clear what the server offered in clear; empty with implicit TLS, or when it was not captured
 * @param inside what it offered inside TLS; empty without TLS, or when that stayed dark
 * @param refusal the server's reply to STARTTLS when it refused
 */
public record SmtpOpening(Optional<EhloReply> clear, Optional<EhloReply> inside, Optional<String> refusal) {}
