/**
 * SMTP, the server's side (RFC 5321), as far as the protocol goes.
 *
 * <p>A client connects, is greeted, says EHLO and learns the extensions; it may ask for TLS (STARTTLS, RFC 3207), after which
 * everything begins anew, and log in (AUTH, RFC 4954). Then mails: MAIL names the sender, one RCPT each recipient, and the
 * content follows behind DATA, ended by a line with a lone dot, or in chunks of announced length (BDAT, RFC 3030). The server
 * answers each command with a code of three digits; {@code 250} behind the content means that it is responsible from now on.
 *
 * <p>{@link org.hikyaku.smtp.server.SmtpServer} takes connections in and bounds them; {@link
 * org.hikyaku.smtp.server.SmtpServerSession} runs one from top to bottom on its own virtual thread. What to do with a mail is
 * not known here: {@link org.hikyaku.smtp.server.MailPolicy} decides who may send what to whom, {@link
 * org.hikyaku.smtp.server.Logins} who a user is, {@link org.hikyaku.smtp.server.MailSink} keeps the content, and {@link
 * org.hikyaku.smtp.server.ServerEvents} is told what happened.
 *
 * <p>Lines end with CR LF and with nothing else (RFC 5321 section 2.3.8). Whoever reads a lone LF as a line's end may see the
 * end of a mail where the server before saw none, and take what follows for commands: SMTP smuggling.
 */
@NullMarked
package org.hikyaku.smtp.server;

import org.jspecify.annotations.NullMarked;
