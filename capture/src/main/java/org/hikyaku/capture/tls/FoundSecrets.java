package org.hikyaku.capture.tls;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Secrets of one session that were found by other ways than the lines of a key log. One thread at a time. */
final class FoundSecrets implements SessionSecrets {
    private final Map<SecretLabel, Secret> secrets = new EnumMap<>(SecretLabel.class);

    void put(SecretLabel label, Secret secret) {
        secrets.put(label, secret);
    }

    @Override
    public Optional<Secret> get(SecretLabel label) {
        return Optional.ofNullable(secrets.get(label));
    }

    @Override
    public Optional<Secret> present(SecretLabel label) {
        return get(label);
    }

    @Override
    public void forEach(BiConsumer<SecretLabel, Secret> taker) {
        secrets.forEach(taker);
    }
}
