package org.hikyaku.net;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection whose bytes somebody else sees as they pass. */
public final class TappedConnection extends ForwardingConnection {
    private final InputStream input;
    private final OutputStream output;

    /** Sees bytes; must copy what it keeps. What it throws, whoever reads or writes gets. */
    public interface Tap {
        /** What came from the other side, before it is handed on. */
        void received(byte[] bytes, int offset, int length) throws IOException;

        /** What goes to the other side, before it goes. */
        void sent(byte[] bytes, int offset, int length) throws IOException;
    }

    public TappedConnection(Connection real, Tap tap) {
        super(real);
        this.input = new Input(real.input(), tap);
        this.output = new Output(real.output(), tap);
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    private static final class Input extends FilterInputStream {
        private final Tap tap;

        Input(InputStream in, Tap tap) {
            super(in);
            this.tap = tap;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = in.read(into, offset, length);
            if (n > 0) {
                tap.received(into, offset, n);
            }
            return n;
        }

        /** Bytes passed over are seen as well. */
        @Override
        public long skip(long n) throws IOException {
            int got = read(new byte[Math.clamp(n, 0, 8192)]);
            return Math.max(got, 0);
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }

    private static final class Output extends FilterOutputStream {
        private final Tap tap;

        Output(OutputStream out, Tap tap) {
            super(out);
            this.tap = tap;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            tap.sent(from, offset, length);
            out.write(from, offset, length);
        }
    }
}
