package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strict: what is nearly a netstring is none. */
class NetstringTest {
    private static final Limit LIMIT = new Limit("bytes", 20);

    private static ByteReader reader(String bytes) {
        return new ByteReader(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static Optional<String> read(ByteReader in) throws IOException {
        return Netstring.read(in, LIMIT).map(b -> new String(b, StandardCharsets.ISO_8859_1));
    }

    @Test
    void oneAfterTheOther() throws Exception {
        ByteReader in = reader("17:QUERY example.com,0:,3:a,:,");
        assertThat(read(in)).contains("QUERY example.com");
        assertThat(read(in)).contains("");
        assertThat(read(in)).contains("a,:");
        assertThat(read(in)).isEmpty();
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
        assertThatThrownBy(() -> read(reader(bytes))).isInstanceOf(MalformedNetstringException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5:hell", "20:hello,"})
    void cutShort(String bytes) {
        assertThatThrownBy(() -> read(reader(bytes))).isInstanceOf(EOFException.class);
    }

    /** Refused by the length alone: nothing is kept of what follows. */
    @ParameterizedTest
    @ValueSource(strings = {"21:", "99999999999999999999999999999999:", "100000"})
    void tooLong(String bytes) {
        assertThatThrownBy(() -> read(reader(bytes))).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void written() {
        assertThat(new String(Netstring.of("NOTFOUND "), StandardCharsets.US_ASCII))
                .isEqualTo("9:NOTFOUND ,");
    }
}
