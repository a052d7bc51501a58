package org.hikyaku.capture.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.hikyaku.net.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Secrets by label and client random, as key logs have them: millions, of which a capture needs some, so that nothing is an object
 * before it is asked for. A hash table with open addressing over the randoms; the secrets of a session, where there are any, stand in
 * pieces of one megabyte.
 *
 * <p>Safe for several threads. A log may still be read while sessions are looked up: who asks for what is not there yet waits until it
 * is, or until the log has been read; for a pipe, which may have no end, only so long as {@link Patience} lasts.
 */
final class SecretTable {
    private static final int LABELS = SecretLabel.DECRYPTING;
    private static final int PIECE = 1 << 20;

    /** Bytes of a secret: four times what any hash of TLS gives. */
    static final int LONGEST = 256;

    /** Before each secret: its length, the number of its source, its line. */
    private static final int HEADER = 2 + 2 + 4;

    private static final int RANDOM = 4;

    private final ReentrantLock lock = new ReentrantLock(); // of everything below; held for a few instructions
    private final Condition grown = lock.newCondition();
    private final Patience patience;

    /** Logs that are being read: files, which have an end, and pipes. */
    private int reading;

    private int pipes;

    /** Until when pipes are waited for; passed for good once one of them was waited for in vain. */
    private Optional<Deadline> pipesUntil = Optional.empty();

    /** Of each place, the number of a session from 1; 0 where there is none. */
    private int[] places = new int[1024];

    /** Four longs a session. */
    private long[] randoms = new long[512 * RANDOM];

    /** One number a session and label: where the secret stands, from 1; 0 where there is none. */
    private int[] secrets = new int[512 * LABELS];

    private int sessions;
    private final List<byte[]> pieces = new ArrayList<>();
    private int used = PIECE;
    private final List<String> sources = new ArrayList<>();

