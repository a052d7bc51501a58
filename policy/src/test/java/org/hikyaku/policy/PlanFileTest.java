package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;

class PlanFileTest {
    private static final String KEY = "00".repeat(31) + "7f";

    /** Written by hand from docs/schema/plans-1.json. */
    private static final String FILE = """
            {"schema": "hikyaku.plans/1", "at": "2026-11-22T01:04:00Z", "plans": [
              {"domain": "example.jp.", "host": "mx1.example.jp.", "preference": 10,
               "addresses": ["192.0.2.25", "2001:db8::25"], "port": 25, "sni": "mx1.example.jp.", "demand": "ordinary",
               "why": "Signed.",
               "requirement": {"kind": "dane", "base": "mx1.example.jp.", "secureMx": true,
                 "names": ["mx1.example.jp.", "example.jp."],
                 "tlsa": [{"usage": 3, "selector": 1, "matchingType": 1, "data": "KEY"},
                          {"usage": 1, "selector": 1, "matchingType": 1, "data": ""}]}},
              {"domain": "example.org.", "host": "mx.example.org.", "preference": 0, "addresses": [], "port": 2525,
               "sni": "mx.example.org.", "demand": "require-tls", "why": "Testing.",
               "requirement": {"kind": "opportunistic"},
               "testing": ["version: STSv1", "mode: testing", "mx: *.example.org", "max_age: 86400"]}
            ]}
            """.replace("KEY", KEY);

    @Test
    void aFileWrittenByHandIsRead() throws Exception {
        PlanFile file = PlanFile.parse(FILE);

        assertThat(file.at()).isEqualTo(Instant.parse("2026-11-22T01:04:00Z"));
        assertThat(file.entries()).hasSize(2);
        PlanFile.Entry first = file.entries().getFirst();
        assertThat(first.domain()).isEqualTo(name("example.jp."));
        assertThat(first.addresses())
                .containsExactly(InetAddress.ofLiteral("192.0.2.25"), InetAddress.ofLiteral("2001:db8::25"));
        TlsaRecord usable = new TlsaRecord(3, 1, 1, HexFormat.of().parseHex(KEY));
        TlsaRecord unusable = new TlsaRecord(1, 1, 1, new byte[0]);
        assertThat(first.plan())
                .isEqualTo(new DeliveryPlan(
                        name("mx1.example.jp."),
                        25,
                        new Requirement.Dane(
                                name("mx1.example.jp."),
                                new TlsaRrset(List.of(usable, unusable), List.of(usable), List.of(), List.of(unusable)),
                                Set.of(name("mx1.example.jp."), name("example.jp.")),
                                true),
                        Optional.empty(),
                        name("mx1.example.jp."),
                        Demand.ORDINARY,
                        "Signed."));
        DeliveryPlan second = file.entries().getLast().plan();
        assertThat(second.testing()).hasValueSatisfying(p -> {
            assertThat(p.mode()).isEqualTo(StsPolicy.Mode.TESTING);
            assertThat(p.mx()).containsExactly(new MxPattern(true, name("example.org.")));
            assertThat(p.maxAge()).isEqualTo(Duration.ofDays(1));
        });
        assertThat(second.demand()).isEqualTo(Demand.REQUIRE_TLS);
    }

    @Test
    void plansAreFoundByAddressAndPort() throws Exception {
        PlanFile file = PlanFile.parse(FILE);

        assertThat(file.at(InetAddress.ofLiteral("192.0.2.25"), 25))
                .containsExactly(file.entries().getFirst());
        assertThat(file.at(InetAddress.ofLiteral("192.0.2.25"), 465)).isEmpty();
        assertThat(file.at(InetAddress.ofLiteral("192.0.2.26"), 25)).isEmpty();
    }

    /** What is replaced by what, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hikyaku.plans/1 | hikyaku.plans/2 | its schema is \"hikyaku.plans/2\" and not \"hikyaku.plans/1\"",
                "\"schema\": | \"scheme\": | schema is missing",
                "2026-11-22T01:04:00Z | yesterday | at is no time such as",
                "\"plans\": [ | \"plans\": [7, | plans[0] is no JSON object",
                "\"host\": \"mx1.example.jp.\" | \"host\": 7 | plans[0].host is no text",
                "\"host\": \"mx1.example.jp.\" | \"host\": \"mx1..jp.\" | plans[0].host has \"mx1..jp.\", which is no domain name",
                "\"192.0.2.25\" | \"mx1\" | plans[0].addresses has \"mx1\", which is no IP address",
                "\"192.0.2.25\" | 25 | plans[0].addresses[0] is no text",
                "\"port\": 25, | \"port\": 0, | plans[0].port is no number from 1 to 65535",
                "\"port\": 25, | \"port\": 25.5, | plans[0].port is no number from 1 to 65535",
                "\"usage\": 3 | \"usage\": 256 | plans[0].requirement.tlsa[0].usage is no number from 0 to 255",
                "\"usage\": 3 | \"usage\": 0 | plans[0].requirement.tlsa has no usable record",
                "7f\"} | 7\"} | plans[0].requirement.tlsa[0].data is not hexadecimal",
                "\"secureMx\": true | \"secureMx\": 1 | plans[0].requirement.secureMx is neither true nor false",
                "\"kind\": \"dane\" | \"kind\": \"magic\" | plans[0].requirement.kind is \"magic\", which is not known here",
                "\"demand\": \"ordinary\" | \"demand\": \"none\" | plans[0].demand is \"none\" and not one of ordinary, require-tls",
                "mode: testing | mode: maybe | plans[1].testing is no MTA-STS policy:",
                "\"requirement\": {\"kind\": \"opportunistic\"} | \"requirement\": [] | plans[1].requirement is no JSON object",
                "]} | ] | it is no JSON:",
            })
    void damageIsRefusedWithItsPlace(String good, String bad, String sentence) {
        assertThat(FILE).contains(good);

        assertThatThrownBy(() -> PlanFile.parse(FILE.replaceFirst(
                        java.util.regex.Pattern.quote(good), java.util.regex.Matcher.quoteReplacement(bad))))
                .isInstanceOf(PlanFormatException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource({"'',it is no JSON", "[],it is no JSON object", "nonsense,it is no JSON", "null,it is no JSON object"})
    void whatIsNoFileOfPlansIsRefused(String text, String sentence) {
        assertThatThrownBy(() -> PlanFile.parse(text))
                .isInstanceOf(PlanFormatException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aFileOnDiskIsReadAndItsAbsenceIsAnIoError(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("plans.json"), FILE);

        assertThat(PlanFile.read(file)).isEqualTo(PlanFile.parse(FILE));
        assertThatThrownBy(() -> PlanFile.read(folder.resolve("none"))).isInstanceOf(IOException.class);
    }

    private static Name name(String text) {
        return Name.fromConstantString(text);
    }
}
