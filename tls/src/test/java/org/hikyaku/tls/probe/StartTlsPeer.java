package org.hikyaku.tls.probe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;

/** A mail server of a few lines, with the JDK's TLS behind STARTTLS, that treats what was sent too early as a test wants. */
final class StartTlsPeer implements AutoCloseable {

    /** What becomes of bytes that came in one segment with STARTTLS. */
    enum Early {
        /** The flaw of CVE-2011-0411: the reader's buffer outlives the change to TLS. */
        RUN_INSIDE_TLS,
        THROWN_AWAY,
        /** Exim: "554 SMTP synchronization error". */
        REFUSED_IN_WORDS,
        MAKES_IT_HANG_UP,
        /** A server that was busy once, and has the flaw. */
        HANGS_UP_ONCE_THEN_RUN,
        /** From then on it answers nobody. */
        HANGS_UP_FROM_THEN_ON,
        /** A server without a buffer: TLS reads them as the first record. */
        TAKEN_FOR_TLS
    }

    /** How the server behaves inside TLS. */
    enum Inside {
        TALKATIVE,
        /** Its answer to EHLO is one line, like that to NOOP. */
        TERSE,
        HANGS_UP,
        SAYS_NOTHING
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SSLContext context = context();
    private final Service.Talk talk;
    private final Early early;
    private final Inside inside;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean hungUp = new AtomicBoolean();

    StartTlsPeer(Service.Talk talk, Early early, Inside inside) throws IOException, GeneralSecurityException {
        this.talk = talk;
        this.early = early;
        this.inside = inside;
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        serve(socket);
                    } catch (IOException e) {
                        // The probe hung up first, or the handshake was not to be: both are part of the tests.
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        say(
                socket,
                switch (talk) {
                    case SMTP -> "220 mx.example ESMTP\r\n";
                    case IMAP -> "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n";
                    default -> "+OK ready\r\n";
                });
        Lines clear = new Lines(socket.getInputStream(), new byte[0]);
        String line = clear.next();
        while (!line.endsWith("STARTTLS") && !line.equals("STLS")) {
            answer(socket, line, false);
            if (quits(line)) {
                return;
            }
            line = clear.next();
        }
        byte[] rest = clear.buffered();
        boolean first = rest.length > 0 && hungUp.compareAndSet(false, true);
        if (switch (early) {
            case MAKES_IT_HANG_UP -> rest.length > 0;
            case HANGS_UP_ONCE_THEN_RUN -> first;
            case HANGS_UP_FROM_THEN_ON -> hungUp.get();
            case RUN_INSIDE_TLS, THROWN_AWAY, REFUSED_IN_WORDS, TAKEN_FOR_TLS -> false;
        }) {
            return;
        }
        if (rest.length > 0 && early == Early.REFUSED_IN_WORDS) {
            say(socket, talk == Service.Talk.SMTP ? "554 synchronization error\r\n" : "a1 BAD too early\r\n");
            return;
        }
        say(
                socket,
                switch (talk) {
                    case SMTP -> "220 go ahead\r\n";
                    case IMAP -> "a1 OK go ahead\r\n";
                    default -> "+OK go ahead\r\n";
                });
        InputStream read = new ByteArrayInputStream(early == Early.TAKEN_FOR_TLS ? rest : new byte[0]);
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, read, true);
        tls.startHandshake();
        if (inside == Inside.HANGS_UP) {
            return;
        }
        boolean runs = early == Early.RUN_INSIDE_TLS || early == Early.HANGS_UP_ONCE_THEN_RUN;
        Lines lines = new Lines(tls.getInputStream(), runs ? rest : new byte[0]);
        do {
            line = lines.next();
            if (inside != Inside.SAYS_NOTHING) {
                answer(tls, line, true);
            }
        } while (!quits(line));
        tls.close();
    }

    private static boolean quits(String line) {
        return line.isEmpty() || line.endsWith("QUIT") || line.endsWith("LOGOUT");
    }

    private void answer(Socket socket, String line, boolean encrypted) throws IOException {
        String tag = line.isEmpty() ? "" : line.split(" ")[0];
        say(
                socket,
                switch (talk) {
                    case SMTP ->
                        line.startsWith("EHLO")
                                ? encrypted && inside == Inside.TERSE
                                        ? "250 mx.example\r\n"
                                        : "250-mx.example\r\n250-SIZE\r\n250 " + (encrypted ? "8BITMIME" : "STARTTLS")
                                                + "\r\n"
                                : line.equals("QUIT") ? "221 bye\r\n" : "250 ok\r\n";
                    case IMAP -> "* CAPABILITY IMAP4rev1\r\n" + tag + " OK done\r\n";
                    default -> line.equals("CAPA") ? "+OK\r\nUIDL\r\n.\r\n" : "+OK\r\n";
                });
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Lines, read ahead by segments as careless servers do. */
    private static final class Lines {
        private final InputStream in;
        private byte[] buffer;

        Lines(InputStream in, byte[] first) {
            this.in = in;
            this.buffer = first;
        }

        /** The next line without its end; empty at the end of all. */
        String next() throws IOException {
            while (true) {
                for (int i = 0; i < buffer.length; i++) {
                    if (buffer[i] == '\n') {
                        String line = new String(buffer, 0, i, StandardCharsets.US_ASCII).strip();
                        ByteArrayOutputStream rest = new ByteArrayOutputStream();
                        rest.write(buffer, i + 1, buffer.length - i - 1);
                        buffer = rest.toByteArray();
                        return line;
                    }
                }
                byte[] segment = new byte[4096];
                int length = in.read(segment);
                if (length < 0) {
                    return "";
                }
                ByteArrayOutputStream more = new ByteArrayOutputStream();
                more.writeBytes(buffer);
                more.write(segment, 0, length);
                buffer = more.toByteArray();
            }
        }

        byte[] buffered() {
            return buffer;
        }
    }

    private static SSLContext context() throws IOException, GeneralSecurityException {
        CertificateMaker maker = CertificateMaker.seeded("StartTlsPeer");
        Credential credential = maker.selfSigned(
                CertificateTemplate.server(
                        Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2046-01-01T00:00:00Z"), "mx.example"),
                maker.key(KeyChoice.EC_P256));
        char[] password = "test".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(credential.keyStore(password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
