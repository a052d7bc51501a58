package org.hikyaku.smtp.server;

/**
 * What one open port speaks.
 *
 * @param hostName the name in the greeting and in the answer to EHLO
 * @param postmasterDomain whose Postmaster is meant where no domain is said (RFC 5321 section 4.5.1)
 * @param implicitTls true when TLS begins with the connection (port 465, RFC 8314), false for STARTTLS
 */
public record SmtpServerOptions(
        String hostName, String postmasterDomain, boolean implicitTls, ServerLimits limits, ServerTimes times) {

    /** STARTTLS, with the usual limits; Postmaster is that of the host. */
    public static SmtpServerOptions of(String hostName) {
        return new SmtpServerOptions(hostName, hostName, false, ServerLimits.defaults(), ServerTimes.defaults());
    }

    public SmtpServerOptions withPostmasterAt(String domain) {
        return new SmtpServerOptions(hostName, domain, implicitTls, limits, times);
    }

    public SmtpServerOptions withImplicitTls() {
        return new SmtpServerOptions(hostName, postmasterDomain, true, limits, times);
    }

    public SmtpServerOptions withLimits(ServerLimits other) {
        return new SmtpServerOptions(hostName, postmasterDomain, implicitTls, other, times);
    }

    public SmtpServerOptions withTimes(ServerTimes other) {
        return new SmtpServerOptions(hostName, postmasterDomain, implicitTls, limits, other);
    }
}
