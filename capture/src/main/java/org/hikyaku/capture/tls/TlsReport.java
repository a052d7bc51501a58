package org.hikyaku.capture.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Limit;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.ExtensionType;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.NamedGroup;
import org.jspecify.annotations.Nullable;

/** What was learned about one TLS connection. Filled in while it passes; read it when the connection has ended. */
public final class TlsReport {
    static final Limit STEPS = new Limit("handshake messages kept of one connection", 64);

    /** What a step costs beside its bytes. */
    private static final int STEP = 96;

    /** How a Finished message compared with what it should be. */
    public enum FinishedCheck {
        /** Not seen, not decrypted, or something of the handshake before it is missing. */
        UNKNOWN,
        GOOD,
        BAD
    }

    @Nullable
    ClientHello clientHello;

    @Nullable
    ServerHello serverHello;

    @Nullable
    TlsVersion version;

    @Nullable
    CipherSuite suite;

    int suiteCode = -1;

    @Nullable
    Integer group;

    @Nullable
    String alpn;

    boolean retried;
    boolean resumed;
    boolean extendedMasterSecret;
    boolean encryptThenMac;
    boolean earlyDataOffered;
    int renegotiations;
    int keyUpdates;
    long clientBytes;
    long serverBytes;
    long earlyBytes;
    long lostBytes;
    long unopened;
    List<byte[]> serverChain = List.of();
    List<byte[]> clientChain = List.of();

    @Nullable
    String keyOrigin;

    @Nullable
    Dark dark;

    @Nullable
    FinishedClaim clientFinished;

    @Nullable
    FinishedClaim serverFinished;

    final List<Step> steps = new ArrayList<>();
    final List<String> alerts = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    long longestCut;
    private final List<UsedSecrets> used = new ArrayList<>(1);
    private final long nanos;

    private final HandshakeMemory.Share memory;

    TlsReport(long nanos, HandshakeMemory.Share memory) {
        this.nanos = nanos;
        this.memory = memory;
    }

    /** When TLS began, in nanoseconds since 1970. */
    public long nanos() {
        return nanos;
    }

    public Optional<ClientHello> clientHello() {
        return Optional.ofNullable(clientHello);
    }

    public Optional<ServerHello> serverHello() {
        return Optional.ofNullable(serverHello);
    }

    public Optional<TlsVersion> version() {
        return Optional.ofNullable(version);
    }

    public Optional<CipherSuite> suite() {
        return Optional.ofNullable(suite);
    }

    /** The suite's name, also when it is not known here; empty before a ServerHello. */
    public Optional<String> suiteName() {
        return suiteCode < 0
                ? Optional.empty()
                : Optional.of(CipherSuite.registry().name(suiteCode));
    }

    /** The group of the key exchange. */
    public Optional<String> group() {
        return group == null
                ? Optional.empty()
                : Optional.of(NamedGroup.registry().name(group));
    }

    public Optional<String> serverName() {
        ClientHello hello = clientHello;
        if (hello == null || hello.extensions().isEmpty()) {
            return Optional.empty();
        }
        List<Extension> extensions = hello.extensions().get();
        for (int i = 0;
                i < extensions.size();
                i++) { // not by class and iterator: until the second compiler they are dear
            if (extensions.get(i) instanceof Extension.ServerName sni) {
                return sni.names().isEmpty()
                        ? Optional.empty()
                        : Optional.of(sni.names().getFirst());
            }
        }
        return Optional.empty();
    }

    public Optional<String> alpn() {
        return Optional.ofNullable(alpn);
    }

    /** The client sent an encrypted inner hello, or pretended to (RFC 9849): the name shown is the outer one. */
    public boolean encryptedClientHello() {
        ClientHello hello = clientHello;
        return hello != null && hello.carries(ExtensionType.ENCRYPTED_CLIENT_HELLO);
    }

    /** A HelloRetryRequest came first. */
    public boolean retried() {
        return retried;
    }

    public boolean resumed() {
        return resumed;
    }

    public boolean extendedMasterSecret() {
        return extendedMasterSecret;
    }

    public boolean encryptThenMac() {
        return encryptThenMac;
    }

    public boolean earlyDataOffered() {
        return earlyDataOffered;
    }

