package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SecretTableTest {
    private static final byte[] RANDOM = new byte[32];

    /** Keys of other secrets are made beforehand where they cost nothing: what was not read yet is not waited for. */
    @Test
    @Timeout(20)
    void whatIsAskedForWhenItIsThereIsNotWaitedFor() {
        SecretTable table = new SecretTable(Patience.DEFAULT);
        table.readingBegins(false); // and does not end
        table.put(SecretLabel.CLIENT_TRAFFIC_SECRET_0, RANDOM, 0, new byte[] {7}, 1, "log", 1);
        SessionSecrets session = table.find(RANDOM).orElseThrow();

        assertThat(session.present(SecretLabel.CLIENT_TRAFFIC_SECRET_0))
                .hasValueSatisfying(secret -> assertThat(secret.value()).containsExactly(7));
        assertThat(session.present(SecretLabel.SERVER_TRAFFIC_SECRET_0)).isEmpty();
    }
}
