package org.hikyaku.capture.tls;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;

/** What is known of one session by its client random. Lines may still come while another thread reads. */
@SuppressWarnings("EnumOrdinal") // places in an array: there are millions of secrets
final class SessionSecrets {
    /** By the label's place in its enum: there are millions of these. */
    private final AtomicReferenceArray<Secret> secrets = new AtomicReferenceArray<>(SecretLabel.DECRYPTING);

    /** Takes a secret that protects records. */
    void put(SecretLabel label, Secret secret) {
        secrets.set(label.ordinal(), secret);
    }

    void forEach(BiConsumer<SecretLabel, Secret> taker) {
        for (int i = 0; i < secrets.length(); i++) {
            Secret secret = secrets.get(i);
            if (secret != null) {
                taker.accept(SecretLabel.of(i), secret);
            }
        }
    }

    Optional<Secret> get(SecretLabel label) {
        return Optional.ofNullable(secrets.get(label.ordinal()));
    }
}
