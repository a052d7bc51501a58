package org.hikyaku.relay.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.TestPorts;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LmtpClientTest {
    private static final String MAIL = "Subject: x\r\n\r\n.dot\r\nend\r\n";

    @TempDir
    Path folder;

    private static LmtpClient.Delivery delivery(String... recipients) {
        return new LmtpClient.Delivery(
                Optional.of(Mailbox.parse("alice@sender.example")),
                Arrays.stream(recipients).map(Mailbox::parse).toList(),
                Body.SEVEN_BIT,
                false,
                MailContent.of(MAIL.getBytes(StandardCharsets.US_ASCII)));
    }

    private static LmtpClient client(int port) {
        return new LmtpClient(
                new SystemNetwork(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                "mx.example",
                Duration.ofSeconds(20));
    }

    /** A store that gives these replies, one to each line, none within a mail, and notes what was said. */
    private static FutureTask<List<String>> store(ServerSocket server, String... replies) {
        FutureTask<List<String>> said = new FutureTask<>(() -> {
            List<String> lines = new ArrayList<>();
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                OutputStream out = socket.getOutputStream();
                Iterator<String> next = List.of(replies).iterator();
                out.write((next.next() + "\r\n").getBytes(StandardCharsets.UTF_8));
                boolean data = false;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(line);
                    if (data && !line.equals(".") || line.equals("QUIT")) {
                        continue;
                    }
                    if (!next.hasNext()) {
                        return lines;
                    }
                    String reply = next.next();
                    data = reply.startsWith("354");
                    out.write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            return lines;
        });
        Thread.ofVirtual().start(said);
        return said;
    }

    @Test
    void eachRecipientThatWasAcceptedHasAReplyOfItsOwn() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<List<String>> said = store(
                    server,
                    "220 store LMTP",
                    "250-store\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES",
                    "250 2.1.0 ok",
                    "250 2.1.5 ok",
                    "550 5.1.1 nobody",
                    "250 2.1.5 ok",
                    "354 go",
                    "250 2.0.0 kept\r\n452 4.2.2 full");

            List<Reply> replies =
                    client(server.getLocalPort()).deliver(delivery("a@own.example", "b@own.example", "c@own.example"));

            assertThat(replies)
                    .extracting(Reply::toString)
                    .containsExactly("250 2.0.0 kept", "550 5.1.1 nobody", "452 4.2.2 full");
            assertThat(said.get())
                    .containsExactly(
                            "LHLO mx.example",
                            "MAIL FROM:<alice@sender.example>",
                            "RCPT TO:<a@own.example>",
                            "RCPT TO:<b@own.example>",
                            "RCPT TO:<c@own.example>",
                            "DATA",
                            "Subject: x",
                            "",
                            "..dot",
                            "end",
                            ".",
                            "QUIT");
        }
    }

    @Test
    void aStoreThatRefusesTheSenderRefusesAll() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var _ = store(server, "220 store", "250 store", "451 4.3.0 not now");

            assertThat(client(server.getLocalPort()).deliver(delivery("a@own.example", "b@own.example")))
                    .extracting(Reply::code)
                    .containsExactly(451, 451);
        }
    }

    @Test
    void aStoreThatHangsUpOrTalksNonsenseIsAFailure() throws Exception {
        for (String[] replies : new String[][] {
            {"220 store", "250 store", "250 ok", "250 ok", "354 go"}, {"hello"}, {"554 5.3.2 no service"}
        }) {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                var _ = store(server, replies);
                assertThatThrownBy(() -> client(server.getLocalPort()).deliver(delivery("a@own.example")))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    @Tag("interop")
    void intoDovecot() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/lib/dovecot/lmtp")), "Dovecot's LMTP is not installed");
        assumeTrue("root".equals(System.getProperty("user.name")), "Dovecot is started by root only");
        int port = TestPorts.take();
        Path mail = Files.createDirectories(folder.resolve("mail"));
        Files.writeString(folder.resolve("users"), "bob@own.example:{PLAIN}x:65534:65534::" + mail + "/bob::\n");
        Files.writeString(folder.resolve("dovecot.conf"), """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/dovecot.log
                protocols = lmtp
                listen = 127.0.0.1
                ssl = no
                first_valid_uid = 1
                mail_location = maildir:~/Maildir
                passdb {
                  driver = passwd-file
                  args = %1$s/users
                }
                userdb {
                  driver = passwd-file
                  args = %1$s/users
                }
                service lmtp {
                  inet_listener lmtp {
                    address = 127.0.0.1
                    port = %2$d
                  }
                }
                """.formatted(folder, port));
        new ProcessBuilder("chown", "-R", "65534:65534", mail.toString())
                .start()
                .waitFor();
        new ProcessBuilder("chmod", "755", folder.toString()).start().waitFor();
        Process dovecot = new ProcessBuilder(
                        "/usr/sbin/dovecot",
                        "-F",
                        "-c",
                        folder.resolve("dovecot.conf").toString())
                .inheritIO()
                .start();
        try {
            List<Reply> replies = untilThere(port, delivery("bob@own.example", "nobody@own.example"));

            assertThat(replies.get(0).code()).as(replies.toString()).isEqualTo(250);
            assertThat(replies.get(1).code()).isEqualTo(550);
            try (Stream<Path> files = Files.list(mail.resolve("bob/Maildir/new"))) {
                assertThat(files.toList())
                        .singleElement()
                        .satisfies(f -> assertThat(Files.readString(f).replace("\r\n", "\n"))
                                .contains("Return-Path: <alice@sender.example>")
                                .endsWith("Subject: x\n\n.dot\nend\n"));
            }
        } finally {
            dovecot.destroy();
            dovecot.waitFor();
        }
    }

    private static List<Reply> untilThere(int port, LmtpClient.Delivery delivery) throws Exception {
        while (true) {
            try {
                return client(port).deliver(delivery);
            } catch (java.net.ConnectException e) {
                TimeUnit.MILLISECONDS.sleep(50); // it is starting
            }
        }
    }
}
