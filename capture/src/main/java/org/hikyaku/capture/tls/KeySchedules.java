package org.hikyaku.capture.tls;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite.Prf;
import org.hikyaku.tls.wire.RecordCiphers;
import org.hikyaku.tls.wire.Tls12KeySchedule;
import org.hikyaku.tls.wire.Tls13KeySchedule;

/** Key schedules and ciphers of one thread, made once for all sessions that it follows. */
final class KeySchedules {
    private record Old(TlsVersion version, Prf prf) {}

    private final RecordCiphers ciphers;
    private final Map<Prf, Tls13KeySchedule> tls13 = new EnumMap<>(Prf.class);
    private final Map<Old, Tls12KeySchedule> tls12 = new HashMap<>();

    KeySchedules(RecordCiphers ciphers) {
        this.ciphers = ciphers;
    }

    Tls13KeySchedule tls13(Prf prf) {
        Tls13KeySchedule present = tls13.get(prf);
        if (present == null) {
            present = new Tls13KeySchedule(prf, ciphers);
            tls13.put(prf, present);
        }
        return present;
    }

    /** Of SSL 3.0 to TLS 1.2. */
    Tls12KeySchedule tls12(TlsVersion version, Prf prf) {
        return tls12.computeIfAbsent(new Old(version, prf), old -> new Tls12KeySchedule(old.version(), old.prf()));
    }

    RecordCiphers ciphers() {
        return ciphers;
    }
}
