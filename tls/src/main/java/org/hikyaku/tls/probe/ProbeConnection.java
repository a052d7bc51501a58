package org.hikyaku.tls.probe;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension.KeyShare;
import org.hikyaku.tls.wire.HandshakeCodec;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.HandshakeType;
import org.hikyaku.tls.wire.RawHandshake;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters;
import org.hikyaku.tls.wire.TlsFormatException;

/** One connection of a probe: a hello, its answer, and on demand the rest of the handshake. */
final class ProbeConnection {
    private final RecordChannel channel;
    private final SecureRandom random;
    private final Map<Integer, KeyAgreement> agreements = new HashMap<>();
    private Hello sent;
    private byte[] clientRandom = new byte[32];
    private byte[] sessionId = new byte[0];

    ProbeConnection(Connection connection, SecureRandom random, Hello hello) {
        this.channel = new RecordChannel(connection, false);
        this.random = random;
        this.sent = hello;
    }

    RecordChannel channel() {
        return channel;
    }

    SecureRandom random() {
        return random;
    }

    byte[] clientRandom() {
        return clientRandom;
    }

    Hello sent() {
        return sent;
    }

    Optional<KeyAgreement> agreement(int group) {
        return Optional.ofNullable(agreements.get(group));
    }

    /** Sends the hello and reads the first flight of the answer, up to ServerHelloDone before TLS 1.3. */
    HelloAnswer ask() {
        try {
            sendHello(new byte[0], Math.min(sent.version().code(), TlsVersion.TLSV1_0.code()));
            return readAnswer();
        } catch (RecordChannel.AlertReceived e) {
            return new HelloAnswer.Refused(e.alert());
        } catch (SocketTimeoutException e) {
            return new HelloAnswer.Silent();
        } catch (TlsFormatException e) {
            return new HelloAnswer.Garbled(e.what() + " (at byte " + e.offset() + ")");
        } catch (IOException e) {
            // End of stream, reset, broken pipe: it hung up.
            return new HelloAnswer.HungUp();
        }
    }

    private void sendHello(byte[] renegotiated, int recordVersion) throws IOException {
        random.nextBytes(clientRandom);
        channel.restartTranscript(new byte[0]);
        byte[] message = helloMessage(sent, renegotiated);
        channel.sendHandshake(recordVersion, message);
    }

    /**
     * The hello again, within the session.
     *
     * @param renegotiated our verify_data of the session (RFC 5746 section 3.5)
     */
    void sendRenegotiation(byte[] renegotiated, TlsVersion current) throws IOException {
        sendHello(renegotiated, current.code());
    }

    /** After a HelloRetryRequest: the same hello with a share in the group that was asked for. */
    void sendSecondHello(int group) throws IOException {
        sent = sent.shares(List.of(group));
        channel.sendHandshake(TlsVersion.TLSV1_2.code(), helloMessage(sent, new byte[0]));
    }

    private byte[] helloMessage(Hello hello, byte[] renegotiated) {
        List<KeyShare> shares = new ArrayList<>();
        for (int group : hello.shares()) {
            KeyAgreement agreement = agreements.computeIfAbsent(
                    group,
                    g -> KeyAgreement.in(g, random).orElseThrow(() -> new IllegalArgumentException("group " + g)));
            shares.add(new KeyShare(group, agreement.share()));
        }
        HandshakeMessage.ClientHello message = hello.message(clientRandom, shares, renegotiated, random);
        if (sessionId.length > 0) {
            message = new HandshakeMessage.ClientHello(
                    message.legacyVersion(),
                    message.random(),
                    sessionId,
                    message.suites(),
                    message.compressions(),
                    message.extensions());
        }
        sessionId = message.sessionId();
        if (hello.resume().isPresent() && hello.resume().get() instanceof Hello.Resumption.ByTicket earlier) {
            message = Hello.bound(message, earlier, channel.transcript());
        }
        return message.encode();
    }

    HelloAnswer.Agreed readAnswer() throws IOException {
        RawHandshake first = channel.nextHandshake();
        while (first.type() == HandshakeType.HELLO_REQUEST) {
            first = channel.nextHandshake();
        }
        if (first.type() != HandshakeType.SERVER_HELLO) {
            throw new TlsFormatException(
                    "the first message is a " + HandshakeType.name(first.type()) + ", not a server_hello", 0);
        }
        ServerHello hello = HandshakeCodec.serverHello(first.body());
        channel.addToTranscript(first.encoded());
        Optional<TlsVersion> version = version(hello.version());
        Optional<CipherSuite> suite = CipherSuite.registry().find(hello.suite());
        Flight flight = new Flight();
        boolean resumed = hello.sessionId().length > 0 && Arrays.equals(hello.sessionId(), sessionId);
        boolean tls13 = hello.version() >= TlsVersion.TLSV1_3.code();
        if (!tls13 && !resumed && version.isPresent()) {
            flight.read(version.get(), suite);
        }
        return new HelloAnswer.Agreed(
                hello,
                version,
                suite,
                flight.certificates,
                flight.exchange,
                flight.ocsp,
                flight.certificateRequested,
                resumed && !tls13);
    }

    static Optional<TlsVersion> version(int code) {
        for (TlsVersion version : TlsVersion.values()) {
            if (version.code() == code) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /** The messages between ServerHello and ServerHelloDone. */
    private final class Flight {
        private List<byte[]> certificates = List.of();
        private Optional<ServerKeyExchangeParameters> exchange = Optional.empty();
        private Optional<byte[]> ocsp = Optional.empty();
        private boolean certificateRequested;

        private void read(TlsVersion version, Optional<CipherSuite> suite) throws IOException {
            while (true) {
                RawHandshake raw = channel.nextHandshake();
                channel.addToTranscript(raw.encoded());
                switch (HandshakeCodec.parse(raw, version, suite)) {
                    case HandshakeMessage.Certificates c -> certificates = c.chain();
                    case HandshakeMessage.ServerKeyExchange e -> exchange = Optional.of(e.parameters());
                    case HandshakeMessage.CertificateStatus s -> ocsp = Optional.of(s.response());
                    case HandshakeMessage.CertificateRequest12 _ -> certificateRequested = true;
                    case HandshakeMessage.ServerHelloDone _ -> {
                        return;
                    }
                    case HandshakeMessage.NewSessionTicket12 _, HandshakeMessage.Unknown _ -> {}
                    case HandshakeMessage other ->
                        throw new TlsFormatException(
                                "unexpected " + HandshakeType.name(other.type()) + " after server_hello", 0);
                }
            }
        }
    }
}
