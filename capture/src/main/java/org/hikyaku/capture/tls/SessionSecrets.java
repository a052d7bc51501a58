package org.hikyaku.capture.tls;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What is known of one session by its client random. Lines may still come while another thread reads. */
final class SessionSecrets {
    private final Map<SecretLabel, Secret> secrets = Collections.synchronizedMap(new EnumMap<>(SecretLabel.class));

    void put(SecretLabel label, Secret secret) {
        secrets.put(label, secret);
    }

    /** Those that protect records. */
    void forEach(BiConsumer<SecretLabel, Secret> taker) {
        synchronized (secrets) {
            secrets.forEach((label, secret) -> {
                if (label.decrypts()) {
                    taker.accept(label, secret);
                }
            });
        }
    }

    Optional<Secret> get(SecretLabel label) {
        return Optional.ofNullable(secrets.get(label));
    }
}
