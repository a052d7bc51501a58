package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.policy.TlsaMatch.Matched;
import org.hikyaku.policy.TlsaMatch.Miss;
import org.hikyaku.policy.TlsaMatch.None;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.SignatureVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;

/** D10 to D16, D25: certificate chains held against TLSA records. */
class TlsaMatcherRulesTest {
    private static final Certificates CERTIFICATES = new Certificates();
    private static final Credential SERVER = CERTIFICATES.server("mx.example");
    private static final Set<Name> NAMES = Set.of(Zone.name("mx.example"), Zone.name("dom.example"));

    /** The chains and certificates of the tables below. */
    private static final Map<String, List<Certificate>> CHAINS = chains();

    private static Map<String, List<Certificate>> chains() {
        Map<String, List<Certificate>> chains = new LinkedHashMap<>();
        chains.put("leaf+int", SERVER.chain());
        chains.put("leaf", Certificates.leafOnly(SERVER));
        chains.put("leaf+int+root", CERTIFICATES.withRoot(SERVER));
        chains.put("leaf+root", List.of(SERVER.certificate(), CERTIFICATES.root.certificate()));
        chains.put(
                "leaf+root+int",
                List.of(
                        SERVER.certificate(),
                        CERTIFICATES.root.certificate(),
                        CERTIFICATES.intermediate.certificate()));
        chains.put("self", CERTIFICATES.selfSigned("mx.example").chain());
        chains.put("expired", CERTIFICATES.expired("mx.example").chain());
        chains.put("future", CERTIFICATES.future("mx.example").chain());
        chains.put("othername", CERTIFICATES.server("other.invalid").chain());
        chains.put("nexthop", CERTIFICATES.server("dom.example").chain());
        chains.put("wildcard", CERTIFICATES.server("*.example").chain());
        chains.put("cn", CERTIFICATES.commonNameOnly("mx.example").chain());
        chains.put("none", List.of());
        return chains;
    }

    /** {@code 3 1 1 leaf}; {@code of} is a certificate of the chain, the root, or a foreign one. */
    private static TlsaRecord record(String text, List<Certificate> chain) {
        String[] words = text.split(" ");
        Certificate of = switch (words[3]) {
            case "leaf" -> chain.getFirst();
            case "int" -> CERTIFICATES.intermediate.certificate();
            case "root" -> CERTIFICATES.root.certificate();
            case "foreign" -> CERTIFICATES.foreignRoot.certificate();
            default -> throw new IllegalArgumentException(text);
        };
        int matchingType = Integer.parseInt(words[2]);
        TlsaRecord good =
                TlsaRecord.of(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Math.min(matchingType, 2), of);
        return new TlsaRecord(good.usage(), good.selector(), matchingType, good.data());
    }

    private static TlsaMatch match(String chain, String records) throws Exception {
        List<Certificate> sent = CHAINS.getOrDefault(chain, List.of());
        List<TlsaRecord> set = Arrays.stream(records.split(","))
                .map(String::strip)
                .map(r -> record(r, sent))
                .toList();
        return new TlsaMatcher(SignatureVerifier.best()).match(TlsaRrset.of(set), NAMES, sent, Observed.NOW);
    }

    private static String text(TlsaMatch match) {
        return switch (match) {
            case Matched m -> "match at " + m.depth();
            case None n -> n.misses().stream().map(Miss::reason).map(Enum::name).collect(Collectors.joining(" "));
        };
    }

    /** Whoever made the certificate chose its bytes, and sentences go to terminals and logs. */
    @Test
    void namesOfCertificatesAreWrittenOutWhereTheySteerATerminal() {
        assertThat(TlsaMatcher.namesOf(
                        CERTIFICATES.server("mx\u001b[2J.invalid").certificate()))
                .isEqualTo("mx\\u001b[2J.invalid");
        assertThat(TlsaMatcher.namesOf(
                        CERTIFICATES.commonNameOnly("mx\u009b2J\u202e.invalid").certificate()))
                .isEqualTo("mx\\u009b2J\\u202e.invalid");
    }