    /** Handshakes after the first. */
    public int renegotiations() {
        return renegotiations;
    }

    public int keyUpdates() {
        return keyUpdates;
    }

    /** Bytes of application data decrypted. */
    public long decryptedBytes(Side side) {
        return side == Side.CLIENT ? clientBytes : serverBytes;
    }

    public long decryptedBytes() {
        return clientBytes + serverBytes;
    }

    /** Of the client's, what it sent before the handshake was done. */
    public long earlyBytes() {
        return earlyBytes;
    }

    /** Bytes that the capture lacks. */
    public long lostBytes() {
        return lostBytes;
    }

    /** Records that did not open although there were keys. */
    public long unopenedRecords() {
        return unopened;
    }

    /** The server's certificates in DER, its own first. */
    public List<byte[]> serverChain() {
        return serverChain;
    }

    public List<byte[]> clientChain() {
        return clientChain;
    }

    /** Where the keys came from: {@code keys.log line 3}, {@code server.key}; empty when there were none. */
    public Optional<String> keyOrigin() {
        return Optional.ofNullable(keyOrigin);
    }

    /** Why it, or part of it, stayed dark. */
    public Optional<Dark> dark() {
        Dark present = dark;
        return present == null || present.reason() != Dark.Reason.SNAPLEN || longestCut == 0
                ? Optional.ofNullable(present)
                : Optional.of(new Dark(
                        present.reason(),
                        present.sentence() + "; " + longestCut + " bytes would have been enough for this connection"));
    }

    /** Whether there were keys that opened at least one record. */
    public boolean decrypted() {
        return keyOrigin != null && dark == null || decryptedBytes() > 0;
    }

    public FinishedCheck finished(Side side) {
        FinishedClaim claim = side == Side.CLIENT ? clientFinished : serverFinished;
        return claim == null ? FinishedCheck.UNKNOWN : claim.check();
    }

    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Alerts that were seen in clear or decrypted, such as {@code server: fatal handshake_failure (frame 12)}. */
    public List<String> alerts() {
        return List.copyOf(alerts);
    }

    /** What else was odd, a sentence each. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The secrets that opened it, as lines of a key log (RFC 9850) without line ends: guard them. */
    public List<String> usedSecrets() {
        return used.stream().flatMap(one -> one.lines().stream()).distinct().toList();
    }

    /** What the handshake settled; empty while version or suite are not known. Without keys TLS 1.3 hides the chain. */
    public Optional<SessionFacts> facts() {
        return CapturedFacts.of(this);
    }

    /** Whether the handshake came to its end. */
    public boolean established() {
        return CapturedFacts.established(this);
    }

    void finished(Side side, FinishedClaim claim) {
        if (side == Side.CLIENT) {
            clientFinished = claim;
        } else {
            serverFinished = claim;
        }
    }

    @SuppressWarnings("ReferenceEquality") // mostly the same object, which is found out faster
    void use(byte[] clientRandom, SessionSecrets secrets) {
        for (UsedSecrets one : used) {
            if (one.secrets() == secrets || one.secrets().equals(secrets)) { // of the phase before
                return;
            }
        }
        if (used.size() < STEPS.value()) {
            used.add(new UsedSecrets(clientRandom, secrets));
        }
    }

    /** Whether another message is kept. */
    boolean takesSteps() {
        return steps.size() < STEPS.value();
    }

    /** @param length of the message, in bytes */
    void step(Step step, int length) {
        if (takesSteps() && memory.take(length + STEP)) {
            steps.add(step);
        }
    }

    void note(String sentence) {
        if (notes.size() < 16) {
            notes.add(sentence);
        }
    }

    void darken(Dark why) {
        darken(why.reason(), why.sentence());
    }

    /** No keys would help. */
    void unsupported() {
        darken(
                Dark.Reason.UNSUPPORTED,
                "the cipher suite " + CipherSuite.registry().name(suiteCode) + " is not one that Hikyaku decrypts");
    }

    /** The first reason stays: later ones follow from it. */
    void darken(Dark.Reason reason, String sentence) {
        if (dark == null) {
            dark = new Dark(reason, sentence);
        }
    }
}
