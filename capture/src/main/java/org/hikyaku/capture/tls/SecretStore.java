package org.hikyaku.capture.tls;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.net.Limit;

/**
 * All secrets that are known: from key logs, from the capture itself, and from sessions decrypted before, whose master
 * secrets resumed sessions use again. Safe for several threads.
 */
public final class SecretStore {
    /** Five lines a session: half a million sessions of TLS 1.3. */
    public static final Limit SECRETS = new Limit("secrets taken from key logs", 2_500_000);

    /** Masters kept for sessions that may be resumed. */
    public static final Limit PARENTS = new Limit("earlier sessions kept for those that resume them", 200_000);

    private final SecretTable byRandom;
    private final Map<String, Secret> bySession = new ConcurrentHashMap<>();
    private final Map<String, Secret> byPremaster = new ConcurrentHashMap<>();
    private final Map<String, Secret> byPskIdentity = new ConcurrentHashMap<>();
    private final List<KeyLogFileReader> files = new CopyOnWriteArrayList<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong sources = new AtomicLong();

    /** Sessions that key logs name by their id. */
    private final AtomicLong named = new AtomicLong();

    /** Set before threads begin to read. */
    private volatile boolean expecting;

    public SecretStore() {
        this(Patience.DEFAULT);
    }

    /** @param patience with key logs that are pipes */
    SecretStore(Patience patience) {
        this.byRandom = new SecretTable(patience);
    }

    /** Takes a key log as text: a pcapng secrets block. Key logs that are being read come first. */
    public void addText(byte[] text, String source) {
        byRandom.awaitAll();
        sources.incrementAndGet();
        new KeyLogParser(this, source).take(text, 0, text.length, true);
    }

    /** Takes a key log file, which may grow while it is used. */
    void addFile(KeyLogFileReader file) {
        sources.incrementAndGet();
        files.add(file);
    }

    /** Looks whether the key logs have grown; true when something new was there. */
    boolean refresh() {
        byRandom.awaitAll();
        boolean grown = false;
        for (KeyLogFileReader file : files) {
            grown |= file.readMore();
        }
        return grown;
    }

    /**
     * Keeps a secret.
     *
     * @param session the number that this gave for the random before; 0 when it is not known
     * @param value of which so many bytes hold
     * @return the session's number; 0 when there is no room
     */
    int put(SecretLabel label, byte[] random, int session, byte[] value, int length, String source, int line) {
        return room() ? byRandom.put(label, random, session, value, length, source, line) : 0;
    }

    /** Where logs say how far they are read. */
    SecretTable table() {
        return byRandom;
    }

    /** Waits until the key logs have been read; for a pipe, which may have no end, no longer than a minute. */
    public void awaitKeyLogs() {
        byRandom.awaitAll();
    }

    void putSession(byte[] sessionId, Secret master) {
        if (room()) {
            named.incrementAndGet();
            bySession.put(hex(sessionId), master);
        }
    }

    /** The first eight bytes of the encrypted premaster secret name it (NSS's {@code RSA} lines). */
    void putPremaster(byte[] firstBytes, Secret premaster) {
        if (room()) {
            byPremaster.put(hex(firstBytes), premaster);
        }
    }

    /** Takes a pre-shared key. */
    public void putPsk(String identity, byte[] key, String source) {
        byPskIdentity.put(identity, new Secret(key, source, 0));
    }

    /** Says that secrets may come while the capture is read, in the capture itself. */
    public void expectMore() {
        expecting = true;
        byRandom.live();
    }

    /** Whether secrets may still come: a key log may grow, and so may a capture that is read as it is made. */
    boolean mayGrow() {
        return expecting || !files.isEmpty();
    }

    /** Counts the secrets that came. */
    long taken() {
        return count.get();
    }

    private boolean room() {
        if (count.incrementAndGet() > SECRETS.value()) {
            refused.incrementAndGet();
            return false;
        }
        return true;
    }

    Optional<SessionSecrets> ofRandom(byte[] random) {
        return byRandom.find(random);
    }

    Optional<Secret> ofSession(byte[] sessionId) {
        byRandom.awaitAll();
        return sessionId.length == 0 ? Optional.empty() : Optional.ofNullable(bySession.get(hex(sessionId)));
    }

    Optional<Secret> ofPremaster(byte[] encrypted) {
        byRandom.awaitAll();
        return byPremaster.isEmpty() || encrypted.length < 8
                ? Optional.empty()
                : Optional.ofNullable(byPremaster.get(HexFormat.of().formatHex(encrypted, 0, 8)));
    }

    /** The key of this identity, or the only one that there is without a name. */
    Optional<Secret> ofPsk(String identity) {
        Secret named = byPskIdentity.get(identity);
        return Optional.ofNullable(named != null ? named : byPskIdentity.get(""));
    }

    /** A session whose master secret was found: it may be resumed by this id or ticket. */
    void remember(byte[] idOrTicket, byte[] master, String session) {
        if (idOrTicket.length > 0 && bySession.size() < PARENTS.value()) {
            bySession.putIfAbsent(key(idOrTicket), new Secret(master, session, 0));
        }
    }

    /** A session remembered by its ticket. */
    Optional<Secret> ofTicket(byte[] ticket) {
        return ticket.length == 0 ? Optional.empty() : Optional.ofNullable(bySession.get(key(ticket)));
    }

    private static String key(byte[] idOrTicket) {
        return idOrTicket.length <= 32 ? hex(idOrTicket) : "ticket " + hex(idOrTicket);
    }

    /** Sessions that key logs have secrets of, by client random or by session id. */
    public long sessions() {
        return byRandom.sessions() + named.get();
    }

    /** Whether any pre-shared key was given. */
    boolean hasPsks() {
        return !byPskIdentity.isEmpty();
    }

    /** Whether any key log or secrets block was given. */
    public boolean given() {
        return sources.get() > 0;
    }

    /**
     * Whether the key log files fit the time of a connection, in words that go on a sentence.
     *
     * @param nanos when the connection was, since 1970
     */
    String age(long nanos) {
        List<Instant> written = files.stream()
                .map(KeyLogFileReader::lastWritten)
                .flatMap(Optional::stream)
                .toList();
        if (written.isEmpty() || written.size() < files.size()) {
            return ""; // a pipe tells nothing
        }
        Instant newest = Collections.max(written);
        Instant then = Instant.ofEpochSecond(0, nanos);
        return "; it was last written at " + newest.truncatedTo(ChronoUnit.SECONDS) + ", " + order(newest, then)
                + " this connection began";
    }

    /** File times and the clock of whoever captured may differ a little. */
    private static String order(Instant written, Instant began) {
        if (!written.isBefore(began)) {
            return "after";
        }
        return written.isBefore(began.minusSeconds(2)) ? "before" : "within 2 seconds before";
    }

    /** Secrets that were left out because there were too many. */
    public long refused() {
        return refused.get();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes).toLowerCase(Locale.ROOT);
    }
}
