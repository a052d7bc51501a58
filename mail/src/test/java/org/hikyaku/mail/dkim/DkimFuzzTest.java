package org.hikyaku.mail.dkim;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;

/** Whatever bytes come: every signature has a result with a sentence. */
class DkimFuzzTest {
    private static final String KEY = "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    @FuzzTest
    void mail(byte[] bytes) {
        KeyZone zone = new KeyZone().key("brisbane._domainkey.football.example.com", KEY);
        for (DkimResult result : new DkimVerifier(zone, () -> Instant.EPOCH).verify(bytes)) {
            if (result.sentence().isBlank()) {
                throw new AssertionError(result.toString());
            }
        }
    }
}
