package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;

class TrustAnchorsTest {
    // IANA's KSK-2017, as in RFC 7958 and every resolver's own anchor file
    private static final String KSK_2017 =
            ". IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN"
                    + "7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8"
                    + "efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLY"
                    + "A4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=";

    @Test
    void builtInAnchorsAreThoseOfIana() throws BadTrustAnchorException {
        assertThat(TrustAnchors.builtIn().of(Name.root))
                .extracting(DSRecord::getFootprint)
                .containsExactly(20326, 38696);
        assertThat(TrustAnchors.ofText(KSK_2017, "test").of(Name.root).getFirst())
                .isEqualTo(TrustAnchors.builtIn().of(Name.root).getFirst());
    }

    @Test
    void filesOfDsAndDnskeyLines(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("root.ds");
        Files.writeString(file, """
                ; two zones
                . 86400 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237 C7F8EC8D

                example. DS 55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17 # comment
                """);
        TrustAnchors anchors = TrustAnchors.ofFile(file);
        assertThat(anchors.of(Name.root)).hasSize(1);
        assertThat(anchors.nearest(Name.fromConstantString("www.example.")))
                .contains(Name.fromConstantString("example."));
        assertThat(anchors.nearest(Name.fromConstantString("other."))).contains(Name.root);
        assertThatThrownBy(() -> TrustAnchors.ofFile(folder.resolve("none")))
                .isInstanceOf(BadTrustAnchorException.class)
                .hasMessageContaining("There is no file");
        Files.write(file, new byte[] {(byte) 0xFF, 0, 1});
        assertThatThrownBy(() -> TrustAnchors.ofFile(file)).hasMessageContaining("not a text file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            . IN A 192.0.2.1 | t, line 2: expected the type DS or DNSKEY, found "A"
            . IN DS 20326 8 2 E06D | t, line 2: the DS record cannot be read: <none>:1: Expected 32 bytes for SHA-256
            . IN DS 20326 8 9 E06D | t, line 2: digest type 9 is not known
            . IN DS x 8 2 E06D | t, line 2: the DS record cannot be read
            . IN DNSKEY 0 3 8 AwEAAaz/tAm8 | t, line 2: the DNSKEY has flags 0, without the zone key bit
            . IN DNSKEY 257 3 8 ??? | t, line 2: the DNSKEY holds no key
            . | t, line 2: expected a DS or DNSKEY record, found "."
            a..b DS 1 8 2 00 | t, line 2: "a..b" is not a domain name
            ; nothing | t holds no record
            """)
    void sentencesForMistakes(String line, String sentence) {
        assertThatThrownBy(() -> TrustAnchors.ofText("; first line\n" + line, "t"))
                .isInstanceOf(BadTrustAnchorException.class)
                .hasMessageStartingWith(sentence);
    }

    /** Such a zone would count as unsigned, and nobody would notice. */
    @Test
    void anchorsOfUnsupportedAlgorithmsOnlyAreRefused() throws BadTrustAnchorException {
        String digest = "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D";
        String gost = ". IN DS 20326 12 2 " + digest + "\n. IN DS 20327 253 2 " + digest + "\n";
        String supported = ". IN DS 20326 8 2 " + digest + "\n";
        String below = "example. IN DS 1 12 2 " + digest + "\n";

        assertThatThrownBy(() -> TrustAnchors.ofText(gost, "t"))
                .isInstanceOf(BadTrustAnchorException.class)
                .hasMessageStartingWith("t has no usable trust anchor for the zone .: its keys are of algorithms that"
                        + " are not supported, ")
                .hasMessageContaining("(12)")
                .hasMessageContaining("(253)");
        assertThatThrownBy(() -> TrustAnchors.ofText(supported + below, "t"))
                .hasMessageContaining("for the zone example.:");
        assertThatThrownBy(() -> TrustAnchors.ofText(". IN DNSKEY 257 3 12 AwEAAaz/tAm8", "t"))
                .hasMessageContaining("not supported");
        assertThat(TrustAnchors.ofText(gost + supported, "t").of(Name.root)).hasSize(3);
    }
}
