package org.hikyaku.check;

import java.util.List;
import org.hikyaku.check.auth.caa.CaaIssuers;

/**
 * How to check.
 *
 * @param port the port that mail goes to; part of the TLSA prefix (D8)
 * @param domainsAtOnce how many domains are looked at at the same time, at least 1
 * @param connectionsAtOnce how many SMTP connections may be open at the same time, at least 1
 * @param dkimSelectors whose DKIM keys are looked at; empty for common ones
 * @param issuers by which names certificate authorities go in CAA records
 */
public record CheckOptions(
        int port, int domainsAtOnce, int connectionsAtOnce, List<String> dkimSelectors, CaaIssuers issuers) {
    /** SMTP (RFC 5321 section 4.5.4.2). */
    public static final int SMTP_PORT = 25;

    public CheckOptions {
        dkimSelectors = List.copyOf(dkimSelectors);
        if (port < 1 || port > 65_535 || domainsAtOnce < 1 || connectionsAtOnce < 1) {
            throw new IllegalArgumentException("a port is 1 to 65535, and at least one thing happens at a time");
        }
    }

    public static CheckOptions defaults() {
        return new CheckOptions(SMTP_PORT, 32, 64, List.of(), CaaIssuers.builtIn());
    }

    public CheckOptions withPort(int other) {
        return new CheckOptions(other, domainsAtOnce, connectionsAtOnce, dkimSelectors, issuers);
    }

    public CheckOptions withDkimSelectors(List<String> selectors) {
        return new CheckOptions(port, domainsAtOnce, connectionsAtOnce, selectors, issuers);
    }

    public CheckOptions withIssuers(CaaIssuers others) {
        return new CheckOptions(port, domainsAtOnce, connectionsAtOnce, dkimSelectors, others);
    }
}
