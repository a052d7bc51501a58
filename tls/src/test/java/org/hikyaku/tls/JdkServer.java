package org.hikyaku.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.hikyaku.x509.Credential;

/** A TLS server in this process, by the JDK or another provider, that echoes one byte and tells what it saw. */
final class JdkServer implements AutoCloseable {

    /** What the server made of the session. */
    record View(String version, String suite, String sni, Optional<String> alpn) {}

    /** Sets the server up before it listens. */
    @FunctionalInterface
    interface Setup {
        void apply(SSLServerSocket socket);
    }

    private final SSLServerSocket listener;
    private final CompletableFuture<View> view = new CompletableFuture<>();

    JdkServer(Credential credential, Optional<Provider> provider, Setup setup)
            throws IOException, GeneralSecurityException {
        char[] password = "test".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(credential.keyStore(password), password);
        SSLContext context =
                provider.isPresent() ? SSLContext.getInstance("TLS", provider.get()) : SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        setup.apply(listener);
        Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
            socket.startHandshake();
            ExtendedSSLSession session = (ExtendedSSLSession) socket.getSession();
            String alpn = socket.getApplicationProtocol();
            view.complete(new View(
                    session.getProtocol(),
                    session.getCipherSuite(),
                    session.getRequestedServerNames().toString(),
                    alpn == null || alpn.isEmpty() ? Optional.empty() : Optional.of(alpn)));
            int b = socket.getInputStream().read();
            socket.getOutputStream().write(b);
            socket.getOutputStream().flush();
            while (socket.getInputStream().read() >= 0) {
                // until the client says goodbye
            }
        } catch (IOException e) {
            view.completeExceptionally(new UncheckedIOException(e));
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    View view() {
        return view.join();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
