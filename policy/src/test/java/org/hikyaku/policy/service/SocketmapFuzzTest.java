package org.hikyaku.policy.service;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.hikyaku.net.LimitExceededException;

/** Whatever bytes come over the socket: requests, or a documented refusal. */
class SocketmapFuzzTest {

    @FuzzTest
    void requests(byte[] bytes) {
        int at = 0;
        try {
            for (int from = Netstring.payload(bytes, at, bytes.length, SocketmapSession.MAX_QUERY);
                    from >= 0;
                    from = Netstring.payload(bytes, at, bytes.length, SocketmapSession.MAX_QUERY)) {
                int end = Netstring.end(bytes, at, from);
                String head = (end - 1 - from) + ":";
                if (from - at != head.length() || bytes[end - 1] != ',') {
                    throw new AssertionError("ends elsewhere");
                }
                key(Arrays.copyOfRange(bytes, from, end - 1));
                at = end;
            }
            if (bytes.length - at >= SocketmapSession.MAX_QUERY.value() + Netstring.FRAME) {
                throw new AssertionError("a request that is never whole");
            }
        } catch (MalformedNetstringException | LimitExceededException e) {
            if (String.valueOf(e.getMessage()).isBlank()) {
                throw new AssertionError("no sentence", e);
            }
        }
    }

    private static void key(byte[] payload) {
        NextHop nextHop = NextHop.parse(new String(payload, StandardCharsets.UTF_8), 25);
        if (nextHop instanceof NextHop.Domain d && (d.port() < 1 || d.domain().labels() < 2)) {
            throw new AssertionError(d.toString());
        }
    }
}
