package org.hikyaku.tls;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.hikyaku.tls.wire.ContentType;

/**
 * Records between two streams and the native library. One thread reads and one writes at a time; closing is for any thread, since
 * the library guards itself.
 */
final class NativeRecords {
    private static final int HEADER = 5;

    /** RFC 8446 section 5.2: a record may be this long and no longer. */
    private static final int LONGEST = 16 * 1024 + 256;

    /** What one record takes at most to write; sessions that only wait read into this too. */
    private static final int OVERHEAD = 256;

    /** While nothing but commands is expected. */
    private static final int SMALL = 2048 + OVERHEAD;

    /** For content: two records. */
    private static final int LARGE = 2 * (LONGEST + HEADER);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private InputStream source;
    private byte[] in = new byte[SMALL];
    private int from;
    private int to;

    /** Decrypted bytes wait in the library, since there was no room for them. */
    private boolean pending;

    /** The other side has said goodbye. */
    private boolean ended;

    /** @param source where records come from at first */
    NativeRecords(SSLEngine engine, InputStream source) {
        this.engine = engine;
        this.source = source;
    }

    /**
     * Does the handshake.
     *
     * @param flights takes what goes out
     * @throws IOException among them the alerts of both sides
     */
    void handshake(Flights flights) throws IOException {
        try {
            engine.beginHandshake();
            while (!step(flights)) {
                // until both sides are done
            }
        } catch (SSLException | RuntimeException e) {
            lastWords(flights);
            throw thrown(NativeFailure.of(e));
        }
    }

    /** Where a handshake's bytes go. */
    interface Flights {
        /** Takes bytes; they may be kept together until an answer is waited for. */
        void send(byte[] bytes, int length) throws IOException;
    }

