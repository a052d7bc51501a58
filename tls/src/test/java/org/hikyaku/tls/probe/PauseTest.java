package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.net.Connection;
import org.hikyaku.net.SystemNetwork;
import org.junit.jupiter.api.Test;

/** The pause between connections grows for servers that are slow as for those that say 421. */
class PauseTest {
    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();

    @Test
    void staysShortForAServerThatIsQuick() throws Exception {
        assertThat(dial(0)).containsExactly(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(50));
    }

    @Test
    void growsForATarpit() throws Exception {
        assertThat(dial(4)).containsExactly(Duration.ofMillis(700), Duration.ofMillis(3300), Duration.ofSeconds(8));
    }

    /** Four connections to a server that lets us wait for its greeting, by a clock that the server moves. */
    private List<Duration> dial(int seconds) throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
            say(c, "220 mx.example\r\n");
            c.input().readNBytes("EHLO probe.example\r\n".length());
            say(c, "250-mx.example\r\n250 STARTTLS\r\n");
            c.input().readAllBytes();
        })) {
            Dialer dialer = new Dialer(
                    new SystemNetwork(),
                    peer.address(),
                    Service.SMTP_STARTTLS,
                    ProbeOptions.defaults("probe.example"),
                    pauses::add,
                    clock::get,
                    25);
            for (int i = 0; i < 4; i++) {
                dialer.greeted().close();
            }
            assertThat(dialer.slowest().map(Duration::toSeconds).orElse(0L)).isEqualTo(seconds);
        }
        return pauses;
    }

    private static void say(Connection connection, String text) throws IOException {
        connection.output().write(text.getBytes(StandardCharsets.US_ASCII));
        connection.output().flush();
    }
}
