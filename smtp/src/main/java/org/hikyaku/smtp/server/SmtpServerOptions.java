package org.hikyaku.smtp.server;

/**
 * What one open port speaks.
 *
 * @param hostName the name in the greeting and in the answer to EHLO
 * @param implicitTls true when TLS begins with the connection (port 465, RFC 8314), false for STARTTLS
 */
public record SmtpServerOptions(String hostName, boolean implicitTls, ServerLimits limits, ServerTimes times) {

    /** STARTTLS, with the usual limits. */
    public static SmtpServerOptions of(String hostName) {
        return new SmtpServerOptions(hostName, false, ServerLimits.defaults(), ServerTimes.defaults());
    }

    public SmtpServerOptions withImplicitTls() {
        return new SmtpServerOptions(hostName, true, limits, times);
    }

    public SmtpServerOptions withLimits(ServerLimits other) {
        return new SmtpServerOptions(hostName, implicitTls, other, times);
    }

    public SmtpServerOptions withTimes(ServerTimes other) {
        return new SmtpServerOptions(hostName, implicitTls, limits, other);
    }
}
