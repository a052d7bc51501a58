package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.hikyaku.dns.Content;
import org.hikyaku.net.LimitExceededException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Compression;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSInput;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Tokenizer;
import org.xbill.DNS.Type;

/** D10, D25, D30, T3: reading TLSA records and sorting them out. */
class TlsaRecordTest {
    private static final String D256 = Observed.SHA256;
    private static final String D512 = Observed.SHA512;

    /** RFC 6698 section 2.3: the examples there, whose usages SMTP does not use. */
    @Test
    void rfc6698ExamplesAreRead() throws Exception {
        TlsaRecord first = TlsaRecord.parse("""
                _443._tcp.www.example.com. IN TLSA (
                   0 0 1 d2abde240d7cd3ee6b4b28c54df034b9
                         7983a1d16e8a410e4561cb106618e971 )
                """);
        assertThat(first.toString())
                .isEqualTo("0 0 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971");
        TlsaRecord second = TlsaRecord.parse("""
                _443._tcp.www.example.com. IN TLSA (
                   1 1 2 92003ba34942dc74152e2f2c408d29ec
                         a5a520e7f2e06bb944f4dca346baf63c
                         1b177615d466f6c4b71c216a50292bd5
                         8c9ebdd2f74e38fe51ffd48c43326cbc )
                """);
        assertThat(second.usage()).isEqualTo(1);
        assertThat(second.data()).hasSize(64);
    }

    @Test
    void theSameRecordFromTheWire() throws Exception {
        TLSARecord wire = (TLSARecord) Zone.rr("_25._tcp.mx.example", Type.TLSA, "3 1 1 " + D256);
        assertThat(TlsaRecord.of(wire)).isEqualTo(TlsaRecord.parse("3 1 1 " + D256.toUpperCase(java.util.Locale.ROOT)));
    }

    @Test
    void theNamesOfRfc7218AreTakenToo() throws Exception {
        assertThat(TlsaRecord.parse("DANE-EE SPKI SHA2-256 " + D256)).isEqualTo(TlsaRecord.parse("3 1 1 " + D256));
        assertThat(TlsaRecord.parse("dane-ta cert full 30")).isEqualTo(TlsaRecord.parse("2 0 0 30"));
    }

    @ParameterizedTest
    @CsvSource({
        "'',                        four fields",
        "3 1 1,                     four fields",
        "3 1,                       four fields",
        "3 1 1 abc,                 odd number",
        "3 1 1 zz,                  not hexadecimal",
        "256 1 1 ab,                The usage \"256\"",
        "-1 1 1 ab,                 The usage \"-1\"",
        "3 x 1 ab,                  The selector \"x\"",
        "3 1 1111111111111 ab,      The matching type",
        "example. IN TLSA 3 1,      four fields",
    })
    void badTextGetsASentence(String text, String part) {
        assertThatThrownBy(() -> TlsaRecord.parse(text))
                .isInstanceOf(TlsaFormatException.class)
                .hasMessageContaining(part);
    }

    @ParameterizedTest(name = "D10: {0} {1} {2} with {3} bytes: usable {4}")
    @CsvSource({
        "3, 1, 1, 32, true",
        "3, 0, 1, 32, true",
        "3, 1, 2, 64, true",
        "2, 0, 1, 32, true",
        "2, 1, 2, 64, true",
        "0, 0, 1, 32, false",
        "1, 1, 1, 32, false",
        "4, 1, 1, 32, false",
        "255, 1, 1, 32, false",
        "3, 2, 1, 32, false",
        "3, 255, 1, 32, false",
        "3, 1, 3, 32, false",
        "3, 1, 255, 32, false",
        "3, 1, 1, 31, false",
        "3, 1, 1, 33, false",
        "3, 1, 1, 64, false",
        "3, 1, 2, 32, false",
        "3, 1, 1, 0, false",
        "3, 1, 0, 0, false",
        "3, 0, 0, 40, false",
        "2, 1, 0, 40, false",
    })
    void usability(int usage, int selector, int matchingType, int length, boolean usable) {
        TlsaRecord record = new TlsaRecord(usage, selector, matchingType, new byte[length]);
        assertThat(record.usable()).isEqualTo(usable);
        assertThat(record.unusable().isEmpty()).isEqualTo(usable);
    }

