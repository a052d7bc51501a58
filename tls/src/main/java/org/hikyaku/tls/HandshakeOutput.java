package org.hikyaku.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Our bytes on their way to the other side. In a handshake the library writes record by record; a flight is gathered here
 * and sent at once when an answer is waited for, which saves a system call and a packet for each record but one.
 */
final class HandshakeOutput extends OutputStream {
    /** A flight with a long chain of certificates; more is sent in parts. */
    private static final int MOST = 16 * 1024;

    private final OutputStream out;
    private byte[] held = new byte[2048];
    private int length;
    private boolean established;

    HandshakeOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (established || count > MOST) {
            send();
            out.write(bytes, offset, count);
            return;
        }
        if (length + count > MOST) {
            send();
        }
        if (length + count > held.length) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, length + count));
        }
        System.arraycopy(bytes, offset, held, length, count);
        length += count;
    }

    /** What the library flushes in a handshake waits for the end of the flight. */
    @Override
    public void flush() throws IOException {
        if (established) {
            out.flush();
        }
    }

    /** Sends what was held back. */
    void send() throws IOException {
        if (length > 0) {
            int count = length;
            length = 0;
            out.write(held, 0, count);
            out.flush();
        }
    }

    /** The last flight goes out, and from now on every byte at once. */
    void established() throws IOException {
        send();
        established = true;
        held = new byte[0];
    }

    /** Sends the alert that says why it ended, if the line still carries it. */
    void sendLast(Exception why) {
        try {
            send();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }
}
