package org.hikyaku.smtp.server;

import org.hikyaku.net.Limit;

/**
 * How much a client may ask for. Each has a name that is said when it is exceeded.
 *
 * @param commandLine bytes in a command line without its end; RFC 5321 wants 510 at least, extensions add to that, SASL has 12,288
 * @param textLine bytes in a line of a mail without its end; RFC 5321 section 4.5.3.1.6 has 998, the field exceeds it
 * @param messageSize bytes in a mail
 * @param recipients recipients of one mail; RFC 5321 section 4.5.3.1.8 wants 100 at least
 * @param mails mails in one session
 * @param commands commands between two mails that are taken
 * @param errors commands refused as wrong, in one session
 * @param connections sessions at one time
 * @param perAddress sessions at one time from one IPv4 address or one IPv6 network of 64 bits
 * @param handshakes TLS handshakes at one time: they are work for the processors, not waiting
 */
public record ServerLimits(
        Limit commandLine,
        Limit textLine,
        Limit messageSize,
        Limit recipients,
        Limit mails,
        Limit commands,
        Limit errors,
        Limit connections,
        Limit perAddress,
        Limit handshakes) {

    /** 2,048 bytes a command, 50 MiB a mail, 1,000 recipients, 1,000 mails and 20 errors a session, 20,000 sessions, 100 per address. */
    public static ServerLimits defaults() {
        return new ServerLimits(
                new Limit("bytes in a command line", 2048),
                new Limit("bytes in a line of the mail", 16_384),
                new Limit("bytes in a mail", 50L << 20),
                new Limit("recipients of one mail", 1000),
                new Limit("mails in one session", 1000),
                new Limit("commands between two mails", 2000),
                new Limit("errors in one session", 20),
                new Limit("sessions at one time", 20_000),
                new Limit("sessions at one time from one address", 100),
                new Limit(
                        "TLS handshakes at one time", 2L * Runtime.getRuntime().availableProcessors()));
    }

    public ServerLimits withMessageSize(long bytes) {
        return new ServerLimits(
                commandLine,
                textLine,
                new Limit(messageSize.name(), bytes),
                recipients,
                mails,
                commands,
                errors,
                connections,
                perAddress,
                handshakes);
    }

    public ServerLimits withRecipients(long count) {
        return new ServerLimits(
                commandLine,
                textLine,
                messageSize,
                new Limit(recipients.name(), count),
                mails,
                commands,
                errors,
                connections,
                perAddress,
                handshakes);
    }

    public ServerLimits withSession(long mostMails, long mostCommands, long mostErrors) {
        return new ServerLimits(
                commandLine,
                textLine,
                messageSize,
                recipients,
                new Limit(mails.name(), mostMails),
                new Limit(commands.name(), mostCommands),
                new Limit(errors.name(), mostErrors),
                connections,
                perAddress,
                handshakes);
    }

    public ServerLimits withConnections(long all, long fromOneAddress) {
        return new ServerLimits(
                commandLine,
                textLine,
                messageSize,
                recipients,
                mails,
                commands,
                errors,
                new Limit(connections.name(), all),
                new Limit(perAddress.name(), fromOneAddress),
                handshakes);
    }
}
