package org.hikyaku.tls.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;

/** STARTTLS before a TLS server that has none, as s_server: the plain dialogue, then every byte as it is. */
final class StartTlsFront implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ScriptedPeer peer;

    StartTlsFront(Service.Talk talk, RealServer behind) throws IOException {
        peer = new ScriptedPeer((client, n) -> {
            client.within(Deadline.after(PATIENCE));
            say(
                    client,
                    switch (talk) {
                        case SMTP -> "220 mx.example ESMTP\r\n";
                        case IMAP -> "* OK ready\r\n";
                        default -> "+OK ready\r\n";
                    });
            String line = line(client);
            while (!line.endsWith("STARTTLS") && !line.equals("STLS")) {
                say(client, line.startsWith("EHLO") ? "250-mx.example\r\n250 STARTTLS\r\n" : "250 ok\r\n");
                line = line(client);
            }
            say(
                    client,
                    switch (talk) {
                        case SMTP -> "220 go ahead\r\n";
                        case IMAP -> "* BYE is not meant\r\na1 OK go ahead\r\n";
                        default -> "+OK go ahead\r\n";
                    });
            try (Connection server = new SystemNetwork().dial(behind.address(), Deadline.after(PATIENCE))) {
                CountDownLatch ended = new CountDownLatch(1);
                Thread.ofVirtual().start(() -> copy(server, client, ended));
                Thread.ofVirtual().start(() -> copy(client, server, ended));
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    ScriptedPeer peer() {
        return peer;
    }

    private static void copy(Connection from, Connection to, CountDownLatch ended) {
        try {
            byte[] buffer = new byte[16384];
            for (int length = from.input().read(buffer);
                    length > 0;
                    length = from.input().read(buffer)) {
                to.output().write(buffer, 0, length);
                to.output().flush();
            }
        } catch (IOException e) {
            // One side is gone: so is the session.
        } finally {
            ended.countDown();
        }
    }

    private static void say(Connection connection, String text) throws IOException {
        connection.output().write(text.getBytes(StandardCharsets.US_ASCII));
        connection.output().flush();
    }

    private static String line(Connection connection) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = connection.input().read();
                b != '\n';
                b = connection.input().read()) {
            if (b < 0) {
                throw new IOException("the probe left");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.US_ASCII).strip();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
