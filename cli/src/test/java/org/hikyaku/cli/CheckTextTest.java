package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckTextTest {

    @ParameterizedTest
    @CsvSource({"example.jp, 10", "日本語.jp, 9", "한국.kr, 7", "bücher.de, 9", "ｅ．ｊｐ, 8"})
    void lettersOfEastAsianScriptsTakeTwoColumns(String text, int columns) {
        assertThat(CheckText.columns(text)).isEqualTo(columns);
    }
}
