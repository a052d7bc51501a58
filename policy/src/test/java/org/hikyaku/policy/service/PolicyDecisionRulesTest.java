package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.policy.Observed.SHA256;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Failure;
import org.hikyaku.policy.Observed;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsProblem;
import org.hikyaku.policy.Zone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

/** The answer for a domain, case by case, from the rules and by hand. */
class PolicyDecisionRulesTest {

    /**
     * {@code hosts}: what each MX host has, best first. {@code dane}: a good secure TLSA RRset; {@code unusable}: one
     * without a usable record (D9); {@code none}: none; {@code other}: none, and the policy does not name the host;
     * {@code fails}: the TLSA look-up fails; {@code bogus}: the addresses are bogus; {@code absent}: no address.
     */
    @ParameterizedTest(name = "{0} MX, hosts {1}, policy {2}: {3} ({4})")
    @CsvSource({
        // no enforced policy: Postfix does DANE host by host, whatever the hosts are
        "secure,   dane,             absent,      dane,       S2",
        "secure,   none,             absent,      dane,       S2",
        "insecure, dane,             absent,      dane,       S2",
        "secure,   fails,            absent,      dane,       S2",
        "secure,   dane fails none,  absent,      dane,       S2",
        "secure,   dane none,        testing,     dane,       S12",
        "insecure, other,            testing,     dane,       S12",
        "secure,   none,             mode-none,   dane,       S13",
        "secure,   none,             unavailable, dane,       S17",
        "secure,   dane,             unavailable, dane,       S17",
        "secure,   none,             unknown,     dane,       S2",
        // an enforced one, and no host has DANE: the policy decides
        "secure,   none,             enforce,     secure,     S8",
        "secure,   none none,        enforce,     secure,     S8",
        "secure,   none other,       enforce,     secure,     S8",
        "secure,   other,            enforce,     secure,     S8",
        "secure,   none absent,      enforce,     secure,     S8",
        // or the MX RRset is insecure: the policy decides whatever the hosts have (S1, second half)
        "insecure, none,             enforce,     secure,     S8",
        "insecure, dane,             enforce,     secure,     S8",
        "insecure, dane none,        enforce,     secure,     S8",
        "insecure, fails,            enforce,     secure,     S8",
        "insecure, unusable,         enforce,     secure,     S8",
        // secure MX, every host has a secure TLSA RRset: DANE alone decides
        "secure,   dane,             enforce,     dane,       S1",
        "secure,   dane dane,        enforce,     dane,       S1",
        "secure,   dane absent,      enforce,     dane,       S1",
        "secure,   unusable,         enforce,     dane,       S1",
        "secure,   dane unusable,    enforce,     dane,       S1",
        // secure MX, only some have: those alone
        "secure,   dane none,        enforce,     dane-only,  S1",
        "secure,   none dane,        enforce,     dane-only,  S1",
        "secure,   dane other,       enforce,     dane-only,  S1",
        "secure,   dane unusable none, enforce,   dane-only,  S1",
        // D2: what is undecidable must not stop delivery by way of a host that has DANE in any case
        "secure,   dane fails,       enforce,     dane-only,  S1",
        "secure,   dane bogus,       enforce,     dane-only,  S1",
        // a host that could decide is undecidable: with DANE there the policy would not decide
        "secure,   fails,            enforce,     TEMP,       S1",
        "secure,   bogus,            enforce,     TEMP,       S1",
        "secure,   none fails,       enforce,     TEMP,       S1",
        "secure,   unusable fails,   enforce,     TEMP,       S1",
        // D9 beside a host without DANE: nothing could be matched, so nothing is rescued
        "secure,   unusable none,    enforce,     secure,     S8",
        // the MX set cannot be known (D1)
        "bogus,    dane,             absent,      TEMP,       D1",
        "bogus,    dane,             enforce,     TEMP,       D1",
        "fails,    dane,             absent,      TEMP,       D1",
        "stripped, dane,             enforce,     TEMP,       D1",
        // no mail at all: Postfix finds that out itself, and an enforced policy binds whatever it finds
        "nxdomain, dane,             absent,      dane,       S2",
        "null,     dane,             absent,      dane,       S2",
        "null,     dane,             enforce,     secure,     S8",
        "secure,   absent,           enforce,     secure,     S8",
        // no MX: the domain itself is the host (D20)
        "implicit, dane,             enforce,     dane,       S1",
        "implicit, none,             enforce,     secure,     S8",
        "implicit, fails,            enforce,     TEMP,       S1",
    })
    void answer(String mx, String hosts, String policy, String word, String rule) {
        PolicyDecision decision = PolicyDecision.of(Observed.of(zone(mx, hosts.split(" ")), sts(policy)));
        assertThat(decision.answer().word()).isEqualTo(word);
        assertThat(decision.answer().rule()).isEqualTo(rule);
        assertThat(decision.answer().why()).endsWith(".");
    }

