package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strict: what is nearly a netstring is none. */
class NetstringTest {
    private static final Limit LIMIT = new Limit("bytes", 20);

    private static int payload(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Netstring.payload(bytes, 0, bytes.length, LIMIT);
    }

    @Test
    void oneAfterTheOther() throws Exception {
        byte[] bytes = "17:QUERY example.com,0:,3:a,:,".getBytes(StandardCharsets.ISO_8859_1);
        List<String> found = new ArrayList<>();
        int at = 0;
        for (int from = Netstring.payload(bytes, at, bytes.length, LIMIT);
                from >= 0;
                from = Netstring.payload(bytes, at, bytes.length, LIMIT)) {
            int end = Netstring.end(bytes, at, from);
            found.add(new String(bytes, from, end - 1 - from, StandardCharsets.ISO_8859_1));
            at = end;
        }
        assertThat(found).containsExactly("QUERY example.com", "", "a,:");
        assertThat(at).isEqualTo(bytes.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05:hello,",
                "00:,",
                " 5:hello,",
                "5 :hello,",
                "5:hello ",
                ":,",
                "a:b,",
                "-1:,",
                "+1:a,",
                "5;hello,",
                "5:helloo,",
                "\n",
                "5,hello:"
            })
    void malformed(String bytes) {
        assertThatThrownBy(() -> payload(bytes)).isInstanceOf(MalformedNetstringException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0", "5:", "5:hell", "5:hello", "20:hello,"})
    void notAllThere(String bytes) throws IOException {
        assertThat(payload(bytes)).isEqualTo(-1);
    }

    /** Refused by the length alone: nothing is kept of what follows. */
    @ParameterizedTest
    @ValueSource(strings = {"21:", "99999999999999999999999999999999:", "100000"})
    void tooLong(String bytes) {
        assertThatThrownBy(() -> payload(bytes)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void written() {
        assertThat(new String(Netstring.of("NOTFOUND "), StandardCharsets.US_ASCII))
                .isEqualTo("9:NOTFOUND ,");
    }
}
