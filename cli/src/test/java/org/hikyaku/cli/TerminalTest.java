package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

    private static Terminal with(Map<String, String> variables) {
        return Terminal.of(OutputStream.nullOutputStream(), new ByteArrayOutputStream(), variables);
    }

    @ParameterizedTest
    @CsvSource({"'',100", "80,80", "120,120", "7,40", "9999,500", "99999,100", "wide,100", "-80,100"})
    void widthComesFromColumnsWithinBounds(String columns, int width) {
        assertThat(with(Map.of("COLUMNS", columns)).width()).isEqualTo(width);
    }

    private static int version(String fault, ByteArrayOutputStream err) {
        Terminal terminal = Terminal.of(new Broken(fault), err, Map.of());
        return Hikyaku.run(new Environment(terminal, InstantSource.system(), Map.of()), "--version");
    }

    @Test
    void aResultThatCannotBeWrittenIsNoSuccess() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        assertThat(version("No space left on device", err)).isEqualTo(ExitCode.UNKNOWN.code());
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("hikyaku: the result could not be written: No space left on device.\n");
    }

    @Test
    void aReaderWhoWantsNoMoreIsNoFault() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        assertThat(version("Broken pipe", err)).isZero();
        assertThat(err.size()).isZero();
    }

    private static final class Broken extends OutputStream {
        private final String why;

        Broken(String why) {
            this.why = why;
        }

        @Override
        public void write(int b) throws IOException {
            throw new IOException(why);
        }
    }

    @Test
    void coloursOnlyOnATerminal() {
        assertThat(with(Map.of()).paint(Paint.BAD, "x")).isEqualTo("x");
        assertThat(with(Map.of("HIKYAKU_TERMINAL", "err")).paint(Paint.BAD, "x"))
                .isEqualTo("x");
        assertThat(with(Map.of("HIKYAKU_TERMINAL", "out,err")).paint(Paint.BAD, "x"))
                .isEqualTo("\u001b[31mx\u001b[0m");
    }

    @Test
    void noColorIsHonoured() {
        assertThat(with(Map.of("HIKYAKU_TERMINAL", "out", "NO_COLOR", "1")).colour())
                .isFalse();
        assertThat(with(Map.of("HIKYAKU_TERMINAL", "out", "NO_COLOR", "")).colour())
                .isTrue();
        assertThat(with(Map.of("HIKYAKU_TERMINAL", "out", "TERM", "dumb")).colour())
                .isFalse();
    }
}
