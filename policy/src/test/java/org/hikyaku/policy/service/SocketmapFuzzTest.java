package org.hikyaku.policy.service;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.LimitExceededException;

/** Whatever bytes come over the socket: requests, or a documented refusal. */
class SocketmapFuzzTest {

    @FuzzTest
    void requests(byte[] bytes) throws IOException {
        ByteReader in = new ByteReader(new ByteArrayInputStream(bytes));
        int taken = 0;
        try {
            for (Optional<byte[]> one = Netstring.read(in, SocketmapSession.MAX_QUERY);
                    one.isPresent();
                    one = Netstring.read(in, SocketmapSession.MAX_QUERY)) {
                byte[] payload = one.get();
                String head = payload.length + ":";
                taken += head.length() + payload.length + 1;
                if (bytes[taken - 1] != ',') {
                    throw new AssertionError("ends elsewhere");
                }
                key(payload);
            }
            if (taken != bytes.length) {
                throw new AssertionError("bytes between netstrings");
            }
        } catch (MalformedNetstringException | LimitExceededException | EOFException e) {
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
