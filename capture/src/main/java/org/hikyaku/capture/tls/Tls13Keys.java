package org.hikyaku.capture.tls;

import java.util.Optional;
import java.util.function.IntFunction;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.RecordProtection;
import org.hikyaku.tls.wire.TrafficKeys;
import org.jspecify.annotations.Nullable;

/** Which keys of TLS 1.3 protect a direction, phase after phase (RFC 8446 section 7). */
final class Tls13Keys {
    private final KeyFinder finder;
    private final TlsReport report;
    private SessionKeys session = new SessionKeys(Optional.empty());

    /** Whose secrets were looked for last. */
    private HandshakeMessage.@Nullable ClientHello sought;

    private Optional<ExternalPsk> external = Optional.empty();

    Tls13Keys(KeyFinder finder, TlsReport report) {
        this.finder = finder;
        this.report = report;
    }

    /** First keys of a direction. */
    @SuppressWarnings("ReferenceEquality") // the hello of another handshake, or the same
    void protect(Handshake handshake, Direction d) {
        CipherSuite suite = handshake.suite;
        if (suite == null || !suite.tls13() || !RecordProtection.supported(suite)) {
            report.unsupported();
            d.seal();
            return;
        }
        HandshakeMessage.ClientHello hello = handshake.clientHello;
        if (hello != null && (hello != sought || session.secrets().isEmpty() || external.isPresent())) {
            seek(hello);
        }
        if (session.secrets().isEmpty()) {
            if (external.isEmpty()) {
                external = finder.externalPsk(handshake).filter(ExternalPsk::fits);
            }
            session = new SessionKeys(external.map(ExternalPsk::secrets));
        }
        if (session.secrets().isEmpty()) {
            report.darken(finder.whyNot(handshake, report.nanos()));
            d.seal();
            return;
        }
        boolean offered = d.side == Side.CLIENT && handshake.earlyData && !handshake.retry;
        if (offered && !firstKeyTaken(handshake)) {
            noteRefusal();
        }
        boolean early = offered
                && firstKeyTaken(handshake)
                && secret(SecretLabel.CLIENT_EARLY_TRAFFIC_SECRET).isPresent();
        if (!early && external.isPresent() && !external.get().opens()) {
            report.darken(finder.whyNot(
                    handshake, report.nanos())); // RFC 8446 section 7.1: early data alone hang on the key alone
            d.seal();
            return;
        }
        SecretLabel first = d.side == Side.SERVER
                ? SecretLabel.SERVER_HANDSHAKE_TRAFFIC_SECRET
                : early ? SecretLabel.CLIENT_EARLY_TRAFFIC_SECRET : SecretLabel.CLIENT_HANDSHAKE_TRAFFIC_SECRET;
        SecretLabel application =
                d.side == Side.SERVER ? SecretLabel.SERVER_TRAFFIC_SECRET_0 : SecretLabel.CLIENT_TRAFFIC_SECRET_0;
        if (secret(first).isEmpty() && secret(application).isPresent()) {
            // A log that keeps only the secrets of application data: the records before open with nothing.
            phase(handshake, d, Direction.Phase.APPLICATION, application);
        } else {
            phase(handshake, d, early ? Direction.Phase.EARLY : Direction.Phase.HANDSHAKE, first);
        }
    }

    /** Looks for secrets that may have come since; true when the direction was sealed and can be opened. */
    boolean unseal(Handshake handshake, Direction d) {
        if (d.phase != Direction.Phase.SEALED) {
            return false;
        }
        d.phase = Direction.Phase.CLEAR;
        Direction.Awaited awaited = d.awaited;
        d.awaited = null;
        if (awaited == null) {
            protect(handshake, d);
        } else {
            phase(handshake, d, awaited.phase(), awaited.label());
        }
        return d.phase != Direction.Phase.SEALED;
    }

    private void seek(HandshakeMessage.ClientHello hello) {
        sought = hello;
        session = new SessionKeys(finder.secrets(hello));
    }

    private Optional<Secret> secret(SecretLabel label) {
        return session.secret(label);
    }

