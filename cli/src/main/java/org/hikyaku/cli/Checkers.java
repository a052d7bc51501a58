package org.hikyaku.cli;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.DomainChecker;
import org.hikyaku.check.Grading;
import org.hikyaku.check.ServerProbe;
import org.hikyaku.check.SmtpDialer;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.dns.Lookup;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsStore;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.tls.probe.TlsProber;

/**
 * Puts a domain checker together.
 *
 * @param clock the time to judge by
 * @param random for TLS
 * @param timeout longest wait for one answer of one server
 * @param ehloName how to introduce ourselves
 */
record Checkers(InstantSource clock, SecureRandom random, Duration timeout, String ehloName) {

    /** A checker that reaches the network this way; policies are remembered for this run only. */
    DomainChecker over(NetworkAccess access, CheckOptions options) {
        return over(access, options, Optional.empty());
    }

    /** @param profile by whose lists to grade; the servers are probed for it */
    DomainChecker over(NetworkAccess access, CheckOptions options, Optional<Profile> profile) {
        Lookup lookup = access.lookup(timeout, clock);
        StsFetcher fetcher = access.fetcher(lookup, timeout, clock);
        SmtpClient client = new SmtpClient(
                access.network(),
                new TlsClient(TlsClientOptions.defaults(), random),
                new SmtpClientOptions(ehloName, timeout, greeting(), timeout));
        return new DomainChecker(
                lookup,
                new StsCache(lookup, fetcher, StsStore.inMemory(), clock),
                new SmtpDialer(client),
                access.authorities(),
                clock,
                options,
                profile.map(p -> new Grading(p, probe(access, p))));
    }

    private ServerProbe probe(NetworkAccess access, Profile profile) {
        ProbeOptions probing = ProbeOptions.defaults(ehloName)
                .answer(timeout)
                .asking(profile.suiteQuestions(), profile.groupQuestions());
        TlsProber prober = new TlsProber(access.network(), probing, random);
        return (address, sni) -> prober.probe(address, sni, Service.SMTP_STARTTLS, Depth.JUDGEMENT);
    }

    /** Many servers hold their greeting back for up to 20 s, to see whether a client talks too early. */
    private Duration greeting() {
        return timeout.plusSeconds(20);
    }
}
