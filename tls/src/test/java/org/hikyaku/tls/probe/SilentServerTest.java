package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.SystemNetwork;
import org.junit.jupiter.api.Test;

/** A server that takes the connection and says nothing. */
class SilentServerTest {

    @Test
    void saysThatNothingCameAlsoWhenOneConnectionIsAllThatMayBeUsed() throws IOException {
        Duration brief = Duration.ofMillis(200);
        ProbeOptions options = new ProbeOptions("probe.example", brief, brief, brief, brief, 1, List.of(), List.of());
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            ServerFacts facts = new TlsProber(new SystemNetwork(), options, new SecureRandom())
                    .probe(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.getLocalPort()),
                            Optional.empty(),
                            Service.SMTP_STARTTLS,
                            Depth.QUICK);

            assertThat(facts.reached()).isFalse();
            assertThat(facts.trouble()).containsExactly("nothing came in time");
        }
    }

    @Test
    void waitsAsLongAsAskedAndALittleLongerForAGreeting() {
        ProbeOptions options = ProbeOptions.defaults("probe.example").answer(Duration.ofSeconds(3));

        assertThat(options.connect()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.answer()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.greeting()).isEqualTo(Duration.ofSeconds(23));
    }
}