    private static Zone zone(String mx, String... hosts) {
        Zone zone = new Zone();
        String[] records = new String[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            String name = mx.equals("implicit")
                    ? "dom.example"
                    : "mx" + i + (hosts[i].equals("other") ? ".other" : ".dom") + ".example";
            records[i] = (i + 1) * 10 + " " + name + ".";
            String tlsa = "_25._tcp." + name;
            switch (hosts[i]) {
                case "dane" -> zone.record(name, Type.A, "192.0.2.1").record(tlsa, Type.TLSA, "3 1 1 " + SHA256);
                case "unusable" -> zone.record(name, Type.A, "192.0.2.1").record(tlsa, Type.TLSA, "1 1 1 " + SHA256);
                case "none", "other" -> zone.record(name, Type.A, "192.0.2.1");
                case "fails" -> zone.record(name, Type.A, "192.0.2.1").failed(tlsa, Type.TLSA, Failure.Kind.SERVFAIL);
                case "bogus" -> zone.bogus(name, Type.A).bogus(name, Type.AAAA);
                case "absent" -> zone.nxdomain(name, Type.A).nxdomain(name, Type.AAAA);
                default -> throw new IllegalArgumentException(hosts[i]);
            }
        }
        return switch (mx) {
            case "secure" -> zone.record("dom.example", Type.MX, records);
            case "insecure" -> zone.insecure("dom.example", Type.MX, records);
            case "bogus" -> zone.bogus("dom.example", Type.MX);
            case "fails" -> zone.failed("dom.example", Type.MX, Failure.Kind.TIMEOUT);
            case "stripped" -> zone.failed("dom.example", Type.MX, Failure.Kind.DNSSEC_STRIPPED);
            case "nxdomain" -> zone.nxdomain("dom.example", Type.MX);
            case "null" -> zone.record("dom.example", Type.MX, "0 .");
            case "implicit" -> zone;
            default -> throw new IllegalArgumentException(mx);
        };
    }

    private static StsObservation sts(String policy) {
        return switch (policy) {
            case "absent" -> Observed.noPolicy();
            case "enforce" -> Observed.inForce(Observed.policy(StsPolicy.Mode.ENFORCE, "*.dom.example", "dom.example"));
            case "testing" -> Observed.inForce(Observed.policy(StsPolicy.Mode.TESTING, "*.dom.example"));
            case "mode-none" -> Observed.inForce(Observed.policy(StsPolicy.Mode.NONE));
            case "unavailable" ->
                new StsObservation.Unavailable(
                        Observed.txt(),
                        "id1",
                        new StsProblem(ResultType.STS_WEBPKI_INVALID, "The certificate is not good."),
                        Optional.empty());
            case "unknown" -> new StsObservation.Unknown(Observed.txtFailed(), "It timed out.");
            default -> throw new IllegalArgumentException(policy);
        };
    }

    private static String reply(String mx, String hosts, String policy, boolean tlsRpt) {
        return new String(
                SocketmapReply.of(
                        PolicyDecision.of(Observed.of(zone(mx, hosts.split(" ")), sts(policy)))
                                .answer(),
                        tlsRpt),
                StandardCharsets.US_ASCII);
    }

    /** S9: servername; in {@code match} a pattern {@code *.x} is {@code .x}. */
    @Test
    void enforcedPolicyInPostfixsWords() {
        assertThat(reply("secure", "none", "enforce", false))
                .isEqualTo("60:OK secure match=.dom.example:dom.example servername=hostname,");
    }

    /** Postfix 3.10: what its reports need, each line of the policy in braces. */
    @Test
    void enforcedPolicyWithAttributesForReports() {
        assertThat(reply("secure", "none", "enforce", true))
                .endsWith("OK secure match=.dom.example:dom.example servername=hostname policy_type=sts"
                        + " policy_domain=dom.example mx_host_pattern=*.dom.example mx_host_pattern=dom.example"
                        + " { policy_string = version: STSv1 } { policy_string = mode: enforce }"
                        + " { policy_string = mx: *.dom.example } { policy_string = mx: dom.example }"
                        + " { policy_string = max_age: 604800 },");
    }

