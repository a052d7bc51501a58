package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** D10: TLSA records cut short, in bytes laid out by hand, beside a good one. */
class CutTlsaTest {
    private static final String QUESTION = "035f3235045f746370026d78076578616d706c6500" + "0034" + "0001";

    /** A response with these RDATA, each under the question's name by a pointer. */
    private static ByteBuffer response(String type, String... rdata) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        hex(out, "1234" + "8180" + "0001" + "%04x".formatted(rdata.length) + "0000" + "0000" + QUESTION);
        for (String data : rdata) {
            hex(out, "c00c" + type + "0001" + "0000003c" + "%04x".formatted(data.length() / 2) + data);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static void hex(ByteArrayOutputStream out, String hex) {
        out.writeBytes(HexFormat.of().parseHex(hex));
    }

    @Test
    void aShortRecordSpoilsNoneOfTheOthers() throws Exception {
        String good = "030101" + "ab".repeat(32);
        Message message = WireMessage.parse(response("0034", "0301", good, "", "030101"));
        List<Record> records = message.getSection(Section.ANSWER);
        assertThat(records)
                .extracting(r -> HexFormat.of().formatHex(r.rdataToWireCanonical()))
                .containsExactly("0301", good, "", "030101");
        assertThat(records).allSatisfy(r -> {
            assertThat(r.getName()).hasToString("_25._tcp.mx.example.");
            assertThat(org.xbill.DNS.Type.string(r.getType())).isEqualTo("TLSA");
            assertThat(r.getTTL()).isEqualTo(60);
        });
        assertThat(records.getFirst().rdataToString()).isEqualTo("\\# 2 0301");
        assertThat(message.getHeader().getCount(Section.ANSWER)).isEqualTo(4);
        assertThat(message.getHeader().getID()).isEqualTo(0x1234);
    }

    @Test
    void anythingElseCutShortIsStillMalformed() {
        assertThatThrownBy(() -> WireMessage.parse(response("0001", "c00002")))
                .isInstanceOf(WireMessage.MalformedException.class);
        ByteBuffer whole = response("0034", "0301");
        for (int length = WireQuery.HEADER; length < whole.limit(); length++) {
            ByteBuffer part = whole.duplicate().limit(length);
            assertThatThrownBy(() -> WireMessage.parse(part))
                    .as("%d bytes of %d", length, whole.limit())
                    .isInstanceOf(WireMessage.MalformedException.class);
        }
    }
}
