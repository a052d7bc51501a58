package org.hikyaku.capture.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.ExtensionType;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.tls.wire.RecordCiphers;
import org.hikyaku.tls.wire.Tls12KeySchedule;
import org.jspecify.annotations.Nullable;

/** Joins a handshake with what is known: key logs, RSA keys, pre-shared keys, earlier sessions. Says why when it cannot. */
public final class KeyFinder {
    private final SecretStore store;
    private final RsaKeys rsaKeys;
    private final ServerKeys serverKeys;
    private final TrialBudget trials;
    private final HandshakeMemory handshakes;
    private final RecordMemory records;
    private final AtomicLong sealedBytes;
    private final Runnable untilEarlierIsKnown;
    private final PremastersAhead premasters;
    private final Supplier<RecordCiphers> ciphers;
    private final KeySchedules schedules;
    private final MissingKey missing;

    public KeyFinder(SecretStore store, RsaKeys rsaKeys) {
        this(store, rsaKeys, RecordCiphers::ofThread);
    }

    /** @param ciphers asked once for each thread */
    KeyFinder(SecretStore store, RsaKeys rsaKeys, Supplier<RecordCiphers> ciphers) {
        this.store = store;
        this.rsaKeys = rsaKeys;
        this.serverKeys = new ServerKeys();
        this.trials = new TrialBudget();
        this.handshakes = new HandshakeMemory();
        this.records = new RecordMemory();
        this.sealedBytes = new AtomicLong();
        this.untilEarlierIsKnown = () -> {};
        this.premasters = new PremastersAhead(rsaKeys);
        this.ciphers = ciphers;
        this.schedules = new KeySchedules(ciphers.get());
        this.missing = new MissingKey(store, rsaKeys);
    }

    private KeyFinder(KeyFinder shared, Runnable untilEarlierIsKnown) {
        this.store = shared.store;
        this.rsaKeys = shared.rsaKeys;
        this.serverKeys = shared.serverKeys;
        this.trials = shared.trials;
        this.handshakes = shared.handshakes;
        this.records = shared.records;
        this.sealedBytes = shared.sealedBytes;
        this.ciphers = shared.ciphers;
        this.untilEarlierIsKnown = untilEarlierIsKnown;
        this.premasters = new PremastersAhead(rsaKeys);
        this.schedules = new KeySchedules(ciphers.get());
        this.missing = new MissingKey(store, rsaKeys);
    }

    /**
     * Loads what the first session of a capture would wait for: native ciphers and hashes, and the tables of suites, extensions and
     * groups. To be called beside what else there is to do at the start.
     */
    public static void prepare() {
        KeySchedules schedules = new KeySchedules(RecordCiphers.ofThread());
        for (int common : new int[] {0x1301, 0x1302}) {
            CipherSuite suite = CipherSuite.registry().find(common).orElseThrow();
            RecordOpener.next(
                    schedules,
                    suite,
                    Direction.Phase.HANDSHAKE,
                    new byte[suite.prf().length()]);
        }
        var _ = ExtensionType.registry();
        var _ = NamedGroup.registry();
    }

    /**
     * The same, for one of several threads that decode side by side.
     *
     * @param untilEarlierIsKnown waits until the other threads have decoded what comes before this thread's packet; run
     *     when a session resumes another one that is not known (yet)
     */
    public KeyFinder ofThread(Runnable untilEarlierIsKnown) {
        return new KeyFinder(this, untilEarlierIsKnown);
    }

    /** This thread's. */
    public PremastersAhead premasters() {
        return premasters;
    }

    /** This thread's. */
    KeySchedules schedules() {
        return schedules;
    }

    TrialBudget trials() {
        return trials;
    }

    HandshakeMemory handshakes() {
        return handshakes;
    }

    /** What is held of records that are not whole. */
    RecordMemory records() {
        return records;
    }

    /** Records that were given up before they were whole, because of all connections too many were waiting. */
    public long recordsRefused() {
        return records.refused();
    }

    /** Connections of whose handshakes something was not kept, because of all connections too much was waiting. */
    public long handshakesShortened() {
        return handshakes.refused();
    }

    /** Searches behind holes that were given up because there were too many. */
    public long trialsRefused() {
        return trials.refused();
    }

    /** For the records of one connection whose keys may come late. */
    SealedRecords sealedRecords() {
        return new SealedRecords(sealedBytes, store.mayGrow());
    }

    ServerKeys serverKeys() {
        return serverKeys;
    }

    SecretStore store() {
        return store;
    }

    /** The lines of a key log for this session, looked up again in logs that have grown. */
    Optional<SessionSecrets> secrets(ClientHello hello) {
        Optional<SessionSecrets> found = store.ofRandom(hello.random());
        return found.isPresent() || !store.refresh() ? found : store.ofRandom(hello.random());
    }

