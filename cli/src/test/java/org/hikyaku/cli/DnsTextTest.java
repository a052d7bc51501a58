package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.BogusReason;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.ExtendedError;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What people and programs read of an answer; the answers are made by hand. */
class DnsTextTest {
    private static final Instant NOW = Instant.parse("2026-11-22T01:00:00Z");
    private static final Name WWW = Name.fromConstantString("www.b\\252cher.example.");
    private static final Name ALIAS = Name.fromConstantString("alias.example.");
    private static final Name TARGET = Name.fromConstantString("target.example.");
    private static final Name EXAMPLE = Name.fromConstantString("example.");

    private static Proof.Signature signature(
            Name owner, int type, String from, String to, boolean valid, boolean skew) {
        return new Proof.Signature(owner, type, 13, 4711, Instant.parse(from), Instant.parse(to), valid, skew);
    }

    private static Proof.Link root() {
        return new Proof.Link(
                Name.root,
                Proof.Status.SECURE,
                new Proof.Delegation(Proof.Vouching.ANCHOR, List.of(new Proof.Ds(20326, 8, 2, true)), Optional.empty()),
                List.of(
                        new Proof.Key(20326, 8, 2048, true, true, false),
                        new Proof.Key(61050, 8, 2048, false, true, false)),
                List.of(signature(Name.root, Type.DNSKEY, "2026-11-10T00:00:00Z", "2026-12-02T03:00:00Z", true, false)),
                "");
    }

    private static Proof.Link example(Proof.Status status, Proof.Signature... signatures) {
        return new Proof.Link(
                EXAMPLE,
                status,
                new Proof.Delegation(Proof.Vouching.DS, List.of(new Proof.Ds(4711, 13, 2, true)), Optional.empty()),
                List.of(new Proof.Key(4711, 13, 256, true, true, false)),
                List.of(signatures),
                "");
    }

    private static String text(Answer answer, String... variables) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<String, String> environment = variables.length == 0 ? Map.of() : Map.of(variables[0], variables[1]);
        new DnsText(Terminal.of(out, new ByteArrayOutputStream(), environment), NOW).print(answer);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Answer.Secure secure() {
        CNAMERecord alias = new CNAMERecord(ALIAS, DClass.IN, 300, TARGET);
        AAAARecord address = new AAAARecord(TARGET, DClass.IN, 60, InetAddress.ofLiteral("2001:db8::1"));
        return new Answer.Secure(
                new Question(ALIAS, Type.AAAA),
                new Content.Records(List.of(alias), List.of(address), Duration.ofSeconds(60)),
                new Proof(
                        List.of(
                                root(),
                                example(
                                        Proof.Status.SECURE,
                                        signature(
                                                ALIAS,
                                                Type.CNAME,
                                                "2026-11-20T00:00:00Z",
                                                "2026-11-25T01:00:00Z",
                                                true,
                                                false))),
                        false));
    }

    @Test
    void aSecureAnswerShowsRecordsChainAndDaysLeft() {
        assertThat(text(secure())).isEqualTo("""
                alias.example AAAA   SECURE
                  alias.example.   300 IN CNAME target.example.
                  target.example.  60 IN AAAA 2001:db8::1

                  .                             trust anchor 20326 ok  secure
                  │  keys                       KSK 20326, ZSK 61050
                  │  DNSKEY                     signed by 13/4711      good for 10 d 2 h
                  └ example.                    DS 4711 ok             secure
                       CNAME of alias.example.  signed by 13/4711      good for 3 d 0 h

                  Valid until 2026-11-25 01:00:00 UTC (3 d 0 h), when the first signature of the chain ends.
                """);
    }

    @Test
    void coloursOnlyWhereTheLauncherSaysThatItIsATerminal() {
        assertThat(text(secure())).doesNotContain("\u001b");
        assertThat(text(secure(), "HIKYAKU_TERMINAL", "out")).contains("\u001b[32mSECURE\u001b[0m");
    }

    @Test
    void aBogusAnswerSaysWhichZoneBrokeWhyAndWhatMendsIt() {
        Answer bogus = new Answer.Bogus(
                new Question(EXAMPLE, Type.MX),
                new BogusReason(ExtendedError.SIGNATURE_EXPIRED, EXAMPLE, "It ended.", "Re-sign the zone."),
                new Proof(
                        List.of(
                                root(),
                                example(
                                        Proof.Status.BOGUS,
                                        signature(
                                                EXAMPLE,
                                                Type.MX,
                                                "2026-11-10T01:00:00Z",
                                                "2026-11-19T23:00:00Z",
                                                false,
                                                false))),
                        false));

        assertThat(text(bogus)).isEqualTo("""
                example MX   BOGUS   EDE 7 signature expired
                  It ended.
                  Mend: Re-sign the zone.

                  .           trust anchor 20326 ok  secure
                  │  keys     KSK 20326, ZSK 61050
                  │  DNSKEY   signed by 13/4711      good for 10 d 2 h
                  └ example.  DS 4711 ok             bogus   <- here
                       MX     signed by 13/4711      EXPIRED 2 d 2 h ago

                """);
        assertThat(DnsCommand.exitCode(bogus)).isEqualTo(ExitCode.FINDINGS);
    }

