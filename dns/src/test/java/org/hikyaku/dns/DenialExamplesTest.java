package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.net.Deadline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/** The proofs of RFC 4035 appendix B, RFC 5155 appendix B, RFC 9824, and such as look like proofs. */
class DenialExamplesTest {
    private static final Name EXAMPLE = Name.fromConstantString("example.");
    private static final String PARAMETERS = " 1 1 12 aabbccdd ";

    /** The zone of RFC 5155 appendix A. */
    private static final String[] NSEC3 = {
        "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG",
        "2t7b4g4vsa5smi47k61mv5bv1a22bojr 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG",
        "2vptu5timamqttgl4luu9kg21e0aor3s 35mthgpgcu1qg68fab165klnsnk3dpvl MX RRSIG",
        "35mthgpgcu1qg68fab165klnsnk3dpvl b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG",
        "b4um86eghhds6nea196smvmlo4ors995 gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG",
        "gjeqe526plbf1g8mklp59enfd789njgi ji6neoaepv8b5o6k4ev33abha8ht9fgc HINFO A AAAA RRSIG",
        "ji6neoaepv8b5o6k4ev33abha8ht9fgc k8udemvp1j2f7eg6jebps17vp3n8i58h",
        "k8udemvp1j2f7eg6jebps17vp3n8i58h kohar7mbb8dc2ce8a9qvl8hon4k53uhi",
        "kohar7mbb8dc2ce8a9qvl8hon4k53uhi q04jkcevqvmu85r014c7dkba38o0ji5r A RRSIG",
        "q04jkcevqvmu85r014c7dkba38o0ji5r r53bq7cc2uvmubfu5ocmm6pers9tk9en A RRSIG",
        "r53bq7cc2uvmubfu5ocmm6pers9tk9en t644ebqk9bibcna874givr6joj62mlhv MX RRSIG",
        "t644ebqk9bibcna874givr6joj62mlhv 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom HINFO A AAAA RRSIG",
    };

    /** The zone of RFC 4035 appendix A. */
    private static final String[] NSEC = {
        "example. a.example. NS SOA MX RRSIG NSEC DNSKEY",
        "a.example. ai.example. NS DS RRSIG NSEC",
        "ai.example. b.example. A HINFO AAAA RRSIG NSEC",
        "b.example. ns1.example. NS RRSIG NSEC",
        "ns1.example. ns2.example. A RRSIG NSEC",
        "ns2.example. *.w.example. A RRSIG NSEC",
        "*.w.example. x.w.example. MX RRSIG NSEC",
        "x.w.example. x.y.w.example. MX RRSIG NSEC",
        "x.y.w.example. xx.example. MX RRSIG NSEC",
        "xx.example. example. A HINFO AAAA RRSIG NSEC",
    };

