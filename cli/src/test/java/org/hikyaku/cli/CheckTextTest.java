package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckTextTest {

    @Test
    void linesBreakAtSpacesAndLongWordsStayWhole() {
        assertThat(CheckText.wrap("one two three", 7)).containsExactly("one two", "three");
        assertThat(CheckText.wrap("a 293f3944e435835ec797 b", 7)).containsExactly("a", "293f3944e435835ec797", "b");
        assertThat(CheckText.wrap("", 7)).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource({"example.jp, 10", "日本語.jp, 9", "한국.kr, 7", "bücher.de, 9", "ｅ．ｊｐ, 8"})
    void lettersOfEastAsianScriptsTakeTwoColumns(String text, int columns) {
        assertThat(CheckText.columns(text)).isEqualTo(columns);
    }
}
