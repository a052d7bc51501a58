package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.Network;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/** How often a check waits for the network: what does not hang on each other is asked side by side. */
class RoundTripsTest {
    private static final Duration EACH = Duration.ofMillis(60);

    private static final String CATALOGUE = """
            format: 1
            tlds:
              - {name: example, sign: ecdsa, denial: nsec}
            zones: []
            domains:
              - domain: busy.example
                about: Two MX hosts with two addresses each, DANE and MTA-STS.
                judgement: All is well.
                rules: []
                hosts:
                  - {name: mx1, addresses: [v4, v6], tlsa: [3 1 1 leaf]}
                  - {name: mx2, addresses: [v4, v6], tlsa: [3 1 1 leaf]}
                sts: {mode: enforce}
                expect: {}
            """;

    /**
     * With 50 ms each way a round trip takes 100 ms, and three seconds are 30 of them; what the processor does needs
     * some too. The chain: root keys, DS and keys of example, DS and keys of the domain beside its MX records, addresses, TLSA
     * records; then a mail session of connect, greeting, EHLO, STARTTLS, handshake (two flights), EHLO, QUIT.
     */
    @Test
    void aDomainOfFourAddressesTakesFewRoundTripsOneAfterTheOther() throws IOException {
        RoundTrips trips = new RoundTrips(EACH);
        try (Lab lab = Lab.start(LabOptions.defaults().withCatalogue(Catalogue.parse(CATALOGUE)))) {
            Network network = trips.over(lab.network());
            Lookup lookup = new ValidatingResolver(
                    trips.over(lab.resolver()), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());
            StsFetcher fetcher = new StsFetcher(
                    network, new ValidatedAddresses(lookup), lab.caAnchors(), lab.clock(), Duration.ofSeconds(20));
            TlsClient tls = new TlsClient(TlsClientOptions.defaults(), new SecureRandom());
            DomainReport report = new DomainChecker(
                            lookup,
                            new StsCache(lookup, fetcher, StsStore.inMemory(), lab.clock()),
                            new SmtpDialer(new SmtpClient(network, tls, SmtpClientOptions.brisk("check.example"))),
                            lab.caAnchors(),
                            lab.clock(),
                            CheckOptions.defaults())
                    .check(List.of(Name.fromConstantString("busy.example.")))
                    .domains()
                    .getFirst();

            assertThat(report.evidence().hosts())
                    .hasSize(2)
                    .allSatisfy(h -> assertThat(h.addresses()).hasSize(2));
            assertThat(trips.critical()).as("one after the other").hasSizeBetween(12, 24);
            assertThat(trips.count()).as("many are made side by side").isGreaterThan(40);
        }
    }
}