    /** Takes one record in; true when the handshake is over. */
    private boolean step(Flights flights) throws IOException {
        out(flights); // by this the library also comes to know that it is done
        if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
            return true;
        }
        if (!whole()) {
            if (!fill(SMALL)) {
                throw new EOFException("the connection ended in the handshake");
            }
            return false;
        }
        alertInClear();
        ByteBuffer record = ByteBuffer.wrap(in, from, to - from);
        SSLEngineResult result = engine.unwrap(record, NOTHING.duplicate());
        boolean stuck = record.position() == from && result.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP;
        from = record.position();
        if (result.getStatus() == Status.CLOSED) {
            throw new TlsFatalAlertReceived(AlertDescription.close_notify);
        }
        if (stuck) {
            throw new IllegalStateException("the library takes no record");
        }
        return false;
    }

    /** A client that fails at our ServerHello has no keys yet to say so in secret; the library would find it undecipherable. */
    private void alertInClear() throws IOException {
        if (in[from] == ContentType.ALERT.code() && to - from == HEADER + 2) {
            throw new TlsFatalAlertReceived((short) (in[from + HEADER + 1] & 0xff));
        }
    }

    private void out(Flights flights) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
        while (true) {
            SSLEngineResult result = engine.wrap(NOTHING.duplicate(), bytes.clear());
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                bytes = ByteBuffer.allocate(2 * bytes.capacity());
            } else if (bytes.position() == 0) {
                return;
            } else {
                flights.send(bytes.array(), bytes.position());
            }
        }
    }

    /** The library's alert about the failure, when it has one to send. */
    private void lastWords(Flights flights) {
        try {
            out(flights);
        } catch (IOException | RuntimeException e) {
            // The failure is told anyway.
        }
    }

    static IOException thrown(Exception failure) {
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        return failure instanceof IOException io ? io : new IOException(failure);
    }

    /** From now on records come from here, behind those that have come already. */
    void continueFrom(InputStream next, byte[] already) {
        source = next;
        if (already.length > 0) {
            room(already.length);
            System.arraycopy(already, 0, in, to, already.length);
            to += already.length;
        }
    }

    /** A whole record is there. */
    private boolean whole() throws TlsFatalAlert {
        if (to - from < HEADER) {
            return false;
        }
        if (ContentType.of(in[from] & 0xff).isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.unexpected_message);
        }
        int length = (in[from + 3] & 0xff) << 8 | in[from + 4] & 0xff;
        if (length > LONGEST) {
            throw new TlsFatalAlert(AlertDescription.record_overflow);
        }
        return to - from >= HEADER + length;
    }

    private boolean fill(int wanted) throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        }
        room(Math.max(missing(), Math.min(wanted, SMALL)));
        if (wanted > SMALL && in.length < LARGE) {
            room(LARGE - (to - from));
        }
        int got = source.read(in, to, in.length - to);
        if (got < 0) {
            return false;
        }
        to += got;
        return true;
    }

    /** What is missing to a record whose head is there. */
    private int missing() {
        return to - from < HEADER ? HEADER : HEADER + ((in[from + 3] & 0xff) << 8 | in[from + 4] & 0xff) - (to - from);
    }

    /** Makes room for so many bytes behind those that are there. */
    private void room(int bytes) {
        if (in.length - to >= bytes) {
            return;
        }
        byte[] next = to - from + bytes > in.length ? new byte[to - from + bytes] : in;
        System.arraycopy(in, from, next, 0, to - from);
        in = next;
        to -= from;
        from = 0;
    }

    /** As {@link InputStream#read(byte[], int, int)}: as much as there is, of several records if they have come. */
    int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer clear = ByteBuffer.wrap(into, offset, length);
        try {
            while (true) {
                decrypt(clear);
                if (clear.position() > offset) {
                    return clear.position() - offset;
                }
                if (ended) {
                    return -1;
                }
                if (!fill(length)) {
                    if (from < to) {
                        throw new EOFException("the connection ended inside a TLS record");
                    }
                    return -1; // without a goodbye, as many do
                }
            }
        } catch (SSLException | RuntimeException e) {
            throw thrown(NativeFailure.of(e));
        }
    }

    private void decrypt(ByteBuffer clear) throws IOException {
        while (clear.hasRemaining() && !ended && (pending || whole())) {
            ByteBuffer record = ByteBuffer.wrap(in, from, to - from);
            SSLEngineResult result = engine.unwrap(record, clear);
            from = record.position();
            pending = result.getStatus() == Status.BUFFER_OVERFLOW;
            ended = result.getStatus() == Status.CLOSED;
            if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                return;
            }
        }
    }

    /** Whether something can be read without waiting. */
    boolean ready() throws IOException {
        return pending || whole();
    }

    /** Sends bytes in records of their own, behind what the library has to say of itself: tickets, the answer to a change of keys. */
    void write(OutputStream sink, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer clear = ByteBuffer.wrap(bytes, offset, length);
        ByteBuffer records = ByteBuffer.allocate(Math.min(length, LONGEST) + OVERHEAD);
        try {
            boolean more = clear.hasRemaining();
            while (more) {
                int before = clear.remaining();
                SSLEngineResult result = engine.wrap(clear, records.clear());
                boolean tooSmall = result.getStatus() == Status.BUFFER_OVERFLOW;
                if (records.position() > 0) {
                    sink.write(records.array(), 0, records.position());
                } else if (tooSmall) {
                    records = ByteBuffer.allocate(2 * records.capacity());
                } else if (result.getStatus() == Status.CLOSED || before == clear.remaining()) {
                    throw new IOException("the TLS session is closed");
                }
                more = tooSmall || clear.hasRemaining();
            }
        } catch (SSLException | RuntimeException e) {
            throw thrown(NativeFailure.of(e));
        }
    }

    /** Sends what the library has to say of itself. */
    private void flush(OutputStream sink, ByteBuffer room) throws IOException {
        ByteBuffer records = room;
        while (true) {
            SSLEngineResult result = engine.wrap(NOTHING.duplicate(), records.clear());
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                records = ByteBuffer.allocate(2 * records.capacity() + OVERHEAD);
            } else if (records.position() == 0) {
                return;
            } else {
                sink.write(records.array(), 0, records.position());
            }
        }
    }

    /** Says goodbye and frees what the library holds. */
    void close(OutputStream sink) throws IOException {
        try {
            engine.closeOutbound();
            flush(sink, ByteBuffer.allocate(OVERHEAD));
        } finally {
            free();
        }
    }

    /** Frees what the library holds; nothing can be read or written any more. */
    void free() {
        engine.closeOutbound();
        try {
            engine.closeInbound();
        } catch (SSLException e) {
            // What was free already.
        }
    }
}
