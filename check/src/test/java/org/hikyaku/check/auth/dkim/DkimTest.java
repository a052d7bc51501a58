package org.hikyaku.check.auth.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.hikyaku.check.auth.MapAsker;
import org.hikyaku.check.auth.dkim.DkimKey.Kind;
import org.hikyaku.check.auth.dkim.DkimReport.Outcome;
import org.hikyaku.check.auth.dkim.DkimReport.Presence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DKIM keys by RFC 6376 and RFC 8463, and their presence. */
class DkimTest {
    /** RFC 6376 appendix C. */
    private static final String RFC_6376 = "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ"
            + "KBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt"
            + "IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v"
            + "/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi"
            + "tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

    /** RFC 8463 appendix A.2. */
    private static final String RFC_8463 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    private final MapAsker dns = new MapAsker();

    @Test
    void theKeyOfRfc6376IsOf1024Bits() {
        DkimKey key = DkimKeyParser.parse(RFC_6376);

        assertThat(key.faults()).isEmpty();
        assertThat(key.kind()).isEqualTo(Kind.RSA);
        assertThat(key.bits()).isEqualTo(1024);
        assertThat(key.allowsSha256()).isTrue();
    }

    @Test
    void theKeyOfRfc8463IsEd25519() {
        DkimKey key = DkimKeyParser.parse(RFC_8463);

        assertThat(key.faults()).isEmpty();
        assertThat(key.kind()).isEqualTo(Kind.ED25519);
        assertThat(key.bits()).isEqualTo(256);
    }

    /** RFC 6376 section 3.6.1 speaks of RSAPublicKey; its examples are SubjectPublicKeyInfo. Both are about. */
    @Test
    void aBareRsaPublicKeyIsReadToo() throws NoSuchAlgorithmException {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        byte[] info = keys.generateKeyPair().getPublic().getEncoded();
        byte[] bare = Arrays.copyOfRange(info, 24, info.length); // behind the identifier and the bit string's head

        assertThat(DkimKeyParser.parse("p=" + Base64.getEncoder().encodeToString(info))
                        .bits())
                .isEqualTo(2048);
        assertThat(DkimKeyParser.parse("p=" + Base64.getEncoder().encodeToString(bare))
                        .bits())
                .isEqualTo(2048);
    }