    @ParameterizedTest(name = "{0} against {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // D11: the leaf only; no name, no dates, no chain
                "leaf+int      | 3 1 1 leaf    | match at 0",
                "leaf+int      | 3 0 1 leaf    | match at 0",
                "leaf+int      | 3 1 2 leaf    | match at 0",
                "leaf+int      | 3 0 2 leaf    | match at 0",
                "leaf+int      | 3 1 0 leaf    | match at 0",
                "leaf+int      | 3 0 0 leaf    | match at 0",
                "leaf          | 3 1 1 leaf    | match at 0",
                "self          | 3 1 1 leaf    | match at 0",
                "expired       | 3 1 1 leaf    | match at 0",
                "future        | 3 1 1 leaf    | match at 0",
                "othername     | 3 1 1 leaf    | match at 0",
                "leaf+int      | 3 1 1 foreign | OTHER_CERTIFICATE",
                "leaf+int      | 3 1 1 int     | OTHER_CERTIFICATE",
                "leaf+int+root | 3 0 1 root    | OTHER_CERTIFICATE",
                // D12: the anchor may be an intermediate; public authorities are not asked
                "leaf+int      | 2 1 1 int     | match at 1",
                "leaf+int      | 2 0 1 int     | match at 1",
                "leaf+int      | 2 0 2 int     | match at 1",
                "leaf+int      | 2 0 0 int     | match at 1",
                "leaf+int      | 2 1 0 int     | match at 1",
                "leaf+int+root | 2 0 1 root    | match at 2",
                "leaf+int+root | 2 1 1 root    | match at 2",
                "leaf+root+int | 2 0 1 root    | match at 2",
                "leaf+root+int | 2 0 1 int     | match at 1",
                // D14: sent, or in full in DNS
                "leaf+int      | 2 0 1 root    | ANCHOR_NOT_SENT",
                "leaf+int      | 2 1 1 root    | ANCHOR_NOT_SENT",
                "leaf          | 2 1 1 int     | ANCHOR_NOT_SENT",
                "leaf+int      | 2 0 0 root    | match at 2",
                "leaf+int      | 2 1 0 root    | match at 2",
                "leaf          | 2 0 0 int     | match at 1",
                "leaf          | 2 1 0 int     | match at 1",
                // the anchor is there, the way to it is not
                "leaf+root     | 2 0 1 root    | NO_PATH",
                "leaf          | 2 0 0 root    | NO_PATH",
                "leaf          | 2 1 0 root    | NO_PATH",
                "leaf+int      | 2 0 0 foreign | NO_PATH",
                "leaf+int      | 2 1 0 foreign | NO_PATH",
                // usage 2 is not matched against the leaf itself
                "leaf+int      | 2 1 1 leaf    | ANCHOR_NOT_SENT",
                "self          | 2 1 1 leaf    | ANCHOR_NOT_SENT",
                // D12: dates and names count
                "expired       | 2 1 1 int     | EXPIRED",
                "future        | 2 1 1 int     | NOT_YET_VALID",
                "othername     | 2 1 1 int     | OTHER_NAME",
                // D15, D16
                "nexthop       | 2 1 1 int     | match at 1",
                "wildcard      | 2 1 1 int     | match at 1",
                "cn            | 2 1 1 int     | match at 1",
                // D13: any single match is enough
                "leaf+int      | 3 1 1 foreign, 3 1 1 leaf | match at 0",
                "leaf+int      | 3 1 1 foreign, 2 1 1 int  | match at 1",
                "leaf+int      | 2 1 1 foreign, 3 1 1 leaf | match at 0",
                "othername     | 2 1 1 int, 3 1 1 leaf     | match at 0",
                // D10, D25
                "leaf+int      | 1 1 1 leaf                | UNUSABLE",
                "leaf+int      | 3 1 7 leaf                | UNUSABLE",
                "leaf+int      | 0 0 1 root, 3 1 1 leaf    | match at 0",
                "leaf+int      | 3 1 1 leaf, 3 1 2 foreign | OUTDONE OTHER_CERTIFICATE",
                "leaf+int      | 3 1 1 foreign, 3 1 2 leaf | match at 0",
                "leaf+int      | 3 1 1 leaf, 3 0 2 foreign | match at 0",
                "leaf+int      | 3 1 0 leaf, 3 1 2 foreign | match at 0",
                "none          | 3 1 1 int                 | OTHER_CERTIFICATE",
                "none          | 2 1 1 int                 | OTHER_CERTIFICATE",
            })
    void table(String chain, String records, String expected) throws Exception {
        assertThat(text(match(chain, records))).isEqualTo(expected);
    }

    @Test
    void everyMissSaysWhyInASentence() throws Exception {
        None none = (None) match("othername", "1 1 1 leaf, 3 1 1 foreign, 2 0 1 root, 2 1 1 int");
        assertThat(none.misses())
                .extracting(Miss::sentence)
                .satisfiesExactly(
                        s -> assertThat(s).contains("usage 1 (PKIX-EE)").endsWith("(D10)."),
                        s -> assertThat(s)
                                .contains("of another key than the server's own, whose record would be 3 1 1 "),
                        s -> assertThat(s).contains("must send its trust anchor (D14)"),
                        s -> assertThat(s).contains("is for other.invalid and not for dom.example or mx.example"));
        assertThat(none.nearest().map(Miss::reason)).contains(TlsaMatch.Reason.OTHER_NAME);
    }
}