    private static TlsaRrset rrset(String... records) throws Exception {
        return TlsaRrset.of(Arrays.stream(records)
                .map(r -> {
                    try {
                        return TlsaRecord.parse(r);
                    } catch (TlsaFormatException e) {
                        throw new IllegalArgumentException(e);
                    }
                })
                .toList());
    }

    private static List<String> briefs(List<TlsaRecord> records) {
        return records.stream().map(r -> r.toString().substring(0, 8)).toList();
    }

    @Test
    void d25OnlyTheStrongestDigestOfAUsageAndSelectorCounts() throws Exception {
        TlsaRrset set = rrset(
                "3 1 1 aa" + D256.substring(2),
                "3 1 2 bb" + D512.substring(2),
                "3 0 1 cc" + D256.substring(2),
                "2 1 1 dd" + D256.substring(2));
        assertThat(briefs(set.usable())).containsExactly("3 1 2 bb", "3 0 1 cc", "2 1 1 dd");
        assertThat(briefs(set.outdone())).containsExactly("3 1 1 aa");
    }

    @Test
    void d10AnUnusableSha512DoesNotSwitchOffAGoodSha256() throws Exception {
        TlsaRrset set = rrset("3 1 1 aa" + D256.substring(2), "3 1 2 bb");
        assertThat(briefs(set.usable())).containsExactly("3 1 1 aa");
        assertThat(briefs(set.unusable())).containsExactly("3 1 2 bb");
        assertThat(set.outdone()).isEmpty();
    }

    @Test
    void d30MoreThan64RecordsAreAnError() throws Exception {
        TlsaRecord record = TlsaRecord.parse("3 1 1 " + D256);
        assertThat(TlsaRrset.of(java.util.Collections.nCopies(64, record)).usable())
                .hasSize(64);
        assertThatThrownBy(() -> TlsaRrset.of(java.util.Collections.nCopies(65, record)))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("64 TLSA records of one host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3 1 1 00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff"})
    void t3ReportsHaveLowerCaseWithoutInnerSpaces(String text) throws Exception {
        assertThat(TlsaRecord.parse("3 1 1 00112233 44556677 8899AABB CCDDEEFF 00112233445566778899aabbccddeeff")
                        .toString())
                .isEqualTo(text.toLowerCase(java.util.Locale.ROOT));
    }

    /** D10: "truncated rdata" is unusable, and one good record among bad ones is enough. */
    @ParameterizedTest
    @ValueSource(strings = {"", "03", "0301", "030101"})
    void aRecordCutShortIsUnusableAndSpoilsNoOther(String octets) throws Exception {
        TlsaRecord good = TlsaRecord.parse("3 1 1 " + "ab".repeat(32));
        Record whole = new TLSARecord(Name.root, DClass.IN, 60, 3, 1, 1, good.data());
        TlsaRrset rrset =
                TlsaRrset.of(new Content.Records(List.of(), List.of(new Cut(octets), whole), Duration.ofSeconds(60)));
        assertThat(rrset.usable()).containsExactly(good);
        assertThat(rrset.unusable())
                .hasSize(1)
                .allSatisfy(r -> assertThat(r.unusable()).isPresent());
    }

    private static final class Cut extends Record {
        private static final long serialVersionUID = 1L;
        private final byte[] octets;

        Cut(String hex) {
            super(Name.root, Type.TLSA, DClass.IN, 60);
            octets = HexFormat.of().parseHex(hex);
        }

        @Override
        protected void rrToWire(DNSOutput out, Compression compression, boolean canonical) {
            out.writeByteArray(octets);
        }

        @Override
        protected String rrToString() {
            return "";
        }

        @Override
        protected void rrFromWire(DNSInput in) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void rdataFromString(Tokenizer text, Name origin) {
            throw new UnsupportedOperationException();
        }
    }
}
