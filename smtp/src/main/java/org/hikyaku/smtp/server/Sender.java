package org.hikyaku.smtp.server;

import java.util.Optional;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;

/**
 * What MAIL said.
 *
 * @param address empty for the null reverse-path {@code <>}
 * @param size how many bytes the content has, as the client says (RFC 1870); 0 when it does not
 * @param body what the content is
 * @param smtpUtf8 whether addresses and header may have letters beyond ASCII (RFC 6531)
 * @param returned RET (RFC 3461 section 4.3)
 * @param id ENVID (RFC 3461 section 4.4), with nothing encoded in it
 * @param requireTls REQUIRETLS (RFC 8689)
 */
public record Sender(
        Optional<Mailbox> address,
        long size,
        Body body,
        boolean smtpUtf8,
        Optional<Envelope.Returned> returned,
        Optional<String> id,
        boolean requireTls) {

    @Override
    public String toString() {
        return "<" + address.map(Mailbox::toString).orElse("") + ">";
    }
}
