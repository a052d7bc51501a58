package org.hikyaku.capture.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.wire.BadRecordException;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.RecordProtection;
import org.hikyaku.tls.wire.TlsRecord;
import org.hikyaku.tls.wire.TrafficKeys;

/**
 * Opens records, and finds out by trial what a hole has hidden: how many records were lost, whether the handshake went
 * on to its next keys, whether keys were updated. A trial that succeeds is right: the record is authenticated.
 */
final class RecordOpener {
    /** The shortest record that carries something, with its header: a byte, its type and a tag. */
    private static final int SHORTEST = TlsRecord.HEADER + 1 + 17;

    /** Nothing more may be tried. */
    private static final int GIVEN_UP = -2;

    private final byte[] out;
    private final TrialBudget.Share budget;

    /** Bytes opened since the budget was last told. */
    private long opened;

    /** @param out room for the plaintext of a record */
    RecordOpener(byte[] out, TrialBudget budget) {
        this.out = out;
        this.budget = budget.share();
    }

    byte[] out() {
        return out;
    }

    /** Keys that may come next in TLS 1.3. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Next(Direction.Phase phase, byte[] secret, RecordProtection protection) {}

    /** Opens the next record; negative when it does not open. */
    int open(Direction d, int type, byte[] data, int offset, int length) {
        RecordProtection protection = d.protection;
        if (protection == null) {
            return -1;
        }
        try {
            int n = protection.open(type, data, offset, length, out, 0);
            d.opened++;
            d.openedBytes += TlsRecord.HEADER + length;
            opened += length;
            return n;
        } catch (BadRecordException e) {
            return -1;
        }
    }

    /**
     * Tries later sequence numbers, then later keys.
     *
     * @param skipped bytes lost before this record
     * @param later keys that may have come into use unseen
     */
    int search(
            Direction d,
            int type,
            byte[] data,
            int offset,
            int length,
            long skipped,
            IntFunction<Optional<Next>> later) {
        RecordProtection protection = d.protection;
        if (protection == null) {
            return -1;
        }
        budget.earn(opened);
        opened = 0;
        long most = skipped / SHORTEST + 1;
        // In a long transfer most records are as long as this one; in a talk they are as long as those before.
        long likely = skipped / (TlsRecord.HEADER + length);
        long usual = d.opened == 0 ? likely : (long) (skipped * ((double) d.opened / d.openedBytes));
        long from = protection.sequence();
        OptionalLong guess = protection.guess(data, offset, length);
        int n = guess.isPresent() && guess.getAsLong() > from && guess.getAsLong() - from <= most
                ? trial(protection, type, data, offset, length, guess.getAsLong())
                : -1;
        if (n == -1) {
            n = trial(protection, type, data, offset, length, from, most, likely, usual);
        }
        if (n >= 0) {
            d.opened++;
            return n;
        }
        protection.sequence(from);
        for (int i = 0; n != GIVEN_UP; i++) {
            Optional<Next> next = later.apply(i);
            if (next.isEmpty()) {
                return -1;
            }
            n = trial(next.get().protection(), type, data, offset, length, 0, most, likely, usual);
            if (n >= 0) {
                d.protect(next.get().phase(), next.get().protection());
                d.secret = next.get().secret();
                d.opened = 1;
                return n;
            }
        }
        budget.gaveUp();
        return -1;
    }

    /** Tries numbers from the first on, and by turns those around two that are likely: a hole may hide thousands. */
    private int trial(
            RecordProtection protection,
            int type,
            byte[] data,
            int offset,
            int length,
            long from,
            long most,
            long likely,
            long usual) {
        for (long i = 0; i <= most; i++) {
            long step = (i & 1) == 0 ? i / 2 : -1 - i / 2;
            int n = trial(protection, type, data, offset, length, from + i);
            if (n == -1 && likely + step > i && likely + step <= most) {
                n = trial(protection, type, data, offset, length, from + likely + step);
            }
            if (n == -1 && usual != likely && usual + step > i && usual + step <= most) {
                n = trial(protection, type, data, offset, length, from + usual + step);
            }
            if (n >= 0 || n == GIVEN_UP) {
                return n;
            }
        }
        return -1;
    }

    private int trial(RecordProtection protection, int type, byte[] data, int offset, int length, long sequence) {
        if (protection.looks()) {
            if (!budget.allowsLook()) {
                return GIVEN_UP;
            }
            if (!protection.mayBe(sequence, type, data, offset, length)) {
                return -1;
            }
        }
        if (!budget.allows(length)) {
            return GIVEN_UP;
        }
        protection.sequence(sequence);
        try {
            return protection.open(type, data, offset, length, out, 0);
        } catch (BadRecordException e) {
            return -1; // not this number
        }
    }

    /** The keys of TLS 1.3 that come after those in use: of later phases, then one KeyUpdate on. */
    static IntFunction<Optional<Next>> later(
            Direction d, CipherSuite suite, Optional<SessionSecrets> secrets, boolean updates, KeySchedules schedules) {
        List<Next> candidates = new ArrayList<>();
        boolean client = d.side == Side.CLIENT;
        if (d.phase == Direction.Phase.EARLY) {
            secrets.flatMap(s -> s.get(SecretLabel.CLIENT_HANDSHAKE_TRAFFIC_SECRET))
                    .ifPresent(s -> candidates.add(next(schedules, suite, Direction.Phase.HANDSHAKE, s.value())));
        }
        if (d.phase == Direction.Phase.EARLY || d.phase == Direction.Phase.HANDSHAKE) {
            secrets.flatMap(s ->
                            s.get(client ? SecretLabel.CLIENT_TRAFFIC_SECRET_0 : SecretLabel.SERVER_TRAFFIC_SECRET_0))
                    .ifPresent(s -> candidates.add(next(schedules, suite, Direction.Phase.APPLICATION, s.value())));
        }
        byte[] secret = d.secret;
        if (updates && d.phase == Direction.Phase.APPLICATION && secret != null) {
            candidates.add(next(
                    schedules,
                    suite,
                    Direction.Phase.APPLICATION,
                    schedules.tls13(suite.prf()).next(secret)));
        }
        return i -> i < candidates.size() ? Optional.of(candidates.get(i)) : Optional.empty();
    }

    static Next next(KeySchedules schedules, CipherSuite suite, Direction.Phase phase, byte[] secret) {
        TrafficKeys keys = schedules.tls13(suite.prf()).trafficKeys(secret, suite.cipher());
        return new Next(phase, secret, RecordProtection.tls13(suite, keys, schedules.ciphers()));
    }
}
