package org.hikyaku.check;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Lab;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;

/** The checker of a lab's domains, as tests want it. */
public final class LabChecker {
    private LabChecker() {}

    public static DomainChecker of(Lab lab, CheckOptions options) {
        return of(lab, options, Optional.empty());
    }

    public static DomainChecker of(Lab lab, CheckOptions options, Optional<Grading> grading) {
        Lookup lookup =
                new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());
        StsFetcher fetcher = new StsFetcher(
                lab.network(), new ValidatedAddresses(lookup), lab.caAnchors(), lab.clock(), Duration.ofSeconds(20));
        TlsClient tls = new TlsClient(TlsClientOptions.defaults(), new SecureRandom());
        return new DomainChecker(
                lookup,
                new StsCache(lookup, fetcher, StsStore.inMemory(), lab.clock()),
                new SmtpDialer(new SmtpClient(lab.network(), tls, SmtpClientOptions.brisk("check.example"))),
                lab.caAnchors(),
                lab.clock(),
                options,
                grading);
    }
}
