package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkewRuleTest {

    @Test
    void agreesWithUnboundInEveryRecordedPoint() throws IOException {
        List<String[]> points;
        try (InputStream in = SkewRuleTest.class.getResourceAsStream("skew-points.tsv")) {
            assertThat(in).isNotNull();
            points = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .toList();
        }
        assertThat(points).hasSize(392);
        long expiration = 1_800_000_000L;
        for (String[] point : points) {
            long lifetime = Long.parseLong(point[0]);
            SkewRule rule = new SkewRule(
                    Duration.ofSeconds(Long.parseLong(point[1])), Duration.ofSeconds(Long.parseLong(point[2])));
            long offset = Long.parseLong(point[4]);
            boolean expired = point[3].equals("expired");
            long now = expired ? expiration + offset : expiration - lifetime - offset;
            SkewRule.Outcome outcome = rule.judge(expiration - lifetime, expiration, now);
            assertThat(outcome.isValid()).as(String.join(" ", point)).isEqualTo(point[5].equals("SECURE"));
            if (!outcome.isValid()) {
                assertThat(outcome).isEqualTo(expired ? SkewRule.Outcome.EXPIRED : SkewRule.Outcome.NOT_YET_VALID);
            } else {
                assertThat(outcome)
                        .isEqualTo(offset == 0 ? SkewRule.Outcome.VALID : SkewRule.Outcome.VALID_THANKS_TO_SKEW);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // lifetime, min, max, tolerance: the minimum first, the maximum last
        "0, 3600, 86400, 3600",
        "35999, 3600, 86400, 3600",
        "36000, 3600, 86400, 3600",
        "36010, 3600, 86400, 3601",
        "863999, 3600, 86400, 86399",
        "864000, 3600, 86400, 86400",
        "9999999, 3600, 86400, 86400",
        "9999999, 7200, 3600, 3600",
        "10, 7200, 3600, 3600",
        "100, 0, 0, 0",
        "19, 0, 86400, 1",
    })
    void tolerance(long lifetime, long min, long max, long tolerance) {
        SkewRule rule = new SkewRule(Duration.ofSeconds(min), Duration.ofSeconds(max));
        assertThat(rule.toleranceSeconds(lifetime)).isEqualTo(tolerance);
    }

    @ParameterizedTest
    @CsvSource({
        // inception, expiration, now (no tolerance): both ends belong to the signature
        "100, 200, 100, VALID",
        "100, 200, 200, VALID",
        "100, 200, 99, NOT_YET_VALID",
        "100, 200, 201, EXPIRED",
        "200, 100, 150, INVERTED",
        "100, 100, 100, VALID",
        // RFC 1982: across the wrap of 2106
        "4294967290, 10, 4294967295, VALID",
        "4294967290, 10, 5, VALID",
        "4294967290, 10, 11, EXPIRED",
        "4294967290, 10, 4294967289, NOT_YET_VALID",
        // a clock past 2106 has more than 32 bits
        "4294967290, 10, 4294967301, VALID",
        "2147483640, 2147483660, 2147483650, VALID",
    })
    void edges(long inception, long expiration, long now, SkewRule.Outcome outcome) {
        assertThat(SkewRule.none().judge(inception, expiration, now)).isEqualTo(outcome);
    }

    @Test
    void toleranceIsNotNegative() {
        assertThatThrownBy(() -> new SkewRule(Duration.ofSeconds(-1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
