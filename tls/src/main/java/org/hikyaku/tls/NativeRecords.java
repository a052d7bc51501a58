package org.hikyaku.tls;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

    /** While nothing but commands is expected. */
    private static final int SMALL = 2048 + 256;

    /** For content: two records. */
    private static final int LARGE = 2 * (LONGEST + HEADER);

    private final NativeEngine engine;
    private InputStream source;
    private byte[] in = new byte[SMALL];
    private int from;
    private int to;

    /** @param source where records come from at first */
    NativeRecords(NativeEngine engine, InputStream source) {
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
        while (true) {
            int input = extent();
            NativeEngine.Step step = engine.handshake(in, from, input);
            from += engine.consumed();
            if (step.failure().isPresent()) {
                lastWords(flights, step.out());
                throw thrown(NativeFailure.of(step.failure().get()));
            }
            if (step.out().length > 0) {
                flights.send(step.out(), step.out().length);
            }
            if (step.done()) {
                return;
            }
            if (input > 0 && engine.consumed() == 0) {
                throw new IllegalStateException("the library takes no record");
            }
            while (!whole()) {
                if (!fill(SMALL)) {
                    throw new EOFException("the connection ended in the handshake");
                }
            }
            alertInClear();
        }
    }

    /** Where a handshake's bytes go. */
    interface Flights {
        /** Takes bytes; they may be kept together until an answer is waited for. */
        void send(byte[] bytes, int length) throws IOException;
    }

    /** The other side that fails at our hello has no keys yet to say so in secret; the library would find it undecipherable. */
    private void alertInClear() throws IOException {
        if (in[from] == ContentType.ALERT.code() && to - from == HEADER + 2) {
            throw new TlsFatalAlertReceived((short) (in[from + HEADER + 1] & 0xff));
        }
    }

    /** The library's alert about the failure, when it has one to send. */
    private static void lastWords(Flights flights, byte[] words) {
        try {
            if (words.length > 0) {
                flights.send(words, words.length);
            }
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

    /** How long the whole records are that are there, as far as one call takes them. */
    private int extent() {
        int end = from;
        while (to - end >= HEADER) {
            int next = end + HEADER + ((in[end + 3] & 0xff) << 8 | in[end + 4] & 0xff);
            if (next > to || next - from > NativeBuffers.RECORDS) {
                break;
            }
            end = next;
        }
        return end - from;
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
        try {
            while (true) {
                int got = 0;
                if (engine.pending() || whole()) {
                    got = engine.decrypt(in, from, extent(), into, offset, length);
                    from += engine.consumed();
                }
                if (got > 0) {
                    return got;
                }
                if (engine.ended()) {
                    return -1;
                }
                if (!whole() && !fill(length)) {
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

    /** Whether something can be read without waiting. */
    boolean ready() throws IOException {
        return engine.pending() || whole();
    }

    /** Sends bytes in records of their own, behind what the library has to say of itself. */
    void write(OutputStream sink, byte[] bytes, int offset, int length) throws IOException {
        try {
            for (int done = 0; done < length; ) {
                int part = Math.min(length - done, NativeBuffers.CLEAR);
                sink.write(engine.encrypt(bytes, offset + done, part));
                done += part;
            }
        } catch (SSLException | RuntimeException e) {
            throw thrown(NativeFailure.of(e));
        }
    }

    /** Says goodbye and frees what the library holds. */
    void close(OutputStream sink) throws IOException {
        byte[] goodbye = engine.close();
        if (goodbye.length > 0) {
            sink.write(goodbye);
        }
    }

    /** Frees what the library holds; nothing can be read or written any more. */
    void free() {
        var _ = engine.close();
    }
}
