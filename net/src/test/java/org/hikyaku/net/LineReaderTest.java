package org.hikyaku.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.LineReader.Ends;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    private static final Limit TEN = new Limit("bytes in a test line", 10);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one\\r\\ntwo\\r\\n         | one\\r\\n,two\\r\\n",
                "one\\ntwo\\r\\n            | one\\n,two\\r\\n",
                "\\r\\n\\n                  | \\r\\n,\\n",
                "a\\rb\\r\\n                | a\\rb\\r\\n",
                "a\\r\\r\\n                 | a\\r\\r\\n",
                "0123456789\\r\\n           | 0123456789\\r\\n",
                "\\0\\xFF\\r\\n             | \\0\\xFF\\r\\n",
            })
    void tolerantReaderTakesBothLineEnds(String bytes, String expected) throws Exception {
        assertThat(lines(new LineReader(stream(unescaped(bytes)), Ends.LF_TOO, TEN)))
                .containsExactly(unescaped(expected)
                        .replace("\r\n", "\\r\\n")
                        .replace("\n", "\\n")
                        .split(","));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one\\n         | a line ends with LF alone, without CR",
                "o\\rne\\r\\n   | a line has a CR in the middle",
                "one\\r\\r\\n   | a line has a CR in the middle",
            })
    void strictReaderRefusesStrayLineEnds(String bytes, String sentence) {
        assertThatThrownBy(() -> new LineReader(stream(unescaped(bytes)), Ends.CRLF, TEN).next())
                .isInstanceOf(MalformedLineException.class)
                .hasMessage(sentence);
    }

    @Test
    void strictReaderTakesCrLf() throws Exception {
        assertThat(lines(new LineReader(stream("one\r\n\r\n"), Ends.CRLF, TEN))).containsExactly("one\\r\\n", "\\r\\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"01234567890\r\n", "01234567890\n", "0123456789012", "0123456789\r\r\n"})
    void refusesALineThatIsTooLong(String bytes) {
        assertThatThrownBy(() -> new LineReader(stream(bytes), Ends.LF_TOO, TEN).next())
                .isInstanceOf(LimitExceededException.class)
                .hasMessage("more than the limit of 10 bytes in a test line");
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead") // slow is fine here
    void aLineWithoutEndIsGivenUpSoon() {
        var endless = new InputStream() {
            private long sent;

            @Override
            public int read() {
                sent++;
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                java.util.Arrays.fill(into, offset, offset + length, (byte) 'x');
                sent += length;
                return length;
            }
        };
        var reader = new LineReader(endless, Ends.LF_TOO, new Limit("bytes in a line", 100_000));
        assertThatThrownBy(reader::next).isInstanceOf(LimitExceededException.class);
        assertThat(endless.sent).isLessThan(100_000L + 2 * ByteReader.BUFFER);
    }

    @Test
    void theEndBetweenLinesIsNoError() throws Exception {
        assertThat(new LineReader(stream(""), Ends.CRLF, TEN).next()).isEmpty();
    }

    @Test
    void theEndInsideALineIsOne() {
        assertThatThrownBy(() -> new LineReader(stream("abc"), Ends.LF_TOO, TEN).next())
                .isInstanceOf(EOFException.class)
                .hasMessage("the other side ended in the middle of a line, after 3 bytes");
    }

    @Test
    void knowsAndGivesUpWhatCameEarly() throws Exception {
        var reader = new LineReader(stream("220 go\r\n250 injected\r\n"), Ends.LF_TOO, TEN);
        assertThat(reader.next().map(LineReader.Line::latin1)).isEqualTo(Optional.of("220 go"));
        assertThat(reader.buffered()).isEqualTo(14);
        assertThat(reader.takeBuffered()).asString(ISO_8859_1).isEqualTo("250 injected\r\n");
        assertThat(reader.buffered()).isZero();
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void linesAcrossTheBuffersEdgeAreWhole() throws Exception {
        StringBuilder all = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String line = "x".repeat(i);
            all.append(line).append("\r\n");
            expected.add(line + "\\r\\n");
        }
        assertThat(lines(new LineReader(stream(all.toString()), Ends.CRLF, new Limit("bytes", 400))))
                .isEqualTo(expected);
    }

    private static List<String> lines(LineReader reader) throws IOException {
        List<String> lines = new ArrayList<>();
        for (var line = reader.next(); line.isPresent(); line = reader.next()) {
            lines.add(line.get().toString());
        }
        return lines;
    }

    private static InputStream stream(String latin1) {
        return new ByteArrayInputStream(latin1.getBytes(ISO_8859_1));
    }

    private static String unescaped(String text) {
        return text.strip()
                .replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\0", "\0")
                .replace("\\xFF", "\u00FF");
    }
}
