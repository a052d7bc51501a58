package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Reply;
import org.junit.jupiter.api.Test;

/** The log line, as docs/delivery.md promises it. */
class DeliveryLineTest {
    private static final DeliveryLine LINE = new DeliveryLine(
            Instant.parse("2026-11-22T01:02:03Z"),
            "4XyZ",
            "bob@example.org",
            DeliveryLine.Outcome.DELIVERED,
            new EnhancedStatus(2, 0, 0),
            Optional.of("mx.example.org"),
            Optional.of(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 25)),
            new DeliveryLine.Tls(
                    Trust.VERIFIED,
                    "dane",
                    "dane",
                    Optional.of(new DeliveryLine.Session(
                            "TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.of("X25519MLKEM768"), 256)),
                    Optional.of("TLSA 3 1 1 9129db0655165379… at depth 0")),
            new DeliveryLine.Delays(
                    Duration.ofMillis(1), Duration.ofMillis(3), Duration.ofMillis(309), Duration.ofMillis(1201)),
            false,
            Optional.of(new Reply(250, List.of("2.0.0 \"queued\" as \\1", "second"))),
            Optional.empty(),
            "mx.example.org took it.");

    @Test
    void asText() {
        assertThat(LINE.text())
                .isEqualTo("4XyZ: to=<bob@example.org> outcome=delivered dsn=2.0.0 host=mx.example.org"
                        + " address=2001:db8::1 port=25 trust=Verified tls=dane/dane version=TLSv1.3"
                        + " cipher=TLS_AES_256_GCM_SHA384 group=X25519MLKEM768 bits=256"
                        + " by=\"TLSA 3 1 1 9129db0655165379… at depth 0\" delay=1.514"
                        + " delays=0.001/0.003/0.309/1.201 reused=no"
                        + " reply=\"250 2.0.0 \\\"queued\\\" as \\\\1 / second\" why=\"mx.example.org took it.\"");
    }

    @Test
    void asJson() {
        var json = tools.jackson.databind.json.JsonMapper.shared().readTree(LINE.json());
        assertThat(json.at("/schema").stringValue()).isEqualTo("hikyaku.delivery/1");
        assertThat(json.at("/queueId").stringValue()).isEqualTo("4XyZ");
        assertThat(json.at("/to").stringValue()).isEqualTo("bob@example.org");
        assertThat(json.at("/address").stringValue()).isEqualTo("2001:db8::1");
        assertThat(json.at("/port").intValue()).isEqualTo(25);
        assertThat(json.at("/tls/trust").stringValue()).isEqualTo("Verified");
        assertThat(json.at("/delays/sending").doubleValue()).isEqualTo(1.201);
        assertThat(json.has("rule")).isFalse();
    }

    /** Whatever another server or a sender says, it stays inside its field and its line. */
    @Test
    void nobodyElsesWordsEndTheLine() {
        DeliveryLine hostile = new DeliveryLine(
                LINE.at(),
                LINE.queueId(),
                "a\"\r\nfaked: outcome=delivered",
                LINE.outcome(),
                LINE.status(),
                Optional.empty(),
                Optional.empty(),
                LINE.tls(),
                LINE.delays(),
                true,
                Optional.empty(),
                Optional.of("D9"),
                "x\u2028y\ttab");
        assertThat(hostile.text())
                .contains("to=<a\\\"\\u000d\\u000afaked: outcome=delivered>")
                .contains("why=\"x\\u2028y\\u0009tab\"")
                .contains(" rule=D9 ")
                .contains(" host=none ");
        assertThat(hostile.json().lines()).hasSize(1);
    }
}
