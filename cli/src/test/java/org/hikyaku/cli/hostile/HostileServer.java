package org.hikyaku.cli.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.hikyaku.x509.Credential;

/** A server on loopback that means ill; each connection runs a script. TLS by the JDK. */
final class HostileServer implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;
    private static final int POLICY_BYTES = 100 << 20;

    /** One connection, from greeting to end. */
    @FunctionalInterface
    interface Script {
        void run(Socket socket) throws IOException, GeneralSecurityException;
    }

    private final ServerSocket server;
    private final Script script;

    HostileServer(Script script) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** A greeting line without end. */
    static void endlessLine(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] chunk = new byte[CHUNK];
        Arrays.fill(chunk, (byte) 'a');
        say(out, "220 ");
        while (true) {
            out.write(chunk);
        }
    }

    /** A greeting of lines without end. */
    static void endlessLines(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        while (true) {
            say(out, "220-and one more\r\n");
        }
    }

    /** Mail with STARTTLS, under this chain, whatever its length. */
    static Script mail(Credential credential) {
        return socket -> {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            say(out, "220 mx ESMTP\r\n");
            String command = line(in);
            while (!command.isEmpty()) {
                if (command.startsWith("EHLO")) {
                    say(out, "250-mx\r\n250 STARTTLS\r\n");
                } else if (command.startsWith("STARTTLS")) {
                    say(out, "220 go ahead\r\n");
                    SSLSocket inside = (SSLSocket) context(credential)
                            .getSocketFactory()
                            .createSocket(socket, "client", socket.getPort(), true);
                    inside.setUseClientMode(false);
                    out = inside.getOutputStream();
                    in = inside.getInputStream();
                } else {
                    say(out, "221 bye\r\n");
                }
                command = line(in);
            }
        };
    }

    /** HTTPS that answers any request with 100 MB. */
    static Script hugeFile(Credential credential) {
        return socket -> {
            SSLSocket inside = (SSLSocket)
                    context(credential).getSocketFactory().createSocket(socket, "client", socket.getPort(), true);
            inside.setUseClientMode(false);
            while (!line(inside.getInputStream()).isBlank()) {
                // the request's head
            }
            OutputStream out = inside.getOutputStream();
            say(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n");
            say(out, "version: STSv1\nmode: enforce\n");
            byte[] lines = "mx: mx.mail.hostile\n".repeat(CHUNK / 20).getBytes(StandardCharsets.US_ASCII);
            for (int sent = 0; sent < POLICY_BYTES; sent += lines.length) {
                out.write(lines);
            }
        };
    }

    private static SSLContext context(Credential credential) throws GeneralSecurityException {
        char[] password = "test".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(credential.keyStore(password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.append((char) b);
            if (b == '\n') {
                break;
            }
        }
        return line.toString();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(socket);
        } catch (IOException | GeneralSecurityException hungUp) {
            return; // what we try to do to the client, it may refuse
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
