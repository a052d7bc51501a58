package org.hikyaku.cli;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;

/** Another network, where all that passes over dialled connections is written into a capture. */
final class RecordedNetwork implements Network {
    private final Network network;
    private final PcapNgWriter to;
    private final int interfaceNumber;
    private final long nanos;

    RecordedNetwork(Network network, PcapNgWriter to, long nanos) throws IOException {
        this.network = network;
        this.to = to;
        this.interfaceNumber = to.addInterface(PcapNgWriter.ETHERNET, 0, "");
        this.nanos = nanos;
    }

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
        Connection dialled = network.dial(remote, deadline);
        TcpWriter tcp = new TcpWriter(
                to,
                interfaceNumber,
                Endpoint.of(new InetSocketAddress(
                        dialled.local().getAddress(), 1024 + dialled.local().getPort() % 60000)),
                Endpoint.of(remote));
        tcp.open(nanos);
        return new Recorded(dialled, tcp, nanos);
    }

    @Override
    public Listener listen(InetSocketAddress local) throws IOException {
        return network.listen(local);
    }

    private record Recorded(Connection dialled, TcpWriter tcp, long nanos) implements Connection {
        @Override
        public InputStream input() {
            return new FilterInputStream(dialled.input()) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] b, int offset, int length) throws IOException {
                    int n = super.read(b, offset, length);
                    if (n > 0) {
                        write(Side.SERVER, b, offset, n);
                    }
                    return n;
                }
            };
        }

        @Override
        public OutputStream output() {
            return new FilterOutputStream(dialled.output()) {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] b, int offset, int length) throws IOException {
                    Recorded.this.write(Side.CLIENT, b, offset, length);
                    out.write(b, offset, length);
                }
            };
        }

        private void write(Side side, byte[] b, int offset, int length) throws IOException {
            synchronized (tcp) {
                tcp.data(side, b, offset, length, nanos);
            }
        }

        @Override
        public InetSocketAddress remote() {
            return dialled.remote();
        }

        @Override
        public InetSocketAddress local() {
            return dialled.local();
        }

        @Override
        public void within(Deadline deadline) {
            dialled.within(deadline);
        }

        @Override
        public void close() throws IOException {
            synchronized (tcp) {
                tcp.close(nanos);
            }
            dialled.close();
        }
    }
}
