package org.hikyaku.capture.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Tls13KeySchedule;
import org.hikyaku.tls.wire.TrafficKeys;
import org.jspecify.annotations.Nullable;

/** The keys of one session of TLS 1.3: those of all its phases are made together where that costs no more than one of them. */
final class SessionKeys {
    /** In the order in which they come into use. */
    private static final List<SecretLabel> LABELS = List.of(
            SecretLabel.SERVER_HANDSHAKE_TRAFFIC_SECRET,
            SecretLabel.CLIENT_HANDSHAKE_TRAFFIC_SECRET,
            SecretLabel.SERVER_TRAFFIC_SECRET_0,
            SecretLabel.CLIENT_TRAFFIC_SECRET_0);

    private record Made(Secret secret, TrafficKeys keys) {}

    private final Optional<SessionSecrets> secrets;
    private final @Nullable Made[] made = new Made[LABELS.size()];
    private @Nullable CipherSuite suite;

    /** @param secrets of the session, which may still become more */
    SessionKeys(Optional<SessionSecrets> secrets) {
        this.secrets = secrets;
    }

    Optional<SessionSecrets> secrets() {
        return secrets;
    }

    Optional<Secret> secret(SecretLabel label) {
        int place = LABELS.indexOf(label);
        Made known = place < 0 ? null : made[place];
        if (known != null) {
            return Optional.of(known.secret());
        }
        return secrets.isEmpty() ? Optional.empty() : secrets.get().get(label);
    }

    private Optional<Secret> present(SecretLabel label) {
        return secrets.isEmpty() ? Optional.empty() : secrets.get().present(label);
    }

    /**
     * The keys under one of the secrets.
     *
     * @param secret what {@link #secret} gave, as long as the suite's hash
     */
    TrafficKeys keys(Tls13KeySchedule schedule, CipherSuite of, SecretLabel label, Secret secret) {
        if (!of.equals(suite)) {
            Arrays.fill(made, null);
            suite = of;
        }
        int place = LABELS.indexOf(label);
        if (place < 0) {
            return schedule.trafficKeys(secret.value(), of.cipher());
        }
        Made known = made[place];
        if (known == null) {
            known = make(schedule, of, place, secret);
        }
        return known.keys();
    }

    private Made make(Tls13KeySchedule schedule, CipherSuite of, int place, Secret secret) {
        List<Secret> sources = new ArrayList<>(made.length);
        List<byte[]> values = new ArrayList<>(made.length);
        int[] places = new int[made.length];
        sources.add(secret);
        values.add(secret.value());
        places[0] = place;
        for (int i = 0; i < made.length && sources.size() < schedule.atOnce(); i++) {
            if (i != place && made[i] == null) {
                Optional<Secret> other = present(LABELS.get(i));
                // A line that is being written may be short: it comes once more.
                if (other.isPresent() && other.get().value().length == of.prf().length()) {
                    places[sources.size()] = i;
                    sources.add(other.get());
                    values.add(other.get().value());
                }
            }
        }
        List<TrafficKeys> keys = schedule.trafficKeys(values, of.cipher());
        for (int i = 0; i < keys.size(); i++) {
            made[places[i]] = new Made(sources.get(i), keys.get(i));
        }
        return new Made(secret, keys.getFirst());
    }
}
