package org.hikyaku.conformance.attack;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;

/** A connection of the attacker's whose bytes are taken down as they pass. */
final class TappedConnection implements Connection {
    private final Connection real;
    private final InputStream input;
    private final OutputStream output;

    /** @param far who is at the other end */
    TappedConnection(Connection real, Wire wire, Side far) {
        this.real = real;
        this.input = new Input(real.input(), wire, far);
        this.output = new Output(real.output(), wire, far.other());
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public InetSocketAddress remote() {
        return real.remote();
    }

    @Override
    public InetSocketAddress local() {
        return real.local();
    }

    @Override
    public void within(Deadline deadline) {
        real.within(deadline);
    }

    @Override
    public void acknowledge() throws IOException {
        real.acknowledge();
    }

    @Override
    public void close() throws IOException {
        real.close();
    }

    private static final class Input extends FilterInputStream {
        private final Wire wire;
        private final Side side;

        Input(InputStream in, Wire wire, Side side) {
            super(in);
            this.wire = wire;
            this.side = side;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = in.read(buffer, offset, length);
            if (n > 0) {
                wire.passed(side, buffer, offset, n);
            }
            return n;
        }
    }

    private static final class Output extends FilterOutputStream {
        private final Wire wire;
        private final Side side;

        Output(OutputStream out, Wire wire, Side side) {
            super(out);
            this.wire = wire;
            this.side = side;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            wire.passed(side, buffer, offset, length);
            out.write(buffer, offset, length);
        }
    }
}
