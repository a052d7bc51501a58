package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PskIdentityTest {
    @Test
    void aLongOneIsCutInSentencesAndWholeWhereKeysAreLookedUp() {
        String name = "n".repeat(60_000);
        byte[] exchange = ("\0\0" + name).getBytes(StandardCharsets.UTF_8);
        assertThat(PskIdentity.text(exchange)).isEqualTo(name);
        assertThat(PskIdentity.shown(PskIdentity.of(exchange))).isEqualTo("n".repeat(64) + "…");
        assertThat(PskIdentity.shown(PskIdentity.of(new byte[] {0, 2, 'h', 'i'})))
                .isEqualTo("hi");
        assertThat(PskIdentity.of(new byte[] {0})).isEmpty();
    }
}
