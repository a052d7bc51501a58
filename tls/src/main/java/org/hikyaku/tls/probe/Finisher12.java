package org.hikyaku.tls.probe;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.Alert;
import org.hikyaku.tls.wire.AlertDescription;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeCodec;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.HandshakeType;
import org.hikyaku.tls.wire.RawHandshake;
import org.hikyaku.tls.wire.RecordProtection;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters;
import org.hikyaku.tls.wire.Tls12KeySchedule;
import org.hikyaku.tls.wire.TlsFormatException;
import org.hikyaku.x509.Certificate;

/** Completes handshakes of SSLv3 to TLS 1.2 with RSA, DHE and ECDHE key exchange. The server's signature is not verified. */
final class Finisher12 implements FinishedHandshake.Session {
    private final ProbeConnection connection;
    private final RecordChannel channel;
    private TlsVersion version = TlsVersion.TLSV1_2;
    private byte[] clientVerify = new byte[0];
    private byte[] serverVerify = new byte[0];

    Finisher12(ProbeConnection connection) {
        this.connection = connection;
        this.channel = connection.channel();
    }

    /** True when the key exchange and the cipher are ones that this class can do. */
    static boolean possible(HelloAnswer.Agreed answer) {
        return answer.suite()
                        .filter(s -> RecordProtection.supported(s) && s.prf() != CipherSuite.Prf.OTHER)
                        .filter(s -> s.keyExchange() == KeyExchange.RSA
                                || s.keyExchange() == KeyExchange.ECDHE
                                || s.keyExchange() == KeyExchange.DHE)
                        .isPresent()
                && answer.hello().compression() == 0
                && !answer.resumed();
    }

    FinishedHandshake finish(HelloAnswer.Agreed answer) throws IOException {
        version = answer.version().orElseThrow();
        CipherSuite suite = answer.suite().orElseThrow();
        Tls12KeySchedule schedule = new Tls12KeySchedule(version, suite.prf());
        if (answer.certificateRequested()) {
            channel.sendHandshake(
                    version.code(), new HandshakeMessage.Certificates(Optional.empty(), List.of()).encode());
        }
        Exchange exchange = exchange(answer, suite);
        channel.sendHandshake(version.code(), new HandshakeMessage.ClientKeyExchange(exchange.message()).encode());
        byte[] serverRandom = answer.hello().random();
        boolean extended =
                answer.hello().extension(Extension.ExtendedMasterSecret.class).isPresent();
        byte[] master = extended
                ? schedule.extendedMasterSecret(exchange.premaster(), schedule.handshakeHash(channel.transcript()))
                : schedule.masterSecret(exchange.premaster(), connection.clientRandom(), serverRandom);
        Tls12KeySchedule.KeyBlock keys = schedule.keyBlock(master, connection.clientRandom(), serverRandom, suite);
        boolean encryptThenMac =
                answer.hello().extension(Extension.EncryptThenMac.class).isPresent();
        channel.send(ContentType.CHANGE_CIPHER_SPEC, version.code(), new byte[] {1});
        channel.writeWith(RecordProtection.tls12(version, suite, keys.client(), encryptThenMac));
        clientVerify = schedule.finished(master, true, channel.transcript());
        channel.sendHandshake(version.code(), new HandshakeMessage.Finished(clientVerify).encode());
        Optional<FinishedHandshake.Ticket> ticket = readServerFinish(
                schedule, master, suite, RecordProtection.tls12(version, suite, keys.server(), encryptThenMac));
        return new FinishedHandshake(
                version,
                suite,
                answer.hello(),
                answer.certificates(),
                answer.group(),
                answer.scheme(),
                answer.ocsp(),
                List.of(),
                answer.certificateRequested(),
                false,
                ticket,
                this);
    }

    private Optional<FinishedHandshake.Ticket> readServerFinish(
            Tls12KeySchedule schedule, byte[] master, CipherSuite suite, RecordProtection protection)
            throws IOException {
        Optional<FinishedHandshake.Ticket> ticket = Optional.empty();
        boolean before = channel.changeCipherSpecSeen();
        while (channel.changeCipherSpecSeen() == before) {
            Optional<RawHandshake> raw = channel.pendingHandshake();
            if (raw.isPresent()) {
                channel.addToTranscript(raw.get().encoded());
                if (HandshakeCodec.parse(raw.get(), version, Optional.of(suite))
                                instanceof HandshakeMessage.NewSessionTicket12 t
                        && t.ticket().length > 0) {
                    ticket = Optional.of(new FinishedHandshake.Ticket(t.ticket(), new byte[0], 0, 0, 0));
                }
            } else {
                channel.readOneRecord();
            }
        }
        channel.forgetChangeCipherSpec();
        channel.readWith(protection);
        RawHandshake finished = channel.nextHandshake();
        serverVerify = schedule.finished(master, false, channel.transcript());
        if (finished.type() != HandshakeType.FINISHED || !Arrays.equals(finished.body(), serverVerify)) {
            throw new TlsFormatException("the server's finished does not verify", 0);
        }
        return ticket;
    }

    /** What goes into the ClientKeyExchange, and the secret behind it. */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    private record Exchange(byte[] message, byte[] premaster) {}

