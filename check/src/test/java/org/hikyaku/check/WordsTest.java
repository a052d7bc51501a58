package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    /** RFC 5952 section 4: examples of its text. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "2001:DB8:AAAA:0:0:0:0:0, 2001:db8:aaaa::",
        "192.0.2.25, 192.0.2.25"
    })
    void addressesAreWrittenShort(String typed, String written) {
        assertThat(Words.address(InetAddress.ofLiteral(typed))).isEqualTo(written);
    }

    @Test
    void endpointsOfIpv6HaveBrackets() {
        assertThat(Words.endpoint(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::25"), 25)))
                .isEqualTo("[2001:db8::25]:25");
        assertThat(Words.endpoint(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 2525)))
                .isEqualTo("192.0.2.25:2525");
    }

    @ParameterizedTest
    @CsvSource({"PT0S,0 seconds", "PT1S,1 second", "PT59M59S,59 minutes", "PT1H,1 hour", "PT47H,1 day", "P-11D,11 days"
    })
    void spansNameTheLargestUnit(Duration span, String text) {
        assertThat(Words.span(span)).isEqualTo(text);
    }

    @Test
    void timesAreInUtcToTheMinute() {
        assertThat(Words.time(Instant.parse("2026-11-22T01:04:59Z"))).isEqualTo("2026-11-22 01:04 UTC");
    }

    @Test
    void listsEndWithAnd() {
        assertThat(Words.list(List.of())).isEmpty();
        assertThat(Words.list(List.of("a"))).isEqualTo("a");
        assertThat(Words.list(List.of("a", "b", "c"))).isEqualTo("a, b and c");
    }
}
