/**
 * Content filters beside the relay, asked over the milter protocol (version 6, as Sendmail and Postfix speak it).
 *
 * <p>A mail server and a filter talk in packets: a length of four bytes, a letter, and what the letter stands for. The server tells the
 * filter of each step of a mail (who connects, HELO, MAIL, RCPT, DATA, each field of the header, the body in pieces, the end), and the
 * filter answers most of them: go on, take it without asking further, refuse it, drop it. At the end it may ask for changes before its
 * last answer: fields put in, changed or taken out, another body, other recipients, another sender.
 *
 * <p>Here a filter is asked when the whole content has come, before it is put into the queue: what a filter refuses is refused by SMTP,
 * and nobody gets a bounce. The content waits in memory, or past a limit in a file that has no name.
 */
@NullMarked
package org.hikyaku.relay.filter;

import org.jspecify.annotations.NullMarked;
