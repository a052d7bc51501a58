package org.hikyaku.tlsrpt.collect;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.hikyaku.net.UnixDatagramSocket;

/** Where datagrams come from: a socket, or in tests a list. */
public interface DatagramSource extends Closeable {

    /**
     * The next one; empty when none came in this time.
     *
     * @throws org.hikyaku.net.LimitExceededException when the next one was too long; it is gone
     * @throws IOException when there will be no more
     */
    Optional<byte[]> receive(Duration patience) throws IOException;

    /** Those that come to this socket; closed with it. */
    static DatagramSource at(UnixDatagramSocket socket) {
        return new DatagramSource() {
            @Override
            public Optional<byte[]> receive(Duration patience) throws IOException {
                return socket.receive(patience);
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }
}
