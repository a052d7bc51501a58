package org.hikyaku.policy;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.x509.Credential;

/** A policy host on a free loopback port that answers every request with the same bytes. */
final class PolicyHost implements Closeable {
    private final SSLServerSocket server;
    private final byte[] answer;

    /** The SNI and the request line of each request. */
    final LinkedBlockingQueue<String> requests = new LinkedBlockingQueue<>();

    PolicyHost(Credential credential, String answer) throws IOException, GeneralSecurityException {
        char[] password = "x".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(credential.keyStore(password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        this.server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
        Thread.ofVirtual().start(this::accept);
    }

    /** The operating system's network, in which this host has port 443. */
    Network network() {
        SystemNetwork system = new SystemNetwork();
        return new Network() {
            @Override
            public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
                return system.dial(
                        remote.getPort() == 443 ? (InetSocketAddress) server.getLocalSocketAddress() : remote,
                        deadline);
            }

            @Override
            public Listener listen(InetSocketAddress local) throws IOException {
                return system.listen(local);
            }
        };
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            socket.startHandshake();
            List<String> names = new ArrayList<>();
            ((ExtendedSSLSession) socket.getSession())
                    .getRequestedServerNames()
                    .forEach(n -> names.add(new String(n.getEncoded(), StandardCharsets.US_ASCII)));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    return;
                }
                head.append((char) b);
            }
            requests.add(String.join(",", names) + " " + head.substring(0, head.indexOf("\r\n")));
            socket.getOutputStream().write(answer);
        } catch (IOException e) {
            requests.add("broken: " + e.getMessage()); // for the test to judge
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