    @Test
    void whiteSpaceInTheKeyIsAllowed() {
        assertThat(DkimKeyParser.parse("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7h \t cvPapiMlrwIaaPcHURo=")
                        .bits())
                .isEqualTo(256);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=DKIM1; k=rsa | 15 | \"p\" with the key is missing",
                "v=DKIM2; p= | 3 | the version is \"DKIM1\"",
                "p=; v=DKIM1 | 5 | first tag",
                "v=DKIM1; p=*** | 12 | not allowed in the key",
                "v=DKIM1; p=MIGfMA0GC | 12 | no whole base64",
                "v=DKIM1; p=AAAA | 12 | no RSA public key",
                "v=DKIM1; k=ed25519; p=AAAA | 23 | 32 octets, bare, this one has 3",
                "v=DKIM1; p=; p= | 14 | second time",
                "v=DKIM1; nonsense; p= | 10 | has no \"=\""
            })
    void faultsHaveTheirPlace(String text, int position, String sentence) {
        assertThat(DkimKeyParser.parse(text).faults()).singleElement().satisfies(f -> {
            assertThat(f.position()).isEqualTo(position);
            assertThat(f.sentence()).contains(sentence);
        });
    }

    /** An Ed25519 key in SubjectPublicKeyInfo, as openssl writes it, is a common mistake (RFC 8463 section 4.2). */
    @Test
    void anEd25519KeyIsBare() {
        assertThat(DkimKeyParser.parse(
                                "v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
                        .faults())
                .singleElement()
                .satisfies(f -> assertThat(f.sentence()).contains("this one has 44"));
    }

    @Test
    void tagsAreRead() {
        DkimKey revoked = DkimKeyParser.parse("v=DKIM1; p=");
        DkimKey flags = DkimKeyParser.parse(RFC_8463 + "; t=y:s; h=sha1:sha256; s=email; n=a note");
        DkimKey weak = DkimKeyParser.parse(RFC_8463 + "; h=sha1; s=tlsrpt");

        assertThat(revoked.revoked()).isTrue();
        assertThat(revoked.faults()).isEmpty();
        assertThat(flags.testing()).isTrue();
        assertThat(flags.strict()).isTrue();
        assertThat(flags.allowsSha256()).isTrue();
        assertThat(flags.isForMail()).isTrue();
        assertThat(flags.notes()).isEmpty();
        assertThat(weak.allowsSha256()).isFalse();
        assertThat(weak.isForMail()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "k=dsa; p=AAAA | unknown; verifiers ignore the key",
                "p=; g=* | removed by RFC 6376",
                "p=; x=1 | unknown and is ignored",
                "p=; h=sha3 | The digest \"sha3\""
            })
    void whatIsAllowedAndOddIsNoted(String text, String note) {
        assertThat(DkimKeyParser.parse(text).notes())
                .singleElement()
                .satisfies(n -> assertThat(n).contains(note));
    }

    private DkimReport read(String... selectors) {
        return DkimReader.read(MapAsker.name("d.example"), List.of(selectors), DkimSelectors.common(), dns);
    }

    @Test
    void aKeyAtACommonSelectorIsFound() {
        dns.text("selector1._domainkey.d.example", RFC_8463);

        assertThat(read().presence()).isEqualTo(Presence.FOUND);
        assertThat(read().found())
                .singleElement()
                .satisfies(s -> assertThat(s.name()).isEqualTo("selector1"));
    }

    @Test
    void theSecondBatchIsTriedWhenTheFirstFindsNothing() {
        dns.text("zmail._domainkey.d.example", RFC_8463);

        assertThat(read().presence()).isEqualTo(Presence.FOUND);
    }

    /** RFC 8020: below a name that does not exist there is nothing, and nothing more is asked. */
    @Test
    void whereDomainkeyDoesNotExistThereIsNoKey() {
        dns.with("d.example A 192.0.2.1");

        assertThat(read().presence()).isEqualTo(Presence.NOT_THERE);
        assertThat(dns.asked()).hasSize(1);
    }

    @Test
    void aMissIsNotAnAbsence() {
        dns.text("x7f3a9._domainkey.d.example", RFC_8463);

        assertThat(read().presence()).isEqualTo(Presence.NOT_KNOWN);
    }

    @Test
    void aFailedLookupIsNeither() {
        dns.failing("_domainkey.d.example");

        assertThat(read().presence()).isEqualTo(Presence.FAILED);
    }

    @Test
    void givenSelectorsAloneAreLookedAtEvenWhereDomainkeyIsDenied() {
        dns.text("s2026a._domainkey.d.example", RFC_8463);
        DkimReport report = read("s2026a", "s2026b");

        assertThat(report.selectors()).hasSize(2);
        assertThat(report.selectors().getFirst().outcome()).isInstanceOf(Outcome.Found.class);
        assertThat(report.selectors().getLast().outcome()).isInstanceOf(Outcome.NotThere.class);
        assertThat(dns.asked()).hasSize(3);
    }

    @Test
    void aliasesAreFollowed() {
        dns.with("selector1._domainkey.d.example CNAME key.hoster.example.").text("key.hoster.example", RFC_8463);

        assertThat(read().presence()).isEqualTo(Presence.FOUND);
    }

    /** A wildcard TXT record answers for every selector. */
    @Test
    void textsThatAreNoKeysAtGuessedSelectorsDoNotCount() {
        for (String selector : DkimSelectors.common().batches().getFirst()) {
            dns.text(selector + "._domainkey.d.example", "v=spf1 -all");
        }

        assertThat(read().presence()).isEqualTo(Presence.NOT_KNOWN);
    }

    @Test
    void theListHasEachSelectorOnce() {
        List<String> all =
                DkimSelectors.common().batches().stream().flatMap(List::stream).toList();

        assertThat(all).hasSizeGreaterThan(20).doesNotHaveDuplicates().allMatch(s -> s.matches("[a-z0-9]+"));
        assertThat(DkimSelectors.common().batches()).hasSize(2);
    }
}
