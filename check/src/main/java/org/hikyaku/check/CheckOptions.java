package org.hikyaku.check;

/**
 * How to check.
 *
 * @param port the port that mail goes to; part of the TLSA prefix (D8)
 * @param domainsAtOnce how many domains are looked at at the same time, at least 1
 * @param connectionsAtOnce how many SMTP connections may be open at the same time, at least 1
 */
public record CheckOptions(int port, int domainsAtOnce, int connectionsAtOnce) {
    /** SMTP (RFC 5321 section 4.5.4.2). */
    public static final int SMTP_PORT = 25;

    public CheckOptions {
        if (port < 1 || port > 65_535 || domainsAtOnce < 1 || connectionsAtOnce < 1) {
            throw new IllegalArgumentException("a port is 1 to 65535, and at least one thing happens at a time");
        }
    }

    public static CheckOptions defaults() {
        return new CheckOptions(SMTP_PORT, 32, 64);
    }

    public CheckOptions withPort(int other) {
        return new CheckOptions(other, domainsAtOnce, connectionsAtOnce);
    }
}