    private void phase(Handshake handshake, Direction d, Direction.Phase phase, SecretLabel label) {
        CipherSuite suite = handshake.suite;
        Optional<Secret> secret = secret(label);
        if (secret.isEmpty() && handshake.clientHello != null) {
            seek(handshake.clientHello); // the line may have come since
            secret = secret(label);
        }
        if (secret.isEmpty() && external.isPresent()) {
            report.darken(
                    external.get().opens()
                            ? new Dark(
                                    Dark.Reason.BYTES_LOST,
                                    "handshake messages are missing, and from a pre-shared key the secrets are made over"
                                            + " all of them")
                            : finder.whyNot(handshake, report.nanos()));
            d.seal();
            return;
        }
        if (suite == null || secret.isEmpty()) {
            d.awaited = new Direction.Awaited(phase, label);
            report.darken(
                    Dark.Reason.INCOMPLETE_LINES,
                    "the key log has lines for this session but not " + label.name() + ": what the "
                            + TlsConversation.word(d.side) + " sent under it stays dark");
            d.seal();
            return;
        }
        if (secret.get().value().length != suite.prf().length()) {
            report.darken(
                    Dark.Reason.WRONG_SECRET,
                    "the secret in " + secret.get().origin() + " has "
                            + secret.get().value().length + " bytes, but " + suite.name() + " needs "
                            + suite.prf().length());
            d.seal();
            return;
        }
        KeySchedules schedules = finder.schedules();
        TrafficKeys keys = session.keys(schedules.tls13(suite.prf()), suite, label, secret.get());
        d.protect(phase, RecordProtection.tls13(suite, keys, schedules.ciphers()));
        d.secret = secret.get().value();
        if (handshake.clientHello != null) {
            // All of the session: behind a hole later ones may come into use unseen.
            report.use(handshake.clientHello.random(), session.secrets().orElseThrow());
        }
        if (report.keyOrigin == null) {
            report.keyOrigin = secret.get().origin();
        }
    }

    /** RFC 8446 section 4.2.10: early data are under the first pre-shared key offered, and are taken with it alone. */
    private static boolean firstKeyTaken(Handshake handshake) {
        return handshake.serverHello != null
                && handshake
                        .serverHello
                        .extension(Extension.SelectedPreSharedKey.class)
                        .filter(key -> key.index() == 0)
                        .isPresent();
    }

    /** The server takes the first key but not the early data under it. */
    void earlyDataRefused(Handshake handshake, Direction client) {
        if (client.phase == Direction.Phase.EARLY) {
            noteRefusal();
            phase(handshake, client, Direction.Phase.HANDSHAKE, SecretLabel.CLIENT_HANDSHAKE_TRAFFIC_SECRET);
        }
    }

    void noteRefusal() {
        report.note("the server refused the client's early data: what was in them was not taken, and is left out here");
    }

    /** The client's early data is over. */
    void endOfEarlyData(Handshake handshake, Direction d) {
        if (d.phase == Direction.Phase.EARLY) {
            phase(handshake, d, Direction.Phase.HANDSHAKE, SecretLabel.CLIENT_HANDSHAKE_TRAFFIC_SECRET);
        }
    }

    /** A Finished has passed: the keys of application data come next. */
    void finished(Handshake handshake, Direction d) {
        if (handshake.tls13() && d.phase == Direction.Phase.HANDSHAKE) {
            if (d.side == Side.SERVER) {
                external.ifPresent(psk -> psk.serverFinished(handshake));
            }
            phase(
                    handshake,
                    d,
                    Direction.Phase.APPLICATION,
                    d.side == Side.CLIENT ? SecretLabel.CLIENT_TRAFFIC_SECRET_0 : SecretLabel.SERVER_TRAFFIC_SECRET_0);
        }
    }

    void keyUpdate(Handshake handshake, Direction d) {
        CipherSuite suite = handshake.suite;
        byte[] secret = d.secret;
        if (suite != null && secret != null && handshake.tls13()) {
            report.keyUpdates++;
            KeySchedules schedules = finder.schedules();
            RecordOpener.Next next = RecordOpener.next(
                    schedules,
                    suite,
                    Direction.Phase.APPLICATION,
                    schedules.tls13(suite.prf()).next(secret));
            d.protect(next.phase(), next.protection());
            d.secret = next.secret();
        }
    }

    /** Keys that may have come into use without our seeing it. */
    IntFunction<Optional<RecordOpener.Next>> later(Handshake handshake, Direction d) {
        CipherSuite suite = handshake.suite;
        return suite == null || !handshake.tls13()
                ? _ -> Optional.empty()
                : RecordOpener.later(d, suite, session.secrets(), d.broken, finder.schedules());
    }

    /**
     * Whether a record that did not open was not meant for the keys in use: early data that the server refused, or messages
     * of the handshake when the log holds only the secrets of application data.
     */
    boolean meantForOthers(Handshake handshake, Direction d) {
        boolean client = d.side == Side.CLIENT;
        boolean refusedEarlyData = client && handshake.earlyData && d.opened == 0 && handshake.tls13();
        boolean handshakeUnderOtherKeys = handshake.tls13()
                && d.opened == 0
                && d.phase == Direction.Phase.APPLICATION
                && secret(
                                client
                                        ? SecretLabel.CLIENT_HANDSHAKE_TRAFFIC_SECRET
                                        : SecretLabel.SERVER_HANDSHAKE_TRAFFIC_SECRET)
                        .isEmpty();
        return refusedEarlyData || handshakeUnderOtherKeys;
    }
}
