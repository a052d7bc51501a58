package org.hikyaku.tls.probe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.Alert;
import org.hikyaku.tls.wire.AlertDescription;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeCodec;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.HandshakeType;
import org.hikyaku.tls.wire.RawHandshake;
import org.hikyaku.tls.wire.RecordProtection;
import org.hikyaku.tls.wire.Tls13KeySchedule;
import org.hikyaku.tls.wire.TlsFormatException;

/** Completes handshakes of TLS 1.3 (RFC 8446). The server's signature is not verified: who it is is judged elsewhere. */
final class Finisher13 implements FinishedHandshake.Session {
    private final ProbeConnection connection;
    private final RecordChannel channel;
    private final List<FinishedHandshake.Ticket> tickets = new ArrayList<>();
    private Optional<Keys> keys = Optional.empty();

    /** What is kept for what comes after the handshake. */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    private record Keys(Tls13KeySchedule schedule, CipherSuite suite, byte[] resumptionMaster) {}

    Finisher13(ProbeConnection connection) {
        this.connection = connection;
        this.channel = connection.channel();
    }

    static boolean possible(HelloAnswer.Agreed answer) {
        return answer.is(TlsVersion.TLSV1_3)
                && answer.suite()
                        .filter(s -> s.tls13() && RecordProtection.supported(s) && s.prf() != CipherSuite.Prf.OTHER)
                        .isPresent();
    }

    FinishedHandshake finish(HelloAnswer.Agreed first) throws IOException {
        CipherSuite suite = first.suite().orElseThrow();
        Tls13KeySchedule schedule = new Tls13KeySchedule(suite.prf());
        HelloAnswer.Agreed answer = first.hello().helloRetryRequest() ? retry(first, schedule) : first;
        Extension.KeyShare share = answer.hello()
                .extension(Extension.ServerKeyShare.class)
                .map(Extension.ServerKeyShare::share)
                .orElseThrow(() -> new TlsFormatException("server_hello without a key share", 0));
        byte[] shared = connection
                .agreement(share.group())
                .orElseThrow(() -> new TlsFormatException("a key share in a group that was not offered", 0))
                .agree(share.key());
        boolean resumed =
                answer.hello().extension(Extension.SelectedPreSharedKey.class).isPresent();
        byte[] early = resumed ? schedule.early(offeredKey()) : schedule.early();
        byte[] handshakeSecret = schedule.handshake(early, shared);
        byte[] hash = schedule.hash(channel.transcript());
        byte[] clientSecret = schedule.derive(handshakeSecret, "c hs traffic", hash);
        byte[] serverSecret = schedule.derive(handshakeSecret, "s hs traffic", hash);
        channel.tls13();
        channel.readWith(RecordProtection.tls13(suite, schedule.trafficKeys(serverSecret, suite.cipher())));
        Flight flight = new Flight();
        flight.read(schedule, serverSecret, suite);

        byte[] master = schedule.master(handshakeSecret);
        byte[] untilServerFinished = schedule.hash(channel.transcript());
        channel.send(ContentType.CHANGE_CIPHER_SPEC, TlsVersion.TLSV1_2.code(), new byte[] {1});
        channel.writeWith(RecordProtection.tls13(suite, schedule.trafficKeys(clientSecret, suite.cipher())));
        if (flight.requestContext.isPresent()) {
            channel.sendHandshake(
                    TlsVersion.TLSV1_2.code(),
                    new HandshakeMessage.Certificates(flight.requestContext, List.of()).encode());
        }
        byte[] verify = schedule.finished(clientSecret, schedule.hash(channel.transcript()));
        channel.sendHandshake(TlsVersion.TLSV1_2.code(), new HandshakeMessage.Finished(verify).encode());
        channel.readWith(applicationKeys(schedule, suite, master, "s ap traffic", untilServerFinished));
        channel.writeWith(applicationKeys(schedule, suite, master, "c ap traffic", untilServerFinished));
        keys = Optional.of(
                new Keys(schedule, suite, schedule.derive(master, "res master", schedule.hash(channel.transcript()))));
        return new FinishedHandshake(
                TlsVersion.TLSV1_3,
                suite,
                answer.hello(),
                flight.certificates,
                Optional.of(share.group()),
                flight.scheme,
                flight.ocsp,
                flight.extensions,
                flight.requestContext.isPresent(),
                resumed,
                Optional.empty(),
                this);
    }

    private byte[] offeredKey() throws TlsFormatException {
        if (connection.sent().resume().isPresent()
                && connection.sent().resume().get() instanceof Hello.Resumption.ByTicket offered) {
            return offered.ticket().psk();
        }
        throw new TlsFormatException("a pre-shared key was chosen, and none was offered", 0);
    }

    private static RecordProtection applicationKeys(
            Tls13KeySchedule schedule, CipherSuite suite, byte[] master, String label, byte[] hash) {
        return RecordProtection.tls13(
                suite, schedule.trafficKeys(schedule.derive(master, label, hash), suite.cipher()));
    }