    @ParameterizedTest
    @CsvSource({
        "example., 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom",
        "a.example., 35mthgpgcu1qg68fab165klnsnk3dpvl",
        "ai.example., gjeqe526plbf1g8mklp59enfd789njgi",
        "ns1.example., 2t7b4g4vsa5smi47k61mv5bv1a22bojr",
        "ns2.example., q04jkcevqvmu85r014c7dkba38o0ji5r",
        "w.example., k8udemvp1j2f7eg6jebps17vp3n8i58h",
        "*.w.example., r53bq7cc2uvmubfu5ocmm6pers9tk9en",
        "X.W.Example., b4um86eghhds6nea196smvmlo4ors995",
        "y.w.example., ji6neoaepv8b5o6k4ev33abha8ht9fgc",
        "x.y.w.example., 2vptu5timamqttgl4luu9kg21e0aor3s",
        "xx.example., t644ebqk9bibcna874givr6joj62mlhv",
        "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example., kohar7mbb8dc2ce8a9qvl8hon4k53uhi",
    })
    void hashesOfRfc5155AppendixA(String name, String hash) {
        byte[] salt = {(byte) 0xaa, (byte) 0xbb, (byte) 0xcc, (byte) 0xdd};
        byte[] computed = Nsec3Denial.hash(Name.fromConstantString(name), 12, salt);
        assertThat(new base32(base32.Alphabet.BASE32HEX, false, true).toString(computed))
                .isEqualTo(hash);
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 5155 appendix B: section, name, type, response code, records, what they prove. All have opt-out set.
        "B.1, a.c.x.w.example., A, true, 0p9m b4um 35mt, OPT_OUT",
        "B.1 without the wildcard, a.c.x.w.example., A, true, 0p9m b4um, NOT_PROVED",
        "B.1 without the next closer, a.c.x.w.example., A, true, b4um 35mt, NOT_PROVED",
        "B.1 without the encloser, a.c.x.w.example., A, true, 0p9m 35mt, NOT_PROVED",
        "B.2, ns1.example., MX, false, 2t7b, NO_DATA",
        "B.2 but it is there, ns1.example., A, false, 2t7b, NOT_PROVED",
        "B.2.1, y.w.example., A, false, ji6n, NO_DATA",
        "B.3, mc.c.example., DS, false, 35mt 0p9m, OPT_OUT",
        "B.5, a.z.w.example., AAAA, false, k8ud q04j r53b, OPT_OUT",
        "B.5 without the wildcard, a.z.w.example., AAAA, true, k8ud q04j, NOT_PROVED",
        "B.5 but it is there, a.z.w.example., MX, true, k8ud q04j r53b, NOT_PROVED",
        "B.6, example., DS, false, 0p9m, NOT_PROVED",
        "parent at a cut, a.example., A, false, 35mt, NOT_PROVED",
        "below a cut, x.a.example., A, true, 35mt 0p9m b4um, NOT_PROVED",
    })
    void proofsOfRfc5155(
            String section, String name, String type, boolean nxdomain, String records, DenialOutcome outcome)
            throws IOException, StoppedException {
        assertThat(nsec3(records, 1).negative(Name.fromConstantString(name), Type.value(type), nxdomain))
                .as(section)
                .isEqualTo(outcome);
        if (outcome == DenialOutcome.OPT_OUT && !type.equals("DS")) {
            assertThat(nsec3(records, 0).negative(Name.fromConstantString(name), Type.value(type), nxdomain))
                    .as("%s without opt-out", section)
                    .isEqualTo(nxdomain ? DenialOutcome.NAME_ERROR : DenialOutcome.NO_DATA);
        }
    }

    @Test
    void wildcardAnswerOfRfc5155() throws IOException, StoppedException {
        Name name = Name.fromConstantString("a.z.w.example.");
        assertThat(nsec3("q04j", 1).wildcardAnswer(name, 2)).isEqualTo(DenialOutcome.OPT_OUT);
        assertThat(nsec3("q04j", 0).wildcardAnswer(name, 2)).isEqualTo(DenialOutcome.WILDCARD_FITS);
        assertThat(nsec3("t644", 0).wildcardAnswer(name, 2)).isEqualTo(DenialOutcome.NOT_PROVED);
        assertThat(nsec3("q04j", 0).wildcardAnswer(Name.fromConstantString("w.example."), 2))
                .isEqualTo(DenialOutcome.NOT_PROVED);
    }

    @Test
    void delegationsOfRfc5155() throws IOException, StoppedException {
        assertThat(nsec3("35mt 0p9m", 1).delegation(Name.fromConstantString("c.example.")))
                .isEqualTo(DenialOutcome.OPT_OUT);
        assertThat(nsec3("35mt 0p9m", 0).delegation(Name.fromConstantString("c.example.")))
                .isEqualTo(DenialOutcome.NO_DELEGATION);
        assertThat(nsec3("35mt", 1).delegation(Name.fromConstantString("a.example.")))
                .isEqualTo(DenialOutcome.NOT_PROVED);
        assertThat(nsec3("2t7b", 1).delegation(Name.fromConstantString("ns1.example.")))
                .isEqualTo(DenialOutcome.NO_DELEGATION);
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 4035 appendix B: section, name, type, owners of the records, what they prove
        "B.2, ml.example., A, b.example. example., NAME_ERROR",
        "B.2 without the wildcard, ml.example., A, b.example., NOT_PROVED",
        "B.2 without the name, ml.example., A, example., NOT_PROVED",
        "B.3, ns1.example., MX, ns1.example., NO_DATA",
        "B.3 but it is there, ns1.example., A, ns1.example., NOT_PROVED",
        "B.7, a.z.w.example., AAAA, x.y.w.example. *.w.example., NO_DATA",
        "B.7 without the wildcard, a.z.w.example., AAAA, x.y.w.example., NOT_PROVED",
        "B.7 but it is there, a.z.w.example., MX, x.y.w.example. *.w.example., NOT_PROVED",
        "B.8, example., DS, example., NOT_PROVED",
        "empty non-terminal, y.w.example., A, x.w.example., NO_DATA",
        "empty non-terminal above a wildcard, w.example., A, ns2.example., NO_DATA",
        "at a cut for DS, b.example., DS, b.example., NO_DATA",
        "parent at a cut, b.example., A, b.example., NOT_PROVED",
        "below a cut, x.b.example., A, b.example. example., NOT_PROVED",
        "after the last, zz.example., A, xx.example. example., NAME_ERROR",
    })
    void proofsOfRfc4035(String section, String name, String type, String owners, DenialOutcome outcome)
            throws IOException {
        assertThat(nsec(owners).negative(Name.fromConstantString(name), Type.value(type), true))
                .as(section)
                .isEqualTo(outcome);
    }

    @Test
    void wildcardAnswersOfRfc4035() throws IOException {
        Name name = Name.fromConstantString("a.z.w.example.");
        assertThat(nsec("x.y.w.example.").wildcardAnswer(name, 2)).isEqualTo(DenialOutcome.WILDCARD_FITS);
        assertThat(nsec("x.y.w.example.").wildcardAnswer(name, 1)).isEqualTo(DenialOutcome.NOT_PROVED);
        assertThat(nsec("x.y.w.example.").wildcardAnswer(name, 3)).isEqualTo(DenialOutcome.NOT_PROVED);
        assertThat(nsec("x.w.example.").wildcardAnswer(name, 2)).isEqualTo(DenialOutcome.NOT_PROVED);
    }

    @Test
    void delegationsOfRfc4035() throws IOException {
        assertThat(nsec("b.example.").delegation(Name.fromConstantString("b.example.")))
                .isEqualTo(DenialOutcome.UNSIGNED_DELEGATION);
        assertThat(nsec("a.example.").delegation(Name.fromConstantString("a.example.")))
                .isEqualTo(DenialOutcome.NOT_PROVED);
        assertThat(nsec("b.example.").delegation(Name.fromConstantString("x.b.example.")))
                .isEqualTo(DenialOutcome.NOT_PROVED);
        assertThat(nsec("x.w.example.").delegation(Name.fromConstantString("y.w.example.")))
                .isEqualTo(DenialOutcome.NO_DELEGATION);
        assertThat(nsec("example.").delegation(EXAMPLE)).isEqualTo(DenialOutcome.NOT_PROVED);
    }

    /** RFC 9824 section 3.1: the name does not exist, said as NODATA with the NXNAME type (128). */
    @Test
    void compactDenial() {
        Name name = Name.fromConstantString("nothing.example.");
        NSECRecord nsec =
                new NSECRecord(name, DClass.IN, 300, Name.fromConstantString("\\000.nothing.example."), new int[] {
                    Type.RRSIG, Type.NSEC, 128
                });
        NsecDenial denial = new NsecDenial(List.of(nsec));
        assertThat(denial.negative(name, Type.A, false)).isEqualTo(DenialOutcome.NO_DATA);
        assertThat(denial.negative(Name.fromConstantString("other.example."), Type.A, false))
                .isEqualTo(DenialOutcome.NOT_PROVED);
    }

    /** RFC 5155 section 8.2: records with other parameters do not count together. */
    @Test
    void mixedParametersAndUnknownFlagsDoNotCount() throws IOException, StoppedException {
        List<NSEC3Record> records = new ArrayList<>();
        for (String line : NSEC3) {
            String flags = records.size() % 2 == 0 ? " 1 2 12 aabbccdd " : " 2 0 12 aabbccdd ";
            records.add(nsec3Record(line, flags));
        }
        Nsec3Denial denial = new Nsec3Denial(EXAMPLE, records, 150, work());
        assertThat(denial.negative(Name.fromConstantString("ns1.example."), Type.MX, false))
                .isEqualTo(DenialOutcome.NOT_PROVED);
    }

    private static Nsec3Denial nsec3(String prefixes, int flags) throws IOException {
        List<NSEC3Record> records = new ArrayList<>();
        for (String line : NSEC3) {
            if (List.of(prefixes.split(" ")).contains(line.substring(0, 4))) {
                records.add(nsec3Record(line, flags == 1 ? PARAMETERS : " 1 0 12 aabbccdd "));
            }
        }
        assertThat(records).hasSize(prefixes.split(" ").length);
        return new Nsec3Denial(EXAMPLE, records, 150, work());
    }

    private static NSEC3Record nsec3Record(String line, String parameters) throws IOException {
        String[] parts = line.split(" ", 2);
        return (NSEC3Record) Record.fromString(
                Name.fromString(parts[0], EXAMPLE), Type.NSEC3, DClass.IN, 300, parameters + parts[1], EXAMPLE);
    }

    private static NsecDenial nsec(String owners) throws IOException {
        List<NSECRecord> records = new ArrayList<>();
        for (String line : NSEC) {
            String[] parts = line.split(" ", 2);
            if (List.of(owners.split(" ")).contains(parts[0])) {
                records.add((NSECRecord) Record.fromString(
                        Name.fromConstantString(parts[0]), Type.NSEC, DClass.IN, 300, parts[1], EXAMPLE));
            }
        }
        assertThat(records).hasSize(owners.split(" ").length);
        return new NsecDenial(records);
    }

    private static LookupWork work() {
        return new LookupWork(
                new Question(Name.root, Type.A),
                (question, deadline) -> new Reply.Unusable(new Failure(Failure.Kind.TIMEOUT, "none")),
                ValidatorOptions.Limits.defaults(),
                Deadline.after(Duration.ofSeconds(5)),
                0);
    }
}