    /** T5: where DANE decides, the policy is not counted. */
    @Test
    void noAttributesWhereDaneDecides() {
        assertThat(reply("secure", "dane", "enforce", true)).isEqualTo("7:OK dane,");
        assertThat(reply("secure", "dane none", "enforce", true)).isEqualTo("12:OK dane-only,");
        assertThat(reply("secure", "dane", "testing", true)).isEqualTo("7:OK dane,");
    }

    /** S17, T7: delivered as if there were no policy, and the failure reaches the report. */
    @Test
    void failedFetchReachesTheReport() {
        assertThat(reply("secure", "none", "unavailable", false)).isEqualTo("7:OK dane,");
        assertThat(reply("secure", "none", "unavailable", true))
                .isEqualTo("83:OK dane policy_type=sts policy_domain=dom.example policy_failure=sts-webpki-invalid,");
    }

    /**
     * S17: with {@code policy_failure} Postfix 3.10 and later takes every certificate of the session for bad, also one that TLSA
     * records match (must_fail in tls_client.c), and keeps the mail at the level that DANE gave it. So it is told only where no
     * host has DANE, whether the MX records are signed or not: Postfix looks for TLSA records under unsigned ones too.
     */
    @ParameterizedTest
    @CsvSource({
        "secure,   dane",
        "secure,   none dane",
        "secure,   unusable",
        "secure,   none fails",
        "secure,   none bogus",
        "insecure, none dane",
        "implicit, dane",
        "null,     none",
    })
    void failedFetchDoesNotStandInTheWayOfDane(String mx, String hosts) {
        assertThat(reply(mx, hosts, "unavailable", true)).isEqualTo("7:OK dane,");
    }

    @ParameterizedTest
    @CsvSource({"secure, none none", "secure, none absent", "insecure, none", "implicit, none"})
    void failedFetchReachesTheReportWhereNoHostHasDane(String mx, String hosts) {
        assertThat(reply(mx, hosts, "unavailable", true)).contains(" policy_failure=sts-webpki-invalid,");
    }

    /** Values with braces cannot be quoted: such a line is left out, the rest stays. */
    @Test
    void linesWithBracesAreLeftOut() throws Exception {
        StsPolicy policy = org.hikyaku.policy.StsPolicyParser.parse(
                        "version: STSv1\nmode: enforce\nmx: mx0.dom.example\nx: a } policy_type=none {\nmax_age: 86400\n"
                                .getBytes(StandardCharsets.UTF_8))
                .policy();
        PolicyAnswer.Secure secure = new PolicyAnswer.Secure(Zone.name("dom.example"), policy, "S8", "Because.");
        assertThat(PolicyText.withTlsRpt(secure, 100_000))
                .isEqualTo("secure match=mx0.dom.example servername=hostname policy_type=sts policy_domain=dom.example"
                        + " mx_host_pattern=mx0.dom.example { policy_string = version: STSv1 }"
                        + " { policy_string = mode: enforce } { policy_string = mx: mx0.dom.example }"
                        + " { policy_string = max_age: 86400 }");
    }

    /** A policy of 64 KiB still fits: first the lines go, then the patterns, all of them. */
    @Test
    void whatDoesNotFitIsLeftOutAsAWhole() {
        StsPolicy policy = Observed.policy(StsPolicy.Mode.ENFORCE, "mx1.dom.example", "*.dom.example");
        PolicyAnswer.Secure secure = new PolicyAnswer.Secure(Zone.name("dom.example"), policy, "S8", "Because.");
        String plain = "secure match=mx1.dom.example:.dom.example servername=hostname";
        String patterns = " policy_type=sts policy_domain=dom.example mx_host_pattern=mx1.dom.example"
                + " mx_host_pattern=*.dom.example";
        assertThat(PolicyText.withTlsRpt(secure, plain.length() + patterns.length()))
                .isEqualTo(plain + patterns);
        assertThat(PolicyText.withTlsRpt(secure, plain.length() + patterns.length() - 1))
                .isEqualTo(plain);
    }

    @Test
    void reasonsOfTempAreOneLineOfAscii() {
        assertThat(new String(SocketmapReply.temporary("bö\r\n9:NOTFOUND ,"), StandardCharsets.US_ASCII))
                .isEqualTo("21:TEMP b???9:NOTFOUND ,,");
    }

    @Test
    void everyHostIsExplained() {
        PolicyDecision decision =
                PolicyDecision.of(Observed.of(zone("secure", "dane", "none", "absent"), sts("enforce")));
        assertThat(decision.hosts())
                .extracting(h -> h.host().toString(true) + " " + h.role())
                .isEqualTo(List.of("mx0.dom.example DANE", "mx1.dom.example NO_DANE", "mx2.dom.example ABSENT"));
    }
}
