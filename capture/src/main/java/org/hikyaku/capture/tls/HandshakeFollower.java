package org.hikyaku.capture.tls;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.HandshakeCodec;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.HandshakeType;
import org.hikyaku.tls.wire.RawHandshake;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters;
import org.hikyaku.tls.wire.Sslv2;
import org.hikyaku.tls.wire.Tls12KeySchedule;
import org.hikyaku.tls.wire.TlsFormatException;

/** Reads the handshake as it passes and changes the keys of both directions when it says so. */
final class HandshakeFollower {
    private final KeyFinder finder;
    private final TlsReport report;
    private final Direction client;
    private final Direction server;
    private final HandshakeMemory.Share memory;
    private Handshake handshake;
    private final Tls12Keys keys12;
    private final Tls13Keys keys13;
    private final Negotiation negotiation;
    private final HandshakeGaps gaps;

    HandshakeFollower(
            KeyFinder finder,
            TlsReport report,
            Endpoint address,
            HandshakeMemory.Share memory,
            Direction client,
            Direction server) {
        this.memory = memory;
        this.handshake = new Handshake(address, memory);
        this.finder = finder;
        this.report = report;
        this.client = client;
        this.server = server;
        this.keys12 = new Tls12Keys(finder, report);
        this.keys13 = new Tls13Keys(finder, report);
        this.negotiation = new Negotiation(finder, report, keys13, client, server);
        this.gaps = new HandshakeGaps(report, client, server);
    }

    boolean tls13() {
        return handshake.tls13();
    }

    private Direction other(Direction d) {
        return d == client ? server : client;
    }

    /** Whether a record of this type can be understood now, or has to wait for the other direction. */
    boolean ready(Direction d, int type) {
        if (handshake.complete() || other(d).over()) {
            return true;
        }
        boolean change = type == ContentType.CHANGE_CIPHER_SPEC.code();
        if (d == server) {
            // After a HelloRetryRequest the ServerHello answers the second ClientHello (RFC 8446 section 4.1.4).
            return handshake.clientHello != null
                    && (change || !handshake.retry || handshake.helloAgain)
                    && (!change || handshake.tls13() || !handshake.serverHelloDone || handshake.clientChanged);
        }
        if (handshake.clientHello == null) {
            return true;
        }
        if (!handshake.settled()) {
            return handshake.retry;
        }
        if (handshake.tls13()) {
            return d.phase == Direction.Phase.EARLY && handshake.extensionsSeen
                    || d.phase == Direction.Phase.SEALED
                    || server.phase != Direction.Phase.HANDSHAKE
                    || handshake.serverFinished
                    || type != ContentType.APPLICATION_DATA.code();
        }
        return handshake.serverHelloDone || handshake.serverChanged || type == ContentType.ALERT.code();
    }

    /** Early data that the server has turned down by asking for another ClientHello (RFC 8446 section 4.2.10). */
    boolean refusedEarlyData(Direction d, int type) {
        return d == client && handshake.retry && !handshake.settled() && type == ContentType.APPLICATION_DATA.code();
    }

    /** A record comes that shows that something before it was not seen. */
    void beforeRecord(Direction d, int type, int length) {
        if (d.phase != Direction.Phase.CLEAR || !d.broken) {
            return;
        }
        boolean application = type == ContentType.APPLICATION_DATA.code();
        boolean sealedHandshake = type == ContentType.HANDSHAKE.code() && handshake.settled() && length >= 32;
        if (handshake.tls13() && application) {
            keys13.protect(handshake, d);
        } else if (!handshake.tls13() && (application || sealedHandshake && other(d).phase != Direction.Phase.CLEAR)) {
            // Its ChangeCipherSpec was lost.
            changeCipherSpec(d);
        }
    }

