package org.hikyaku.check.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkdownReportTest {
    /** What a server says never becomes markup. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '\t',
            value = {
                "_25._tcp.mx\t\\_25.\\_tcp.mx",
                "<b>\t\\<b\\>",
                "[a](http://b)\t\\[a\\](http://b)",
                "a|b\ta\\|b",
                "`x`\t\\`x\\`",
                "&lt;\t\\&lt;"
            })
    void punctuationIsEscaped(String text, String escaped) {
        assertThat(MarkdownReport.escape(text)).isEqualTo(escaped);
    }

    @org.junit.jupiter.api.Test
    void linesAreJoinedAndControlsReplaced() {
        assertThat(MarkdownReport.escape("a\r\nb\u0007")).isEqualTo("a  b\uFFFD");
    }
}
