package org.hikyaku.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.net.LineReader.Ends;

/** However the bytes are cut into reads, the lines are those that a plain split of the whole text gives. */
class LineReaderFuzzTest {
    private static final int LIMIT = 64;

    @FuzzTest
    void linesDoNotDependOnHowTheBytesArrive(FuzzedDataProvider data) throws IOException {
        int step = data.consumeInt(1, 9);
        String text = new String(data.consumeRemainingAsBytes(), ISO_8859_1);
        var reader = new LineReader(inSteps(text, step), Ends.LF_TOO, new Limit("bytes", LIMIT));
        List<String> seen = new ArrayList<>();
        String ending = "clean";
        try {
            for (var line = reader.next(); line.isPresent(); line = reader.next()) {
                seen.add(line.get().latin1());
            }
        } catch (EOFException e) {
            ending = "cut";
        } catch (LimitExceededException e) {
            ending = "long";
        }
        List<String> expected = new ArrayList<>();
        String expectedEnding = bySplitting(text, expected);
        if (!seen.equals(expected) || (!ending.equals(expectedEnding) && !ending.equals("long"))) {
            throw new AssertionError(seen + " " + ending + ", expected " + expected + " " + expectedEnding);
        }
    }

    private static String bySplitting(String text, List<String> lines) {
        int from = 0;
        for (int lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', from)) {
            String line = text.substring(from, lf);
            line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (line.length() > LIMIT) {
                return "long";
            }
            lines.add(line);
            from = lf + 1;
        }
        return from == text.length() ? "clean" : "cut";
    }

    private static InputStream inSteps(String text, int step) {
        return new ByteArrayInputStream(text.getBytes(ISO_8859_1)) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, step));
            }
        };
    }
}
