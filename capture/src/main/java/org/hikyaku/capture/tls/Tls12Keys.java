package org.hikyaku.capture.tls;

import java.util.Optional;
import java.util.zip.Inflater;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.BulkCipher;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.RecordProtection;

/** Which keys protect a direction from SSL 3.0 to TLS 1.2: made from the master secret, in use behind a ChangeCipherSpec. */
final class Tls12Keys {
    private final KeyFinder finder;
    private final TlsReport report;

    Tls12Keys(KeyFinder finder, TlsReport report) {
        this.finder = finder;
        this.report = report;
    }

    /**
     * A ChangeCipherSpec passed: the next record of this direction is protected.
     *
     * @param holes whether bytes of either direction are missing
     */
    void changeCipherSpec(Handshake handshake, Direction d, boolean holes) {
        CipherSuite suite = handshake.suite;
        TlsVersion version = handshake.version;
        boolean abbreviated = handshake.abbreviated();
        if (d.side == Side.CLIENT) {
            handshake.clientChanged = true;
        } else {
            handshake.serverChanged = true;
        }
        if (suite == null || version == null) {
            if (!handshake.settled()) {
                report.darken(
                        Dark.Reason.SERVER_HELLO_MISSING,
                        "the ServerHello, which names version and cipher suite, is not in the capture");
                d.seal();
            } else {
                report.unsupported();
                d.seal();
            }
            return;
        }
        if (!RecordProtection.supported(suite) || suite.tls13()) {
            report.unsupported();
            d.seal();
            return;
        }
        if (!handshake.keysSought) {
            handshake.keysSought = true;
            report.resumed |= abbreviated && !holes;
            findKeys(handshake, suite, version);
        }
        if (handshake.keys == null) {
            if (suite.cipher() == BulkCipher.NULL) {
                d.phase = Direction.Phase.CLEAR;
                d.macOnly = suite.mac().length();
                report.keyOrigin = "nothing: the suite does not encrypt";
                report.dark = null;
            } else {
                d.seal();
            }
            return;
        }
        d.protect(
                Direction.Phase.APPLICATION,
                RecordProtection.tls12(
                        version,
                        suite,
                        d.side == Side.CLIENT ? handshake.keys.client() : handshake.keys.server(),
                        handshake.encryptThenMac,
                        finder.schedules().ciphers()));
        if (handshake.serverHello != null && handshake.serverHello.compression() == 1) {
            d.inflater = new Inflater();
        }
    }

    /** Looks for keys that may have come since; true when a direction that was sealed can be opened. */
    boolean unseal(Handshake handshake, Direction... directions) {
        boolean opened = false;
        for (Direction d : directions) {
            if (d.phase == Direction.Phase.SEALED) {
                d.phase = Direction.Phase.CLEAR;
                handshake.keysSought = handshake.keys != null;
                changeCipherSpec(handshake, d, d.broken);
                opened |= d.phase != Direction.Phase.SEALED;
            }
        }
        return opened;
    }

    private void findKeys(Handshake handshake, CipherSuite suite, TlsVersion version) {
        HandshakeMessage.ClientHello hello = handshake.clientHello;
        HandshakeMessage.ServerHello chosen = handshake.serverHello;
        Optional<Secret> master = finder.master(handshake);
        if (master.isEmpty() || hello == null || chosen == null) {
            report.darken(finder.whyNot(handshake, report.nanos()));
            return;
        }
        handshake.master = master.get();
        if (handshake.underServersKey() && !handshake.abbreviated()) {
            finder.misplacedKey(handshake).ifPresent(report::note);
        }
        FoundSecrets used = new FoundSecrets();
        used.put(SecretLabel.CLIENT_RANDOM, master.get());
        report.use(hello.random(), used);
        if (report.keyOrigin == null) {
            report.keyOrigin = master.get().origin();
        }
        handshake.keys = finder.schedules()
                .tls12(version, suite.prf())
                .keyBlock(master.get().value(), hello.random(), chosen.random(), suite);
        finder.remember(handshake, master.get());
    }

    /** Whether records are chained, so that one behind a hole cannot open but those after it can. */
    static boolean chained(Handshake handshake, Direction d) {
        return handshake.version != null
                && !handshake.version.atLeast(TlsVersion.TLSV1_1)
                && handshake.suite != null
                && handshake.suite.cipher().mode() == BulkCipher.Mode.CBC
                && d.protection != null;
    }
}
