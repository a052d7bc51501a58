package org.hikyaku.tls;

import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.hikyaku.tls.NativeBuffers.Scratch;

/**
 * One session in the native library: records in, plaintext out, and the other way round; no input and no output of its own. One
 * thread reads and one writes at a time; closing is for any thread.
 */
final class NativeEngine {
    private static final byte[] NOTHING = {};

    /** For what the library says of itself, such as a flight of the handshake; a longer one comes in parts. */
    private static final int OWN_WORDS = 2048;

    private final NativeContext context;
    private final long bio;

    /** Guards the library's memory: while it is held, the memory is there or known to be freed. */
    private final ReentrantLock lock = new ReentrantLock();

    /** The library's address of the session; 0 once it has been freed. */
    private long ssl;

    /** How much of the input the last call that took some has used up. */
    private int consumed;

    private boolean pending;
    private boolean ended;
    private Optional<SSLException> failure = Optional.empty();

    /** @param server which side this is */
    NativeEngine(NativeContext context, boolean server) {
        this.context = context;
        this.ssl = SSL.newSSL(context.address(), server);
        this.bio = SSL.bioNewByteBuffer(ssl, OWN_WORDS);
    }

    /** What a step of the handshake came to. */
    static final class Step {
        private final byte[] out;
        private final boolean done;
        private final Optional<SSLException> failure;

        private Step(byte[] out, boolean done, Optional<SSLException> failure) {
            this.out = out;
            this.done = done;
            this.failure = failure;
        }

        /** Bytes to be sent; our alert, when there is a failure. */
        byte[] out() {
            return out;
        }

        boolean done() {
            return done;
        }

        Optional<SSLException> failure() {
            return failure;
        }
    }

    /** Goes on with the handshake, with so much more input. */
    Step handshake(byte[] in, int from, int length) throws IOException {
        lock.lock();
        Scratch scratch = context.buffers().take();
        try {
            check();
            int count = Math.min(length, NativeBuffers.RECORDS);
            byte[] out = NOTHING;
            consumed = 0;
            while (true) {
                feed(scratch, in, from + consumed, count - consumed);
                int result = SSL.doHandshake(ssl);
                int error = result == 1 ? SSL.SSL_ERROR_NONE : SSL.getError(ssl, result);
                Optional<SSLException> failed = error == SSL.SSL_ERROR_NONE
                                || error == SSL.SSL_ERROR_WANT_READ
                                || error == SSL.SSL_ERROR_WANT_WRITE
                        ? Optional.empty()
                        : Optional.of(failure(error));
                consumed = count - SSL.bioLengthByteBuffer(bio);
                byte[] more = ownWords(scratch);
                out = out.length == 0 ? more : joined(out, more);
                if (error != SSL.SSL_ERROR_WANT_WRITE) {
                    return new Step(out, error == SSL.SSL_ERROR_NONE, failed);
                }
            }
        } finally {
            context.buffers().give(scratch);
            lock.unlock();
        }
    }

    private void check() throws IOException {
        if (ssl == 0) {
            throw new IOException("the TLS session is closed");
        }
    }

    private void feed(Scratch scratch, byte[] in, int from, int count) {
        scratch.records.put(0, in, from, count);
        SSL.bioSetByteBuffer(bio, scratch.recordsAddress, count, false);
    }

