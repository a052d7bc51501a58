package org.hikyaku.check.auth;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hikyaku.check.auth.caa.CaaParser;
import org.hikyaku.check.auth.caa.CaaProperty;
import org.hikyaku.check.auth.dkim.DkimKey;
import org.hikyaku.check.auth.dkim.DkimKeyParser;
import org.hikyaku.check.auth.dmarc.DmarcParser;
import org.hikyaku.check.auth.dmarc.DmarcRecord;
import org.hikyaku.check.auth.spf.SpfParser;
import org.hikyaku.check.auth.spf.SpfReader;
import org.hikyaku.check.auth.spf.SpfRecord;
import org.hikyaku.check.auth.spf.SpfRepair;

/** Whatever octets a record has: the parsers answer, with faults inside the record and sentences that may be shown. */
class AuthFuzzTest {

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    @FuzzTest
    void spf(byte[] octets) {
        String text = "v=spf1 " + text(octets);
        SpfRecord record = SpfParser.parse(text);
        record.faults().forEach(f -> fault(f.fault(), text.length()));
        String mended = SpfRepair.mended(record);
        if (!SpfParser.isSpf(mended) || !SpfParser.parse(mended).faults().isEmpty()) {
            throw new AssertionError("a mended record that is wrong: " + mended);
        }
        if (text.length() < 60_000) {
            SpfReader.read(MapAsker.name("d.example"), new MapAsker().text("d.example", text))
                    .problems()
                    .forEach(p -> sentence(p.sentence()));
        }
    }

    @FuzzTest
    void dmarc(byte[] octets) {
        String text = "v=DMARC1;" + text(octets);
        DmarcRecord record = DmarcParser.parse(text);
        record.faults().forEach(f -> fault(f, text.length()));
        record.notes().forEach(AuthFuzzTest::sentence);
        if (!DmarcParser.isDmarc(text)) {
            throw new AssertionError("what follows the version changes what it is");
        }
    }

    @FuzzTest
    void dkim(byte[] octets) {
        String text = text(octets);
        DkimKey key = DkimKeyParser.parse(text);
        key.faults().forEach(f -> fault(f, text.length() + 1));
        key.notes().forEach(AuthFuzzTest::sentence);
        if (key.faults().isEmpty() && !key.revoked() && key.kind() != DkimKey.Kind.UNKNOWN && key.bits() <= 0) {
            throw new AssertionError("a key without a size and without a fault");
        }
    }

    @FuzzTest
    void caa(byte[] octets) {
        String text = text(octets);
        for (String tag : List.of("issue", "issuewild", "iodef", "contactemail")) {
            CaaProperty property = CaaParser.parse(octets.length, tag, text);
            property.faults().forEach(f -> fault(f, text.length()));
            if (!property.faults().isEmpty() && property.issuer().isPresent()) {
                throw new AssertionError("a malformed value permits nobody");
            }
        }
    }

    private static void fault(Fault fault, int length) {
        if (fault.position() < 1 || fault.position() > length + 1) {
            throw new AssertionError("outside of the record: " + fault);
        }
        sentence(fault.inWords());
    }

    private static void sentence(String sentence) {
        if (!sentence.endsWith(".") || sentence.chars().anyMatch(c -> c < ' ' || c >= 0x7F)) {
            throw new AssertionError("not fit to be shown: " + sentence);
        }
    }
}