    void message(Direction d, RawHandshake raw, long frame, long nanos, boolean encrypted) {
        int type = raw.type();
        if (!memory.admits(raw, report.takesSteps())) {
            gaps.tooMuch(handshake, d, type, frame);
            return;
        }
        TlsVersion version = handshake.version == null ? TlsVersion.TLSV1_2 : handshake.version;
        HandshakeMessage message;
        try {
            message = HandshakeCodec.parse(raw, version, Optional.ofNullable(handshake.suite));
        } catch (TlsFormatException e) {
            gaps.malformed(handshake, d, type, frame, e);
            return;
        }
        report.step(new Step(frame, nanos, d.side, message, encrypted), raw.body().length);
        if (type == HandshakeType.FINISHED) {
            finishedCheck(d, ((HandshakeMessage.Finished) message).verifyData());
        }
        boolean postHandshake = handshake.complete();
        // By instanceof, here and below: the JVM makes code for each switch over patterns, ten milliseconds of it at
        // every start.
        if (message instanceof HandshakeMessage.ClientHello hello) {
            handshake = negotiation.clientHello(handshake, hello, raw.encoded());
        } else if (message instanceof HandshakeMessage.ServerHello hello) {
            negotiation.serverHello(handshake, hello, raw);
        } else if (!(message instanceof HandshakeMessage.HelloRequest)) {
            if (!postHandshake || !handshake.tls13()) {
                handshake.append(raw.encoded());
            }
            rest(d, message);
        }
    }

    private void rest(Direction d, HandshakeMessage message) {
        if (message instanceof HandshakeMessage.EncryptedExtensions m) {
            negotiation.encryptedExtensions(handshake, m);
        } else if (message instanceof HandshakeMessage.Certificates m) {
            certificates(d, m.chain());
        } else if (message instanceof HandshakeMessage.ServerKeyExchange m) {
            handshake.serverKeyExchange = true;
            group(m.parameters());
        } else if (message instanceof HandshakeMessage.ServerHelloDone) {
            handshake.serverHelloDone = true;
        } else if (message instanceof HandshakeMessage.ClientKeyExchange m) {
            clientKeyExchange(m);
        } else if (message instanceof HandshakeMessage.NewSessionTicket12 m) {
            handshake.ticket = m.ticket();
            Secret master = handshake.master;
            if (master != null) {
                finder.remember(handshake, master);
            }
        } else if (message instanceof HandshakeMessage.EndOfEarlyData) {
            keys13.endOfEarlyData(handshake, d);
        } else if (message instanceof HandshakeMessage.Finished) {
            finished(d);
        } else if (message instanceof HandshakeMessage.KeyUpdate) {
            keys13.keyUpdate(handshake, d);
        } // nothing changes by the others
    }

    private void clientKeyExchange(HandshakeMessage.ClientKeyExchange message) {
        handshake.clientKeyExchange = message.exchange();
        if (handshake.extendedMasterSecret && handshake.version != null && handshake.suite != null) {
            Tls12KeySchedule schedule = finder.schedules().tls12(handshake.version, handshake.suite.prf());
            handshake.sessionHash =
                    handshake.transcript().map(schedule::handshakeHash).orElse(null);
        }
    }

    /** RFC 6101 appendix E.1 and E.2: suites of three bytes, and a challenge that stands for the random. */
    void ssl2Hello(Direction d, byte[] message, long frame, long nanos) throws TlsFormatException {
        Sslv2.ClientHello old = Sslv2.clientHello(message);
        byte[] random = new byte[32];
        int length = Math.min(old.challenge().length, random.length);
        System.arraycopy(old.challenge(), 0, random, random.length - length, length);
        HandshakeMessage.ClientHello hello = new HandshakeMessage.ClientHello(
                old.version(),
                random,
                old.sessionId(),
                old.ciphers().stream().filter(cipher -> cipher <= 0xffff).toList(),
                List.of(0),
                Optional.empty());
        report.step(new Step(frame, nanos, d.side, hello, false), message.length);
        handshake = negotiation.clientHello(handshake, hello, message);
    }

    private void group(ServerKeyExchangeParameters parameters) {
        if (parameters instanceof ServerKeyExchangeParameters.NamedCurve curve) {
            report.group = curve.group();
        }
    }

