package org.hikyaku.capture.tls;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What is known of one session by its client random. Lines may still come while another thread reads. */
final class SessionSecrets {
    private final AtomicReferenceArray<Secret> secrets = new AtomicReferenceArray<>(SecretLabel.values().length);

    void put(SecretLabel label, Secret secret) {
        secrets.set(label.ordinal(), secret);
    }

    Optional<Secret> get(SecretLabel label) {
        return Optional.ofNullable(secrets.get(label.ordinal()));
    }
}
