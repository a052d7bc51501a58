package org.hikyaku.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {

    @ParameterizedTest
    @CsvSource({
        "220, POSITIVE",
        "299, POSITIVE",
        "354, INTERMEDIATE",
        "421, TRANSIENT",
        "554, PERMANENT",
    })
    void theFirstDigitSaysTheKind(int code, Reply.Kind kind) {
        assertThat(new Reply(code, List.of("")).kind()).isEqualTo(kind);
    }

    /** RFC 2034 section 4 and RFC 3463 section 2. */
    @ParameterizedTest
    @CsvSource({
        "250, 2.1.5 Recipient ok,  2.1.5",
        "250, 2.1.5,               2.1.5",
        "550, 5.7.1 no,            5.7.1",
        "451, 4.999.999 odd,       4.999.999",
        "550, 4.7.1 other class,   -",
        "354, 3.0.0 no such class, -",
        "250, 2.1 short,           -",
        "250, 2.1.5.6 long,        -",
        "250, 2.1.5x,              -",
        "250, 2.1.1000 large,      -",
        "250, 2.-1.5 negative,     -",
        "250, 2..5 gap,            -",
        "250, ok,                  -",
    })
    void readsEnhancedStatusCodes(int code, String text, String expected) {
        assertThat(new Reply(code, List.of(text))
                        .enhanced()
                        .map(EnhancedStatus::toString)
                        .orElse("-"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "line\r\nMAIL FROM:<>", "m\u00FCnchen.example"})
    void anEhloNameIsOneAsciiWord(String name) {
        assertThatThrownBy(() -> SmtpClientOptions.brisk(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no name to say EHLO with");
    }

    @Test
    void anAddressLiteralIsAnEhloName() {
        assertThat(SmtpClientOptions.patient("[IPv6:2001:db8::1]").ehloName()).isEqualTo("[IPv6:2001:db8::1]");
    }
}
