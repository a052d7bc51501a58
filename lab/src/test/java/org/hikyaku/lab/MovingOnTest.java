package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Domains that change when the lab moves on. */
class MovingOnTest {
    private static final Duration TTL = Duration.ofSeconds(5);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));

    private static String told(Lookup dns, String name, int type) {
        Answer answer = dns.lookup(Name.fromConstantString(name), type);
        assertThat(answer).isInstanceOf(Answer.Secure.class);
        return String.join(
                " ",
                ((Answer.Secure) answer)
                        .content().recordsOrNone().stream()
                                .map(Record::rdataToString)
                                .toList());
    }

    @Test
    void whatChangesIsOtherwiseWhenTheTtlIsOverAndSignedAsWell() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults().withClock(now::get))) {
            Lookup dns =
                    new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), now::get);
            String id = told(dns, "_mta-sts.later-id-blocked.example.", Type.TXT);
            String gone = told(dns, "_mta-sts.later-record-gone.example.", Type.TXT);
            String key = told(dns, "_25._tcp.mx.later-key.example.", Type.TLSA);
            String address = told(dns, "mx.later-key.example.", Type.A);

            lab.moveOn();
            assertThat(told(dns, "_mta-sts.later-id-blocked.example.", Type.TXT))
                    .isEqualTo(id);

            now.updateAndGet(t -> t.plus(TTL));
            assertThat(id).contains("id=20261122000000");
            assertThat(told(dns, "_mta-sts.later-id-blocked.example.", Type.TXT))
                    .contains("id=20261123000000");
            assertThat(gone).contains("STSv1");
            assertThat(told(dns, "_mta-sts.later-record-gone.example.", Type.TXT))
                    .isEmpty();
            assertThat(told(dns, "_25._tcp.mx.later-key.example.", Type.TLSA))
                    .startsWith("3 1 1")
                    .isNotEqualTo(key);
            assertThat(told(dns, "mx.later-key.example.", Type.A)).isEqualTo(address);

            lab.startOver();
            now.updateAndGet(t -> t.plus(Duration.ofMinutes(6)));
            assertThat(told(dns, "_mta-sts.later-id-blocked.example.", Type.TXT))
                    .isEqualTo(id);
            assertThat(told(dns, "_25._tcp.mx.later-key.example.", Type.TLSA)).isEqualTo(key);
        }
    }

    @Test
    void laterZonesAreWholeAsWell() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults().withClock(now::get))) {
            long before = lab.zoneFiles().size();
            lab.moveOn();

            assertThat(lab.zoneFiles()).hasSize((int) before);
            assertThat(lab.zoneFile(Name.fromConstantString("later-id-blocked.example."))
                            .text())
                    .contains("id=20261123000000")
                    .contains("RRSIG");
        }
    }

    @Test
    void aDomainThatChangesKeepsItsAddresses() {
        String yaml = """
                format: 1
                tlds: [{name: example}]
                domains:
                  - domain: a.example
                    about: x
                    judgement: x
                    hosts: [{name: mx}]
                    expect: {hosts: {mx: {requirement: opportunistic, verdict: clear}}}
                    later: {hosts: [{name: other}], mail: waits, judgement: x}
                """;

        assertThatThrownBy(() -> Lab.start(LabOptions.defaults().withCatalogue(Catalogue.parse(yaml))))
                .isInstanceOf(CatalogueException.class)
                .hasMessage("other.a.example. has no address before the lab moves on, and so gets none later");
    }

    @Test
    void aKeyThatNobodyReadsIsAnErrorThereToo() {
        String yaml = """
                format: 1
                tlds: [{name: example}]
                domains:
                  - domain: a.example
                    about: x
                    judgement: x
                    hosts: [{name: mx}]
                    expect: {hosts: {mx: {requirement: opportunistic, verdict: clear}}}
                    later: {host: [], mail: waits, judgement: x}
                """;

        assertThatThrownBy(() -> Catalogue.parse(yaml))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("a.example, later: unknown key [host]");
    }
}