    /** RFC 8446 section 4.4.1: after a HelloRetryRequest the first hello counts as its hash. */
    private HelloAnswer.Agreed retry(HelloAnswer.Agreed first, Tls13KeySchedule schedule) throws IOException {
        int group = first.hello()
                .extension(Extension.RequestedGroup.class)
                .map(Extension.RequestedGroup::group)
                .orElseThrow(() -> new TlsFormatException("hello_retry_request that asks for no group", 0));
        if (KeyAgreement.in(group, connection.random()).isEmpty()) {
            throw new TlsFormatException("group " + group + " is not implemented", 0);
        }
        byte[] retry = first.hello().encode();
        byte[] whole = channel.transcript();
        byte[] hello = Arrays.copyOf(whole, whole.length - retry.length);
        channel.restartTranscript(new RawHandshake(HandshakeType.MESSAGE_HASH, schedule.hash(hello)).encoded());
        channel.addToTranscript(retry);
        connection.sendSecondHello(group);
        HelloAnswer.Agreed second = connection.readAnswer();
        if (second.hello().helloRetryRequest()) {
            throw new TlsFormatException("a second hello_retry_request", 0);
        }
        return second;
    }

    /** EncryptedExtensions to Finished. */
    private final class Flight {
        private List<Extension> extensions = List.of();
        private List<byte[]> certificates = List.of();
        private Optional<byte[]> ocsp = Optional.empty();
        private Optional<Integer> scheme = Optional.empty();
        private Optional<byte[]> requestContext = Optional.empty();

        private void read(Tls13KeySchedule schedule, byte[] serverSecret, CipherSuite suite) throws IOException {
            while (true) {
                RawHandshake raw = channel.nextHandshake();
                HandshakeMessage message = HandshakeCodec.parse(raw, TlsVersion.TLSV1_3, Optional.of(suite));
                if (message instanceof HandshakeMessage.Finished finished) {
                    byte[] expected = schedule.finished(serverSecret, schedule.hash(channel.transcript()));
                    if (!Arrays.equals(expected, finished.verifyData())) {
                        throw new TlsFormatException("the server's finished does not verify", 0);
                    }
                    channel.addToTranscript(raw.encoded());
                    return;
                }
                channel.addToTranscript(raw.encoded());
                take(message);
            }
        }

        private void take(HandshakeMessage message) throws TlsFormatException {
            switch (message) {
                case HandshakeMessage.EncryptedExtensions e -> extensions = e.extensions();
                case HandshakeMessage.CertificateRequest13 r -> requestContext = Optional.of(r.context());
                case HandshakeMessage.CertificateVerify v -> scheme = v.scheme();
                case HandshakeMessage.Certificates c -> {
                    certificates = c.chain();
                    ocsp = c.entries().stream()
                            .limit(1)
                            .flatMap(e -> e.extensions().stream())
                            .filter(Extension.OcspResponse.class::isInstance)
                            .map(e -> ((Extension.OcspResponse) e).response())
                            .findFirst();
                }
                case HandshakeMessage other ->
                    throw new TlsFormatException(
                            "unexpected " + HandshakeType.name(other.type()) + " in the server's flight", 0);
            }
        }
    }

    @Override
    public void send(byte[] data) throws IOException {
        channel.send(ContentType.APPLICATION_DATA, TlsVersion.TLSV1_2.code(), data);
    }

    @Override
    public byte[] receive() throws IOException {
        byte[] data = channel.takeApplicationData();
        while (data.length == 0) {
            channel.readOneRecord();
            takePending();
            data = channel.takeApplicationData();
        }
        return data;
    }

    @Override
    public List<FinishedHandshake.Ticket> tickets() {
        return List.copyOf(tickets);
    }

    private void takePending() throws IOException {
        Keys current = keys.orElseThrow();
        for (Optional<RawHandshake> raw = channel.pendingHandshake();
                raw.isPresent();
                raw = channel.pendingHandshake()) {
            HandshakeMessage message =
                    HandshakeCodec.parse(raw.get(), TlsVersion.TLSV1_3, Optional.of(current.suite()));
            if (message instanceof HandshakeMessage.NewSessionTicket13 t) {
                long early = t.extensions().stream()
                        .filter(Extension.MaxEarlyData.class::isInstance)
                        .mapToLong(e -> ((Extension.MaxEarlyData) e).bytes())
                        .findFirst()
                        .orElse(0);
                byte[] psk = current.schedule().resumptionPsk(current.resumptionMaster(), t.nonce());
                tickets.add(new FinishedHandshake.Ticket(t.ticket(), psk, t.ageAdd(), early, System.nanoTime()));
            }
        }
    }

    @Override
    public FinishedHandshake.Renegotiated renegotiate() {
        return FinishedHandshake.Renegotiated.REFUSED;
    }

    @Override
    public void close() throws IOException {
        channel.send(
                ContentType.ALERT, TlsVersion.TLSV1_2.code(), new Alert(1, AlertDescription.CLOSE_NOTIFY).encode());
    }

    @Override
    public void drain() throws IOException {
        try {
            channel.readToTheEnd();
        } finally {
            takePending();
        }
    }
}