    /** What the library has kept back to be sent. */
    private byte[] ownWords(Scratch scratch) {
        if (SSL.bioLengthNonApplication(bio) == 0) {
            SSL.bioClearByteBuffer(bio);
            return NOTHING;
        }
        SSL.bioSetByteBuffer(bio, scratch.recordsAddress, NativeBuffers.RECORDS, true);
        byte[] words = new byte[SSL.bioFlushByteBuffer(bio)];
        SSL.bioClearByteBuffer(bio);
        scratch.records.get(0, words);
        return words;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /** All errors that the library has put down on this thread, the first one first. */
    private static SSLException failure(int error) {
        StringBuilder words = new StringBuilder();
        for (int number = SSL.getLastErrorNumber(); number != 0; number = SSL.getLastErrorNumber()) {
            words.append(words.isEmpty() ? "" : "; ").append(SSL.getErrorString(number));
        }
        return new SSLException(words.isEmpty() ? "error " + error + " of the native library" : words.toString());
    }

    /** How much of the input the last step or decryption has used up. */
    int consumed() {
        return consumed;
    }

    /**
     * Decrypts.
     *
     * @param length of the input: whole records only
     * @return how many bytes of plaintext there are; 0 when more input is needed, or when the other side has said goodbye
     */
    int decrypt(byte[] in, int from, int length, byte[] into, int offset, int room) throws IOException {
        lock.lock();
        Scratch scratch = context.buffers().take();
        try {
            check();
            int count = Math.min(length, NativeBuffers.RECORDS);
            feed(scratch, in, from, count);
            int total = failure.isPresent() ? 0 : plaintext(scratch, into, offset, room);
            consumed = count - SSL.bioLengthByteBuffer(bio);
            pending = SSL.sslPending(ssl) > 0;
            SSL.bioClearByteBuffer(bio);
            if (total == 0 && failure.isPresent()) {
                throw failure.get();
            }
            return total;
        } finally {
            context.buffers().give(scratch);
            lock.unlock();
        }
    }

    private int plaintext(Scratch scratch, byte[] into, int offset, int room) {
        int total = 0;
        while (total < room) {
            int got = SSL.readFromSSL(ssl, scratch.clearAddress, Math.min(room - total, NativeBuffers.CLEAR));
            if (got <= 0) {
                int error = SSL.getError(ssl, got);
                if (error == SSL.SSL_ERROR_ZERO_RETURN) {
                    ended = true;
                } else if (error != SSL.SSL_ERROR_WANT_READ && error != SSL.SSL_ERROR_WANT_WRITE) {
                    failure = Optional.of(failure(error)); // told behind what was good
                }
                break;
            }
            scratch.clear.get(0, into, offset + total, got);
            total += got;
        }
        return total;
    }

    /** Decrypted bytes wait in the library, since there was no room for them. */
    boolean pending() {
        return pending;
    }

    /** The other side has said goodbye. */
    boolean ended() {
        return ended;
    }

    /**
     * Encrypts one record.
     *
     * @param length at most that of a record
     * @return the record, behind what the library has to say of itself: tickets, the answer to a change of keys
     */
    byte[] encrypt(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        Scratch scratch = context.buffers().take();
        try {
            check();
            scratch.clear.put(0, bytes, offset, length);
            SSL.bioSetByteBuffer(bio, scratch.recordsAddress, NativeBuffers.RECORDS, true);
            var _ = SSL.bioFlushByteBuffer(bio);
            int written = SSL.writeToSSL(ssl, scratch.clearAddress, length);
            int room = SSL.bioLengthByteBuffer(bio);
            int error = written > 0 ? SSL.SSL_ERROR_NONE : SSL.getError(ssl, written);
            if (written != length) {
                SSLException failed = failure(error);
                SSL.bioClearByteBuffer(bio);
                throw failed;
            }
            SSL.bioClearByteBuffer(bio);
            byte[] record = new byte[NativeBuffers.RECORDS - room];
            scratch.records.get(0, record);
            return record;
        } finally {
            context.buffers().give(scratch);
            lock.unlock();
        }
    }

    /** The exporter master secret, once, when the handshake is over. */
    Optional<byte[]> takeExporter() {
        return context.takeExporter(ssl);
    }

    /** Frees what the library holds. The first time it returns our goodbye, if the session has come about. */
    byte[] close() {
        lock.lock();
        Scratch scratch = context.buffers().take();
        try {
            if (ssl == 0) {
                return NOTHING;
            }
            int result = SSL.shutdownSSL(ssl);
            byte[] goodbye = ownWords(scratch);
            if (result < 0) {
                SSL.clearError(); // There was nobody to say goodbye to.
            }
            var _ = context.takeExporter(ssl);
            SSL.freeSSL(ssl); // and with it the memory between the library and us
            ssl = 0;
            return goodbye;
        } finally {
            context.buffers().give(scratch);
            lock.unlock();
        }
    }
}