    @Test
    void anInsecureAnswerSaysWhereTrustEndsAndByWhatProof() {
        Answer insecure = new Answer.Insecure(
                new Question(EXAMPLE, Type.MX),
                new Content.NoData(List.of(), Duration.ofSeconds(60)),
                new Proof(
                        List.of(
                                root(),
                                new Proof.Link(
                                        EXAMPLE,
                                        Proof.Status.INSECURE,
                                        new Proof.Delegation(Proof.Vouching.NO_DS_BY_NSEC3),
                                        List.of(),
                                        List.of(),
                                        "")),
                        false));

        assertThat(text(insecure))
                .startsWith("example MX   INSECURE   no records of this type (NODATA)\n")
                .contains("The parent of example proves by NSEC3 that it has no DS record")
                .contains("└ example.  no DS, proved by NSEC3  insecure");
        assertThat(DnsCommand.exitCode(insecure)).isEqualTo(ExitCode.OK);
    }

    @Test
    void thanksToSkewIsSaidPlainly() {
        Proof.Signature late = signature(ALIAS, Type.CNAME, "2026-11-12T00:00:00Z", "2026-11-22T00:00:00Z", true, true);
        Answer answer = new Answer.Secure(
                new Question(ALIAS, Type.CNAME),
                new Content.NxDomain(List.of(), Duration.ofSeconds(60)),
                new Proof(List.of(root(), example(Proof.Status.SECURE, late)), true));

        assertThat(text(answer).replaceAll("\\s+", " "))
                .contains(
                        "Accepted only thanks to the clock-skew tolerance: the signature of alias.example. CNAME by key"
                                + " 13/4711 ended at 2026-11-22 00:00:00 UTC, 1 h 0 min ago.")
                .contains("EXPIRED 1 h 0 min ago, accepted thanks to clock skew");
    }

    @Test
    void aSignatureThatBeginsLaterIsAMatterOfClocks() {
        Proof.Signature early =
                signature(ALIAS, Type.CNAME, "2026-11-22T02:00:00Z", "2026-12-02T02:00:00Z", true, true);
        Answer answer = new Answer.Secure(
                new Question(ALIAS, Type.CNAME),
                new Content.NxDomain(List.of(), Duration.ofSeconds(60)),
                new Proof(List.of(root(), example(Proof.Status.SECURE, early)), true));

        assertThat(text(answer).replaceAll("\\s+", " "))
                .contains("begins at 2026-11-22 02:00:00 UTC, in 1 h 0 min.")
                .contains("Check the clock of this machine and of the machine that signs the zone.")
                .doesNotContain("Re-sign");
    }

    @Test
    void notKnowingIsNeverAStatusOfTheDomain() {
        Answer failed =
                new Answer.Failed(new Question(EXAMPLE, Type.MX), new Failure(Failure.Kind.TIMEOUT, "No answer came."));

        assertThat(text(failed))
                .startsWith("example MX   COULD NOT FIND OUT   no answer in time\n  No answer came.\n")
                .contains("This says nothing about the name.")
                .doesNotContain("BOGUS", "INSECURE");
        assertThat(DnsCommand.exitCode(failed)).isEqualTo(ExitCode.UNKNOWN);
    }

    @Test
    void bytesThatCouldTrickATerminalAreEscaped() {
        Answer failed = new Answer.Failed(
                new Question(Name.fromConstantString("a\\027[31m.example."), Type.MX),
                new Failure(Failure.Kind.TIMEOUT, "x"));

        assertThat(text(failed)).startsWith("a\\027[31m.example MX").doesNotContain("\u001b");
        assertThat(text(new Answer.Failed(new Question(WWW, Type.MX), new Failure(Failure.Kind.TIMEOUT, "x"))))
                .startsWith("www.b\\252cher.example MX");
    }

    @Test
    void jsonSaysTheSame() {
        JsonNode json =
                JsonMapper.shared().readTree(DnsJson.document(secure(), NOW).toString());

        assertThat(json.get("schema").asString()).isEqualTo("hikyaku.dns/1");
        assertThat(json.get("status").asString()).isEqualTo("secure");
        assertThat(json.get("at").asString()).isEqualTo("2026-11-22T01:00:00Z");
        assertThat(json.get("validUntil").asString()).isEqualTo("2026-11-25T01:00:00Z");
        assertThat(json.at("/answer/aliases/0/rdata").asString()).isEqualTo("target.example.");
        assertThat(json.at("/answer/records/0/rdata").asString()).isEqualTo("2001:db8::1");
        assertThat(json.at("/answer/canonicalName").asString()).isEqualTo("target.example.");
        assertThat(json.at("/chain/0/delegation/by").asString()).isEqualTo("anchor");
        assertThat(json.at("/chain/1/signatures/0/expiration").asString()).isEqualTo("2026-11-25T01:00:00Z");
        assertThat(json.at("/chain/1/keys/0/keyTag").asInt()).isEqualTo(4711);
    }
}
