package org.hikyaku.capture.tls;

import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.HandshakeType;
import org.hikyaku.tls.wire.RawHandshake;

/** What the hellos of both sides settle: version, cipher suite, extensions, and with TLS 1.3 the first keys. */
final class Negotiation {
    private static final List<TlsVersion> VERSIONS = List.of(TlsVersion.values());

    private final KeyFinder finder;
    private final TlsReport report;
    private final Tls13Keys keys13;
    private final Direction client;
    private final Direction server;

    Negotiation(KeyFinder finder, TlsReport report, Tls13Keys keys13, Direction client, Direction server) {
        this.finder = finder;
        this.report = report;
        this.keys13 = keys13;
        this.client = client;
        this.server = server;
    }

    /** @return the handshake that the hello belongs to: another one when it begins a renegotiation */
    Handshake clientHello(Handshake before, HandshakeMessage.ClientHello hello, byte[] encoded) {
        Handshake handshake = before;
        if (before.settled()) { // a renegotiation
            handshake = before.renegotiated();
            report.renegotiations++;
        } else if (report.clientHello == null) {
            report.clientHello = hello;
        }
        handshake.clientHello = hello;
        handshake.helloAgain = handshake.retry;
        handshake.earlyData |= hello.extension(Extension.EarlyData.class).isPresent();
        report.earlyDataOffered |= handshake.earlyData;
        handshake.append(encoded);
        if (finder.store().hasPsks()
                && hello.extension(Extension.PreSharedKeys.class).isPresent()) {
            handshake.keepHelloTranscript();
        }
        return handshake;
    }

    void serverHello(Handshake handshake, HandshakeMessage.ServerHello hello, RawHandshake raw) {
        Optional<TlsVersion> version = version(hello.version());
        report.suiteCode = hello.suite();
        Optional<CipherSuite> suite = CipherSuite.registry().find(hello.suite());
        report.serverHello = hello;
        handshake.version = version.orElse(null);
        // GOST and SM3: without their digest there is neither a transcript's hash nor a key schedule.
        handshake.suite = suite.filter(s -> s.prf() != CipherSuite.Prf.OTHER).orElse(null);
        report.version = handshake.version;
        report.suite = suite.orElse(null);
        if (hello.helloRetryRequest()) {
            handshake.retry = true;
            if (handshake.earlyData) {
                keys13.noteRefusal();
            }
            report.retried = true;
            Optional.ofNullable(handshake.suite)
                    .filter(CipherSuite::tls13)
                    .ifPresent(s -> handshake.transcript().ifPresent(t -> {
                        byte[] hash = finder.schedules().tls13(s.prf()).hash(t);
                        handshake.replaceTranscript(new RawHandshake(HandshakeType.MESSAGE_HASH, hash).encoded());
                    }));
            handshake.append(raw.encoded());
            return;
        }
        handshake.serverHello = hello;
        handshake.append(raw.encoded());
        for (Extension extension : hello.extensions().orElse(List.of())) {
            if (extension instanceof Extension.Alpn alpn) {
                chosen(alpn);
            } else if (extension instanceof Extension.ServerKeyShare key) {
                report.group = key.share().group();
            }
        }
        handshake.extendedMasterSecret =
                hello.extension(Extension.ExtendedMasterSecret.class).isPresent();
        handshake.encryptThenMac =
                hello.extension(Extension.EncryptThenMac.class).isPresent();
        report.extendedMasterSecret = handshake.extendedMasterSecret;
        report.encryptThenMac = handshake.encryptThenMac;
        if (handshake.tls13()) {
            report.resumed =
                    hello.extension(Extension.SelectedPreSharedKey.class).isPresent();
            Optional<ExternalPsk> psk = finder.externalPsk(handshake).filter(ExternalPsk::fits);
            if (psk.isPresent()) {
                report.resumed = false; // nothing earlier: a key agreed on outside of TLS
                report.note("the peers prove who they are by the pre-shared key of identity '"
                        + psk.get().identity() + "', whose binder fits");
            }
            keys13.protect(handshake, server);
            keys13.protect(handshake, client);
        }
    }

    void encryptedExtensions(Handshake handshake, HandshakeMessage.EncryptedExtensions message) {
        handshake.extensionsSeen = true;
        boolean early = false;
        for (Extension extension : message.extensions()) {
            early |= extension instanceof Extension.EarlyData;
            if (extension instanceof Extension.Alpn alpn) {
                chosen(alpn);
            }
        }
        if (handshake.earlyData && !early) {
            keys13.earlyDataRefused(handshake, client);
        }
    }

    private void chosen(Extension.Alpn alpn) {
        report.alpn = alpn.protocols().isEmpty() ? null : alpn.protocols().getFirst();
    }

    private static Optional<TlsVersion> version(int code) {
        for (TlsVersion version : VERSIONS) {
            if (version.code() == code) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }
}