    private void certificates(Direction d, List<byte[]> chain) {
        if (d.side == Side.CLIENT) {
            report.clientChain = chain;
            return;
        }
        report.serverChain = chain;
        if (!chain.isEmpty() && !handshake.tls13()) {
            ServerKeys.Key key = finder.serverKeys().of(chain.getFirst());
            handshake.serverKey = key.rsa().orElse(null);
            key.problem().ifPresent(why -> report.note("the server's certificate cannot be read: " + why));
            if (!handshake.underServersKey()) {
                finder.misplacedKey(handshake).ifPresent(report::note);
            }
        }
    }

    private void finished(Direction d) {
        if (d == client) {
            handshake.clientFinished = true;
        } else {
            handshake.serverFinished = true;
        }
        keys13.finished(handshake, d);
    }

    /** Keys that may have come into use without our seeing it. */
    IntFunction<Optional<RecordOpener.Next>> later(Direction d) {
        return keys13.later(handshake, d);
    }

    void changeCipherSpec(Direction d) {
        keys12.changeCipherSpec(handshake, d, d.broken || other(d).broken);
    }

    /** Whether records are chained, so that one behind a hole cannot open but those after it can. */
    boolean chained(Direction d) {
        return Tls12Keys.chained(handshake, d);
    }

    /** To be called before the message is appended to the transcript. */
    private void finishedCheck(Direction d, byte[] verifyData) {
        FinishedClaim.of(handshake, d, verifyData).ifPresent(claim -> report.finished(d.side, claim));
    }

    void sealedRecord() {
        report.unopened++;
    }

    /** Messages are read before others that are kept until their keys come: no hash over them all will be right. */
    void outOfOrder() {
        handshake.loseTranscript();
    }

    /** Looks once more for the keys of what was sealed for want of them; true when it can be opened now. */
    boolean unseal() {
        Dark before = report.dark;
        if (before == null || !before.reason().mendedByAKeyLog()) {
            return false;
        }
        report.dark = null;
        boolean opened;
        if (handshake.tls13()) {
            // Both directions, whatever comes of the first.
            boolean ofServer = keys13.unseal(handshake, server);
            boolean ofClient = keys13.unseal(handshake, client);
            opened = ofServer || ofClient;
        } else {
            opened = keys12.unseal(handshake, client, server);
        }
        if (report.dark == null && !opened) {
            report.dark = before;
        }
        return opened;
    }

    /**
     * A record did not open.
     *
     * @return true when that is as it should be: it was not meant for these keys
     */
    boolean unopened(Direction d, byte[] data, int offset, int length) {
        if (keys13.meantForOthers(handshake, d)) {
            return true;
        }
        report.unopened++;
        if (d.protection != null) {
            d.protection.skip(data, offset, length);
        }
        if (d.opened == 0 && !d.broken && report.decryptedBytes() == 0) {
            report.darken(
                    Dark.Reason.WRONG_SECRET,
                    "the secret from " + report.keyOrigin + " does not open its records: it belongs to another session,"
                            + " or the capture was changed");
        } else if (report.decryptedBytes() > 0 && !d.broken) {
            report.note("a record of the " + TlsConversation.word(d.side) + " did not open though nothing is missing");
        }
        return false;
    }

    /** Bytes of this direction are missing. */
    void lost(Direction d, RecordSink.Loss loss) {
        gaps.lost(handshake, d, loss);
    }

    /** The other direction began TLS, and this one says something that is none. */
    void clear(Direction d, byte[] data, int offset, int length, long frame) {
        gaps.clear(d, data, offset, length, frame);
    }

    /** The first hello cannot be read. */
    void malformedHello(Direction d, long frame, TlsFormatException why) {
        gaps.malformed(handshake, d, HandshakeType.CLIENT_HELLO, frame, why);
    }

    /** Both directions have ended. */
    void finish() {
        gaps.finish(handshake);
    }
}
