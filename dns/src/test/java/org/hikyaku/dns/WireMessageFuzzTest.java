package org.hikyaku.dns;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

class WireMessageFuzzTest {
    private final WireQuery query = new WireQuery(new Question(Name.fromConstantString("www.example."), Type.A), 1232);

    /** Whatever arrives: answers of this question parse or are malformed; nothing else is thrown. */
    @FuzzTest(maxDuration = "1m")
    void response(byte[] bytes) {
        ByteBuffer message = ByteBuffer.wrap(bytes);
        boolean ours = query.isAnsweredBy(message);
        try {
            WireMessage.extendedErrors(WireMessage.parse(message));
            if (ours) {
                WireMessage.isTruncated(message);
            }
        } catch (WireMessage.MalformedException documented) {
            return;
        }
    }
}
