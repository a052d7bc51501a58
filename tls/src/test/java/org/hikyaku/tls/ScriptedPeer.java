package org.hikyaku.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** A peer on loopback that answers one ClientHello with whatever a test wants it to. */
final class ScriptedPeer implements AutoCloseable {
    private final ServerSocket listener;
    private final CountDownLatch over = new CountDownLatch(1);

    /** What the peer does once the ClientHello has begun to come. */
    @FunctionalInterface
    interface Script {
        void play(InputStream in, OutputStream out, CountDownLatch untilTheTestIsOver)
                throws IOException, InterruptedException;
    }

    ScriptedPeer(Script script) throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try (Socket socket = listener.accept()) {
                byte[] hello = new byte[16 * 1024];
                if (socket.getInputStream().read(hello) > 0) {
                    script.play(socket.getInputStream(), socket.getOutputStream(), over);
                }
            } catch (IOException | InterruptedException e) {
                // The client hung up first, as it should on most of these.
                Thread.currentThread().interrupt();
            }
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        listener.close();
    }
}
