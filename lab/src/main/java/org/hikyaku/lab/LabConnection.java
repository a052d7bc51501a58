package org.hikyaku.lab;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hikyaku.net.Connection;
import org.hikyaku.net.ForwardingConnection;

/**
 * A connection that looks as if it led to the catalogue's address. Delay is counted in turns: the first read after a
 * write waits for one round trip. So does the first read of all: the server learns half a round trip after the client that
 * they are connected, and its greeting is under way for the other half.
 */
final class LabConnection extends ForwardingConnection {
    private final InetSocketAddress remote;
    private final Duration roundTrip;
    private final AtomicBoolean ourTurn = new AtomicBoolean(true);
    private final InputStream input;
    private final OutputStream output;

    LabConnection(Connection real, InetSocketAddress remote, Duration roundTrip) {
        super(real);
        this.remote = remote;
        this.roundTrip = roundTrip;
        this.input = new Input(real.input());
        this.output = new Output(real.output());
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
        return remote;
    }

    private final class Input extends FilterInputStream {
        Input(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            travel();
            return in.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            travel();
            return in.read(buffer, offset, length);
        }

        private void travel() throws IOException {
            if (ourTurn.getAndSet(false)) {
                Waiting.sleep(roundTrip);
            }
        }
    }

    private final class Output extends FilterOutputStream {
        Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            ourTurn.set(true);
            out.write(b);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            ourTurn.set(true);
            out.write(buffer, offset, length);
        }
    }
}