    /** A session of the table; its lines may still come. */
    private record Session(SecretTable table, int number) implements SessionSecrets {
        /** Said, and {@link #hashCode} too, because the JVM makes the code of a record's own anew at every start: ten milliseconds. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Session that && number == that.number && table.equals(that.table);
        }

        @Override
        public int hashCode() {
            return number;
        }

        @Override
        public Optional<Secret> get(SecretLabel label) {
            return table.secret(number, label, true);
        }

        @Override
        public Optional<Secret> present(SecretLabel label) {
            return table.secret(number, label, false);
        }

        @Override
        public void forEach(BiConsumer<SecretLabel, Secret> taker) {
            table.awaitAll();
            for (int i = 0; i < LABELS; i++) {
                SecretLabel label = SecretLabel.of(i);
                present(label).ifPresent(secret -> taker.accept(label, secret));
            }
        }
    }

    SecretTable(Patience patience) {
        this.patience = patience;
    }

    /** A log begins to be read: what is not there may come. */
    void readingBegins(boolean pipe) {
        lock.lock();
        try {
            if (pipe) {
                pipes++;
                pipesUntil = pipesUntil.or(() -> Optional.of(Deadline.after(patience.whole())));
            } else {
                reading++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Packets are read as they pass: who watches does not wait for a log much longer. */
    void live() {
        lock.lock();
        try {
            pipesUntil = pipesUntil.map(until -> until.orAfter(patience.silence()));
        } finally {
            lock.unlock();
        }
    }

    /** Some of it was read: who waits may look again. */
    void readingGoesOn() {
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void readingEnds(boolean pipe) {
        lock.lock();
        try {
            if (pipe) {
                pipes--;
            } else {
                reading--;
            }
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all logs have been read, or pipes long enough. */
    void awaitAll() {
        lock.lock();
        try {
            boolean again = true;
            while (again) {
                again = awaitMore();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until more was read; false when nothing more is waited for. To be called with the lock held. */
    @SuppressWarnings("WaitNotInLoop") // whoever calls looks again
    private boolean awaitMore() {
        if (reading > 0) {
            grown.awaitUninterruptibly();
            return true;
        }
        if (pipes == 0 || pipesUntil.isEmpty()) {
            return false;
        }
        try {
            Deadline silent = pipesUntil.get().orAfter(patience.silence());
            if (grown.awaitNanos(silent.remaining().toNanos()) > 0) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever stops the thread does not want to wait
        }
        pipesUntil = Optional.empty();
        grown.signalAll();
        return false;
    }

    /**
     * Keeps a secret. Of two for the same label and random the first stays, so that it does not matter how far a log was read when
     * somebody asked; but the line of a log that was read before it was whole comes once more, and replaces itself.
     *
     * @param session the number that this gave for the random before; 0 when it is not known
     * @param value of which at most {@link #LONGEST} bytes hold
     * @return the session's number, from 1
     */
    @SuppressWarnings("EnumOrdinal") // a place in an array: there are millions of secrets
    int put(SecretLabel label, byte[] random, int session, byte[] value, int length, String source, int line) {
        lock.lock();
        try {
            int number = session > 0 ? session : find(ClientRandom.at(random, 0), ClientRandom.at(random, 8), random);
            if (number == 0) {
                number = add(random);
            }
            int slot = (number - 1) * LABELS + label.ordinal();
            int from = source(source);
            if (secrets[slot] == 0 || line > 0 && line == line(secrets[slot]) && from == sourceOf(secrets[slot])) {
                secrets[slot] = store(value, length, from, line);
            }
            return number;
        } finally {
            lock.unlock();
        }
    }

    /** A session that there is at least one secret of. */
    Optional<SessionSecrets> find(byte[] random) {
        long first = ClientRandom.at(random, 0);
        long second = ClientRandom.at(random, 8);
        lock.lock();
        try {
            int number = find(first, second, random);
            while (number == 0 && awaitMore()) {
                number = find(first, second, random);
            }
            return number == 0 ? Optional.empty() : Optional.of(new Session(this, number));
        } finally {
            lock.unlock();
        }
    }

    int sessions() {
        awaitAll();
        lock.lock();
        try {
            return sessions;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("EnumOrdinal") // a place in an array: there are millions of secrets
    private Optional<Secret> secret(int number, SecretLabel label, boolean wait) {
        int slot = (number - 1) * LABELS + label.ordinal();
        lock.lock();
        try {
            boolean more = wait;
            while (secrets[slot] == 0 && more) {
                more = awaitMore();
            }
            int at = secrets[slot];
            if (at == 0) {
                return Optional.empty();
            }
            byte[] piece = piece(at);
            int start = (at - 1) % PIECE;
            int length = u16(piece, start);
            byte[] value = Arrays.copyOfRange(piece, start + HEADER, start + HEADER + length);
            return Optional.of(new Secret(value, sources.get(sourceOf(at)), line(at)));
        } finally {
            lock.unlock();
        }
    }

    /** The number of a session, from 1; 0 when it is not known. */
    private int find(long first, long second, byte[] random) {
        for (int place = place(first, second); ; place = place + 1 & places.length - 1) {
            int number = places[place];
            if (number == 0) {
                return 0;
            }
            int at = (number - 1) * RANDOM;
            if (randoms[at] == first
                    && randoms[at + 1] == second
                    && randoms[at + 2] == ClientRandom.at(random, 16)
                    && randoms[at + 3] == ClientRandom.at(random, 24)) {
                return number;
            }
        }
    }

    private int add(byte[] random) {
        if (sessions * RANDOM == randoms.length) {
            randoms = Arrays.copyOf(randoms, randoms.length * 2);
            secrets = Arrays.copyOf(secrets, secrets.length * 2);
            places = new int[places.length * 2];
            for (int number = 1; number <= sessions; number++) {
                settle(number);
            }
        }
        for (int i = 0; i < RANDOM; i++) {
            randoms[sessions * RANDOM + i] = ClientRandom.at(random, 8 * i);
        }
        sessions++;
        settle(sessions);
        return sessions;
    }

    /** Gives a session its place, of which at least half are free. */
    private void settle(int number) {
        int at = (number - 1) * RANDOM;
        int place = place(randoms[at], randoms[at + 1]);
        while (places[place] != 0) {
            place = place + 1 & places.length - 1;
        }
        places[place] = number;
    }

    /** Random bytes are a hash already, but some clients put a time in front. */
    private int place(long first, long second) {
        long mixed = (first ^ second * 0x9e3779b97f4a7c15L) * 0xc2b2ae3d27d4eb4fL;
        return (int) (mixed >>> 32) & places.length - 1;
    }

    private int store(byte[] value, int length, int source, int line) {
        if (used + HEADER + length > PIECE) {
            pieces.add(new byte[PIECE]);
            used = 0;
        }
        byte[] piece = pieces.getLast();
        int at = used;
        piece[at] = (byte) (length >>> 8);
        piece[at + 1] = (byte) length;
        piece[at + 2] = (byte) (source >>> 8);
        piece[at + 3] = (byte) source;
        piece[at + 4] = (byte) (line >>> 24);
        piece[at + 5] = (byte) (line >>> 16);
        piece[at + 6] = (byte) (line >>> 8);
        piece[at + 7] = (byte) line;
        System.arraycopy(value, 0, piece, at + HEADER, length);
        used += HEADER + length;
        return (pieces.size() - 1) * PIECE + at + 1;
    }

    private byte[] piece(int at) {
        return pieces.get((at - 1) / PIECE);
    }

    private int sourceOf(int at) {
        return u16(piece(at), (at - 1) % PIECE + 2);
    }

    private int line(int at) {
        byte[] piece = piece(at);
        int start = (at - 1) % PIECE + 4;
        return u16(piece, start) << 16 | u16(piece, start + 2);
    }

    private static int u16(byte[] d, int at) {
        return (d[at] & 0xff) << 8 | d[at + 1] & 0xff;
    }

    /** Sources are few: the files that were named, and the capture itself. */
    private int source(String name) {
        int last = sources.size() - 1;
        if (last >= 0 && sources.get(last).equals(name)) {
            return last;
        }
        int known = sources.indexOf(name);
        if (known >= 0) {
            return known;
        }
        sources.add(name);
        return last + 1;
    }
}
