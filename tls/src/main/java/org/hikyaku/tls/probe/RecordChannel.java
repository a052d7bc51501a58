package org.hikyaku.tls.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.tls.wire.Alert;
import org.hikyaku.tls.wire.AlertDescription;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.HandshakeReassembler;
import org.hikyaku.tls.wire.RawHandshake;
import org.hikyaku.tls.wire.RecordProtection;
import org.hikyaku.tls.wire.RecordReader;
import org.hikyaku.tls.wire.TlsFormatException;
import org.hikyaku.tls.wire.TlsRecord;

/** Records of one connection, protected once keys are set, and the transcript of its handshake messages. */
final class RecordChannel {
    /** How long a server may take to answer a goodbye with its own. */
    private static final Duration GOODBYE = Duration.ofSeconds(3);

    private final Connection connection;
    private final RecordReader reader;
    private final HandshakeReassembler handshakes = new HandshakeReassembler();
    private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();
    private final ByteArrayOutputStream applicationData = new ByteArrayOutputStream();
    private Optional<RecordProtection> reading = Optional.empty();
    private Optional<RecordProtection> writing = Optional.empty();
    private boolean tls13;
    private boolean changeCipherSpecSeen;

    RecordChannel(Connection connection, boolean acceptSslv2) {
        this.connection = connection;
        this.reader = new RecordReader(connection.input(), acceptSslv2);
    }

    /** What ended the wait for a handshake message, when it was not one. */
    static final class AlertReceived extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient Alert alert;

        AlertReceived(Alert alert) {
            super("the server sent the alert " + alert.name());
            this.alert = alert;
        }

        Alert alert() {
            return alert;
        }
    }

    /** The server ended the connection between two records. */
    static final class EndOfStream extends IOException {
        private static final long serialVersionUID = 1L;

        EndOfStream() {
            super("the server closed the connection");
        }
    }

    void tls13() {
        tls13 = true;
    }

    void readWith(RecordProtection protection) throws TlsFormatException {
        if (handshakes.incomplete()) {
            throw new TlsFormatException("a handshake message spans a change of keys", 0);
        }
        reading = Optional.of(protection);
    }

    void writeWith(RecordProtection protection) {
        writing = Optional.of(protection);
    }

    /** Sends raw bytes as they are. */
    void sendRaw(byte[] bytes) throws IOException {
        connection.output().write(bytes);
        connection.output().flush();
    }

    void send(ContentType type, int version, byte[] content) throws IOException {
        byte[] fragment = writing.isPresent() ? writing.get().seal(type.code(), content) : content;
        ContentType outer = writing.isPresent() && tls13 ? ContentType.APPLICATION_DATA : type;
        sendRaw(TlsRecord.encode(outer, version, fragment));
    }

    /** Sends a handshake message and adds it to the transcript. */
    void sendHandshake(int version, byte[] message) throws IOException {
        transcript.writeBytes(message);
        send(ContentType.HANDSHAKE, version, message);
    }

    byte[] transcript() {
        return transcript.toByteArray();
    }

    void restartTranscript(byte[] first) {
        transcript.reset();
        transcript.writeBytes(first);
    }

    void addToTranscript(byte[] message) {
        transcript.writeBytes(message);
    }

    /**
     * The next handshake message, not yet in the transcript. Application data that comes before it is kept; a warning is
     * skipped, except no_renegotiation.
     */
    RawHandshake nextHandshake() throws IOException {
        for (Optional<RawHandshake> raw = handshakes.next(); ; raw = handshakes.next()) {
            if (raw.isPresent()) {
                return raw.get();
            }
            take(nextRecord());
        }
    }

    /** Whether a ChangeCipherSpec came since it was last forgotten. */
    boolean changeCipherSpecSeen() {
        return changeCipherSpecSeen;
    }

    void forgetChangeCipherSpec() {
        changeCipherSpecSeen = false;
    }

    /** Reads one record; a handshake message may have become whole, application data may have come. */
    void readOneRecord() throws IOException {
        take(nextRecord());
    }

    /** Reads until the server says goodbye or hangs up; application data is thrown away. */
    void readToTheEnd() throws IOException {
        connection.within(Deadline.after(GOODBYE));
        try {
            while (true) {
                readOneRecord();
                applicationData.reset();
            }
        } catch (EndOfStream e) {
            return;
        } catch (AlertReceived e) {
            if (e.alert().description() != AlertDescription.CLOSE_NOTIFY) {
                throw e;
            }
        }
    }

    Optional<RawHandshake> pendingHandshake() throws TlsFormatException {
        return handshakes.next();
    }

    /** The first record as it is, for answers that may be SSLv2. */
    TlsRecord nextRecord() throws IOException {
        Optional<TlsRecord> next = reader.next();
        if (next.isEmpty()) {
            throw new EndOfStream();
        }
        return next.get();
    }

    private void take(TlsRecord record) throws IOException {
        int type = record.type();
        byte[] content = record.fragment();
        if (record.is(ContentType.CHANGE_CIPHER_SPEC)) {
            changeCipherSpecSeen = true;
            return;
        }
        if (reading.isPresent()) {
            // A server may still refuse in the clear while we already expect its encrypted flight.
            boolean plainAlert = tls13 && record.is(ContentType.ALERT) && content.length == 2;
            if (!plainAlert) {
                byte[] out = new byte[content.length];
                int length = reading.get().open(type, content, 0, content.length, out, 0);
                type = reading.get().openedType();
                content = Arrays.copyOf(out, length);
            }
        }
        if (type == ContentType.ALERT.code()) {
            Alert alert = Alert.parse(content);
            boolean skip = alert.warning()
                    && alert.description() != AlertDescription.NO_RENEGOTIATION
                    && alert.description() != AlertDescription.CLOSE_NOTIFY;
            if (!skip) {
                throw new AlertReceived(alert);
            }
        } else if (type == ContentType.HANDSHAKE.code()) {
            if (content.length == 0) {
                throw new TlsFormatException("empty handshake record", record.offset());
            }
            handshakes.add(content);
        } else if (type == ContentType.APPLICATION_DATA.code()) {
            applicationData.writeBytes(content);
        } else {
            throw new TlsFormatException("record of unknown type " + type, record.offset());
        }
    }

    /** Application data received so far, taken out. */
    byte[] takeApplicationData() {
        byte[] data = applicationData.toByteArray();
        applicationData.reset();
        return data;
    }
}
