package org.hikyaku.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** An HTTPS server that reads one request and then does what the test says, byte for byte. */
final class ScriptedHttps implements Closeable {

    interface Script {
        void run(SSLSocket socket) throws IOException;
    }

    /** What the server saw of one connection: the request's head, and how the script ended. */
    record Seen(String sni, String request, boolean scriptRanToItsEnd) {}

    private final SSLServerSocket server;
    private final Script script;
    private final LinkedBlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

    ScriptedHttps(SSLContext context, InetAddress address, Script script) throws IOException {
        this.script = script;
        this.server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, address);
        Thread.ofVirtual().start(this::accept);
    }

    static Script sends(String latin1) {
        return socket -> socket.getOutputStream().write(latin1.getBytes(ISO_8859_1));
    }

    URI uri(String host, String path) {
        return URI.create("https://" + host + ":" + server.getLocalPort() + path);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    Seen seen() throws InterruptedException {
        return seen.take();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SSLSocket socket) {
        String sni = "";
        StringBuilder request = new StringBuilder();
        boolean ran = false;
        try (socket) {
            socket.startHandshake();
            List<String> names = new ArrayList<>();
            ((ExtendedSSLSession) socket.getSession())
                    .getRequestedServerNames()
                    .forEach(n -> names.add(new String(n.getEncoded(), ISO_8859_1)));
            sni = String.join(",", names);
            while (request.indexOf("\r\n\r\n") < 0) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    return;
                }
                request.append((char) b);
            }
            script.run(socket);
            ran = true;
        } catch (IOException e) {
            // The client went away, which is for the test to judge.
        } finally {
            seen.add(new Seen(sni, request.toString(), ran));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
