package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.hikyaku.policy.TlsLevel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exact domain, then the longest parent, then the fallback. */
class DestinationsTest {
    private final Destinations destinations = new Destinations(
            Map.of(
                    "example.org", Destination.of(TlsLevel.SECURE),
                    ".example.org", Destination.of(TlsLevel.VERIFY),
                    ".deep.example.org", Destination.of(TlsLevel.ENCRYPT),
                    "[192.0.2.1]", Destination.of(TlsLevel.NONE)),
            Destination.auto());

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "example.org,          SECURE",
        "EXAMPLE.org,          SECURE",
        "a.example.org,        VERIFY",
        "b.a.example.org,      VERIFY",
        "deep.example.org,     VERIFY",
        "a.deep.example.org,   ENCRYPT",
        "badexample.org,       AUTO",
        "[192.0.2.1],          NONE",
        "[192.0.2.example.org],AUTO",
    })
    void table(String domain, TlsLevel level) {
        assertThat(destinations.of(domain).level()).isEqualTo(level);
    }
}
