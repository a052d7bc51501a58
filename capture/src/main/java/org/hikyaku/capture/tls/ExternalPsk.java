package org.hikyaku.capture.tls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.Tls13KeySchedule;

/**
 * A pre-shared key that was agreed on outside of TLS and that the server took (RFC 8446 section 4.2.11). It opens a session
 * of TLS 1.3 alone when no ephemeral exchange is mixed in (mode psk_ke).
 */
final class ExternalPsk {
    private final Tls13KeySchedule schedule;
    private final byte[] early;
    private final String identity;
    private final Secret key;
    private final boolean fits;
    private final boolean ephemeral;
    private final FoundSecrets secrets = new FoundSecrets();

    private ExternalPsk(
            Tls13KeySchedule schedule, String identity, Secret key, byte[] early, boolean fits, boolean ephemeral) {
        this.schedule = schedule;
        this.identity = identity;
        this.key = key;
        this.early = early;
        this.fits = fits;
        this.ephemeral = ephemeral;
    }

    /** The key that we have of the identity which the server took, if any; its binder is checked. */
    static Optional<ExternalPsk> of(Handshake handshake, SecretStore store) {
        if (!store.hasPsks()) {
            return Optional.empty();
        }
        ServerHello server = handshake.serverHello;
        byte[] hello = handshake.helloTranscript;
        Optional<Extension.SelectedPreSharedKey> taken =
                server == null ? Optional.empty() : server.extension(Extension.SelectedPreSharedKey.class);
        Optional<Extension.PreSharedKeys> offered = handshake.clientHello == null
                ? Optional.empty()
                : handshake.clientHello.extension(Extension.PreSharedKeys.class);
        if (taken.isEmpty() || offered.isEmpty() || hello == null || server == null || handshake.suite == null) {
            return Optional.empty();
        }
        int index = taken.get().index();
        if (index >= offered.get().identities().size()
                || index >= offered.get().binders().size()) {
            return Optional.empty();
        }
        String identity = new String(offered.get().identities().get(index).identity(), StandardCharsets.UTF_8);
        Optional<Secret> key = store.ofPsk(identity);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Tls13KeySchedule schedule = new Tls13KeySchedule(handshake.suite.prf());
        byte[] early = schedule.early(key.get().value());
        // Section 4.2.11.2: over the messages up to the binders, whose list stands at the end with its length.
        int binders =
                2 + offered.get().binders().stream().mapToInt(b -> 1 + b.length).sum();
        byte[] before = Arrays.copyOf(hello, Math.max(0, hello.length - binders));
        byte[] binderKey = schedule.derive(early, "ext binder", schedule.hash(new byte[0]));
        boolean fits = Arrays.equals(
                schedule.finished(binderKey, schedule.hash(before)),
                offered.get().binders().get(index));
        boolean ephemeral = server.extension(Extension.ServerKeyShare.class).isPresent();
        ExternalPsk psk = new ExternalPsk(schedule, identity, key.get(), early, fits, ephemeral);
        if (fits) {
            psk.helloPassed(hello, handshake);
        }
        return Optional.of(psk);
    }

    /** Whether the client's binder was made with this key: it is that of the session. */
    boolean fits() {
        return fits;
    }

    /** Whether the key alone opens the session. */
    boolean opens() {
        return fits && !ephemeral;
    }

    SessionSecrets secrets() {
        return secrets;
    }

    /** As the peers name the key. */
    String identity() {
        return identity;
    }

    private void helloPassed(byte[] hello, Handshake handshake) {
        put(SecretLabel.CLIENT_EARLY_TRAFFIC_SECRET, early, "c e traffic", schedule.hash(hello));
        if (ephemeral) {
            return;
        }
        handshake.transcript().map(schedule::hash).ifPresent(hash -> {
            put(SecretLabel.CLIENT_HANDSHAKE_TRAFFIC_SECRET, handshakeSecret(), "c hs traffic", hash);
            put(SecretLabel.SERVER_HANDSHAKE_TRAFFIC_SECRET, handshakeSecret(), "s hs traffic", hash);
        });
    }

    /** The server's Finished is in the transcript: the secrets of application data follow from it. */
    void serverFinished(Handshake handshake) {
        handshake.transcript().map(schedule::hash).ifPresent(hash -> {
            byte[] master = schedule.master(handshakeSecret());
            put(SecretLabel.CLIENT_TRAFFIC_SECRET_0, master, "c ap traffic", hash);
            put(SecretLabel.SERVER_TRAFFIC_SECRET_0, master, "s ap traffic", hash);
        });
    }

    /** Section 7.1: without an ephemeral exchange its place is taken by zeros. */
    private byte[] handshakeSecret() {
        return schedule.handshake(early, new byte[schedule.hash(new byte[0]).length]);
    }

    private void put(SecretLabel label, byte[] secret, String word, byte[] hash) {
        secrets.put(label, new Secret(schedule.derive(secret, word, hash), key.source(), key.line()));
    }

    /** Why a session stays dark though its identity's key was given. */
    Dark dark(Optional<String> group) {
        String whose = identity.isEmpty() ? "" : " of identity '" + identity + "'";
        return fits
                ? new Dark(
                        Dark.Reason.EPHEMERAL,
                        "the pre-shared key" + whose
                                + " is the right one (it fits the binder in the ClientHello), but an"
                                + " ephemeral key exchange is mixed in (psk_dhe_ke"
                                + group.map(name -> ", " + name).orElse("")
                                + "): only a key log opens it")
                : new Dark(
                        Dark.Reason.WRONG_SECRET,
                        "the pre-shared key given does not fit the binder" + whose
                                + " in the ClientHello (RFC 8446 section 4.2.11): it is another key");
    }
}