    /** The master secret, up to TLS 1.2. */
    Optional<Secret> master(Handshake handshake) {
        ClientHello client = handshake.clientHello;
        ServerHello server = handshake.serverHello;
        CipherSuite suite = handshake.suite;
        TlsVersion version = handshake.version;
        if (server == null || version == null || suite == null) {
            return Optional.empty();
        }
        Tls12KeySchedule schedule = schedules.tls12(version, suite.prf());
        Optional<SessionSecrets> logged = client == null ? Optional.empty() : secrets(client);
        return logged.flatMap(s -> s.get(SecretLabel.CLIENT_RANDOM))
                .or(() -> logged.flatMap(s -> s.get(SecretLabel.PMS_CLIENT_RANDOM))
                        .flatMap(premaster -> master(handshake, schedule, premaster)))
                .or(() -> session(handshake, client, server))
                .or(() -> {
                    if (!handshake.abbreviated()) {
                        return Optional.empty();
                    }
                    untilEarlierIsKnown.run();
                    return session(handshake, client, server);
                })
                .or(() -> premaster(handshake, version, suite)
                        .flatMap(premaster -> master(handshake, schedule, premaster)));
    }

    private Optional<Secret> session(Handshake handshake, @Nullable ClientHello client, ServerHello server) {
        Optional<Secret> found = store.ofSession(server.sessionId());
        byte[] ticket = handshake.ticket;
        if (found.isEmpty() && ticket != null) {
            found = store.ofSession(sha256(ticket)); // OpenSSL names sessions that come with a ticket so
        }
        if (found.isEmpty() && client != null && handshake.abbreviated()) {
            found = client.extension(Extension.SessionTicket.class)
                    .flatMap(t -> store.ofTicket(t.ticket()).or(() -> store.ofSession(sha256(t.ticket()))));
        }
        return found;
    }

    private Optional<Secret> premaster(Handshake handshake, TlsVersion version, CipherSuite suite) {
        byte[] exchange = handshake.clientKeyExchange;
        if (exchange == null) {
            return Optional.empty();
        }
        if (handshake.underServersKey()) {
            int offset = version == TlsVersion.SSLV3 ? 0 : Math.min(2, exchange.length);
            return store.ofPremaster(Arrays.copyOfRange(exchange, offset, exchange.length))
                    .or(() -> rsaKeys.premaster(handshake.server, handshake.modulus(), version, exchange, premasters));
        }
        if (suite.keyExchange() == KeyExchange.PSK && exchange.length >= 2) {
            return store.ofPsk(PskIdentity.text(exchange))
                    .map(psk -> new Secret(pskPremaster(psk.value()), psk.source(), 0));
        }
        return Optional.empty();
    }

    /** RFC 4279 section 2: as many zeros as the key is long, and the key, each with its length. */
    private static byte[] pskPremaster(byte[] psk) {
        byte[] premaster = new byte[4 + 2 * psk.length];
        premaster[0] = (byte) (psk.length >>> 8);
        premaster[1] = (byte) psk.length;
        premaster[2 + psk.length] = premaster[0];
        premaster[3 + psk.length] = premaster[1];
        System.arraycopy(psk, 0, premaster, 4 + psk.length, psk.length);
        return premaster;
    }

    private static Optional<Secret> master(Handshake handshake, Tls12KeySchedule schedule, Secret premaster) {
        ClientHello client = handshake.clientHello;
        ServerHello server = handshake.serverHello;
        if (handshake.extendedMasterSecret) {
            byte[] hash = handshake.sessionHash;
            return hash == null
                    ? Optional.empty()
                    : Optional.of(new Secret(
                            schedule.extendedMasterSecret(premaster.value(), hash),
                            premaster.source(),
                            premaster.line()));
        }
        return client == null || server == null
                ? Optional.empty()
                : Optional.of(new Secret(
                        schedule.masterSecret(premaster.value(), client.random(), server.random()),
                        premaster.source(),
                        premaster.line()));
    }

    /** Keeps a session for those that resume it. */
    void remember(Handshake handshake, Secret master) {
        ServerHello server = handshake.serverHello;
        ClientHello client = handshake.clientHello;
        if (server == null) {
            return;
        }
        String name = "the session it resumes (" + master.origin() + ")";
        String origin = master.source().startsWith("the session it resumes") ? master.source() : name;
        store.remember(server.sessionId(), master.value(), origin);
        byte[] ticket = handshake.ticket;
        if (ticket != null) {
            store.remember(ticket, master.value(), origin);
        }
        if (client != null && handshake.abbreviated()) {
            client.extension(Extension.SessionTicket.class)
                    .ifPresent(t -> store.remember(t.ticket(), master.value(), origin));
        }
    }

    /** Why there is no master secret, or no traffic secrets. */
    Dark whyNot(Handshake handshake, long nanos) {
        return missing.of(handshake, nanos);
    }

    /** The pre-shared key that the server took, when it is one that was given. */
    Optional<ExternalPsk> externalPsk(Handshake handshake) {
        return ExternalPsk.of(handshake, store);
    }

    /** RSA keys given for this very server that do not belong to its certificate, as a sentence. */
    Optional<String> misplacedKey(Handshake handshake) {
        return rsaKeys.misplaced(handshake.server, Optional.ofNullable(handshake.serverKey));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks SHA-256", e);
        }
    }
}