    private Exchange exchange(HelloAnswer.Agreed answer, CipherSuite suite) throws TlsFormatException {
        if (suite.keyExchange() == KeyExchange.RSA) {
            return rsa(rsaKey(answer));
        }
        ServerKeyExchangeParameters parameters = answer.exchange()
                .orElseThrow(() -> new TlsFormatException("no server_key_exchange for " + suite.name(), 0));
        return switch (parameters) {
            case ServerKeyExchangeParameters.NamedCurve c -> {
                KeyAgreement agreement = KeyAgreement.in(c.group(), connection.random())
                        .orElseThrow(() -> new TlsFormatException("group " + c.group() + " is not implemented", 0));
                byte[] share = agreement.share();
                byte[] message = new byte[share.length + 1];
                message[0] = (byte) share.length;
                System.arraycopy(share, 0, message, 1, share.length);
                yield new Exchange(message, agreement.agree(c.point()));
            }
            case ServerKeyExchangeParameters.DiffieHellman d -> {
                if (d.prime().bitLength() < 16 || d.prime().bitLength() > 16384) {
                    throw new TlsFormatException("a DH prime of " + d.prime().bitLength() + " bits", 0);
                }
                KeyAgreement agreement = KeyAgreement.finiteField(d.prime(), d.generator(), connection.random());
                byte[] premaster = agreement.agree(d.publicValue().toByteArray());
                // RFC 5246 section 8.1.2: leading zeros of the secret are stripped.
                int zeros = 0;
                while (zeros < premaster.length - 1 && premaster[zeros] == 0) {
                    zeros++;
                }
                yield new Exchange(
                        lengthPrefixed(agreement.share()), Arrays.copyOfRange(premaster, zeros, premaster.length));
            }
            case ServerKeyExchangeParameters.ExplicitCurve _,
                    ServerKeyExchangeParameters.RsaKey _,
                    ServerKeyExchangeParameters.PskHint _,
                    ServerKeyExchangeParameters.Other _ ->
                throw new TlsFormatException("a key exchange that the probe does not complete", 0);
        };
    }

    /** The certificate's key; of export suites the short one that was sent in its stead (RFC 2246 section 7.4.3). */
    private static PublicKey rsaKey(HelloAnswer.Agreed answer) throws TlsFormatException {
        if (answer.certificates().isEmpty()) {
            throw new TlsFormatException("RSA key exchange without a certificate", 0);
        }
        try {
            KeyFactory keys = KeyFactory.getInstance("RSA", new BouncyCastleProvider());
            if (answer.exchange().isPresent()
                    && answer.exchange().get() instanceof ServerKeyExchangeParameters.RsaKey sent) {
                return keys.generatePublic(new RSAPublicKeySpec(sent.modulus(), sent.exponent()));
            }
            byte[] spki = Certificate.parse(answer.certificates().getFirst()).subjectPublicKeyInfo();
            return keys.generatePublic(new X509EncodedKeySpec(spki));
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new TlsFormatException("the server has no usable RSA key: " + e.getMessage(), 0);
        }
    }

    private Exchange rsa(PublicKey key) throws TlsFormatException {
        byte[] premaster = new byte[48];
        connection.random().nextBytes(premaster);
        int offered = connection.sent().legacyVersion();
        premaster[0] = (byte) (offered >>> 8);
        premaster[1] = (byte) offered;
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key);
            byte[] encrypted = cipher.doFinal(premaster);
            // SSLv3 has no length before it.
            return new Exchange(version == TlsVersion.SSLV3 ? encrypted : lengthPrefixed(encrypted), premaster);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new TlsFormatException("the server's RSA key cannot be used: " + e.getMessage(), 0);
        }
    }

    private static byte[] lengthPrefixed(byte[] bytes) {
        byte[] out = new byte[bytes.length + 2];
        out[0] = (byte) (bytes.length >>> 8);
        out[1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, out, 2, bytes.length);
        return out;
    }

    @Override
    public void send(byte[] data) throws IOException {
        channel.send(ContentType.APPLICATION_DATA, version.code(), data);
    }

    @Override
    public byte[] receive() throws IOException {
        byte[] data = channel.takeApplicationData();
        while (data.length == 0) {
            channel.readOneRecord();
            data = channel.takeApplicationData();
        }
        return data;
    }

    @Override
    public List<FinishedHandshake.Ticket> tickets() {
        return List.of();
    }

    @Override
    public FinishedHandshake.Renegotiated renegotiate() {
        try {
            connection.sendRenegotiation(clientVerify, version);
            HelloAnswer.Agreed answer = connection.readAnswer();
            finish(answer);
            return FinishedHandshake.Renegotiated.ACCEPTED;
        } catch (RecordChannel.AlertReceived e) {
            return FinishedHandshake.Renegotiated.REFUSED;
        } catch (SocketTimeoutException e) {
            return FinishedHandshake.Renegotiated.IGNORED;
        } catch (IOException e) {
            return FinishedHandshake.Renegotiated.REFUSED;
        }
    }

    @Override
    public void close() throws IOException {
        channel.send(ContentType.ALERT, version.code(), new Alert(1, AlertDescription.CLOSE_NOTIFY).encode());
    }

    @Override
    public void drain() throws IOException {
        channel.readToTheEnd();
    }
}
