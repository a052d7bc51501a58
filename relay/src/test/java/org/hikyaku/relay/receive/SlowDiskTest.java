package org.hikyaku.relay.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.relay.queue.Draft;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueueId;
import org.hikyaku.relay.queue.QueueOptions;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.relay.queue.SegmentQueue;
import org.hikyaku.smtp.server.ServerEvents;
import org.hikyaku.smtp.server.ServerTimes;
import org.hikyaku.smtp.server.SmtpServerOptions;
import org.hikyaku.x509.TrustAnchors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes longer to write a mail than all that the server waits for its clients. */
@Timeout(60)
class SlowDiskTest {
    /** How long the server waits for a command, or for a block of a mail. */
    private static final Duration SHORT = Duration.ofMillis(700);

    @TempDir
    Path folder;

    private final CountDownLatch atTheDisk = new CountDownLatch(1);
    private final CountDownLatch written = new CountDownLatch(1);

    /** The mail of the sender called slow waits for the disk; those of others do not. */
    private final class Slow implements Draft {
        private final Draft draft;

        Slow(Draft draft) {
            this.draft = draft;
        }

        @Override
        public QueueId id() {
            return draft.id();
        }

        @Override
        public OutputStream content() {
            return draft.content();
        }

        @Override
        public QueueId commit(QueuedEnvelope envelope) throws IOException {
            if (envelope.envelope().sender().orElseThrow().local().equals("slow")) {
                atTheDisk.countDown();
                try {
                    assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return draft.commit(envelope);
        }

        @Override
        public void close() {
            draft.close();
        }
    }

    private MailQueue slow(MailQueue queue) {
        return (MailQueue) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {MailQueue.class}, (_, m, args) -> {
                    try {
                        Object result = m.invoke(queue, args);
                        return m.getName().equals("open") ? new Slow((Draft) result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    /** A client that says all it has to say at once. */
    private static final class Client implements Closeable {
        private final Socket socket;
        private final BufferedReader in;

        Client(InetSocketAddress server) throws IOException {
            socket = new Socket(server.getAddress(), server.getPort());
            socket.setSoTimeout(30_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        void say(String... lines) throws IOException {
            socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        void mail(String from) throws IOException {
            say(
                    "EHLO client.example",
                    "MAIL FROM:<" + from + "@client.example>",
                    "RCPT TO:<bob@own.example>",
                    "BDAT 19 LAST",
                    "Subject: x",
                    "",
                    "hello");
        }

        /** The next reply's last line; none when the server hung up. */
        Optional<String> reply() throws IOException {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.charAt(3) == ' ') {
                    return Optional.of(line);
                }
            }
            return Optional.empty();
        }

        /** The reply to the mail, behind those to the greeting and the three commands before. */
        String last() throws IOException {
            for (int i = 0; i < 4; i++) {
                assertThat(reply().orElseThrow()).matches("2[25]0 .*");
            }
            return reply().orElseThrow();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void whoWaitsForTheDiskIsNotCutOffAndOthersAreServedMeanwhile() throws Exception {
        try (MailQueue queue =
                SegmentQueue.open(QueueOptions.of(folder.resolve("queue")).withReserve(0), InstantSource.system())) {
            Receiver receiver = new Receiver(
                    new Receiver.Parts(
                            SmtpServerOptions.of("mx.own.example")
                                    .withTimes(new ServerTimes(SHORT, SHORT, SHORT, SHORT, 0, SHORT)),
                            ReceiveRules.of(Set.of("own.example")),
                            slow(queue),
                            Optional.empty(),
                            Users.none(),
                            new ClientCertificates(CertificateList.none(), TrustAnchors.none(), InstantSource.system()),
                            UnaryOperator.identity(),
                            ServerEvents.none()),
                    new SecureRandom(),
                    InstantSource.system());
            Listener listener = new SystemNetwork().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            receiver.serve(Door.MX, false, listener);
            List<String> replies = new ArrayList<>();
            try (Client waits = new Client(listener.local());
                    Client idle = new Client(listener.local())) {
                waits.mail("slow");
                assertThat(atTheDisk.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(queue.figures().mails()).isZero();
                try (Client other = new Client(listener.local())) {
                    other.mail("quick");
                    replies.add(other.last());
                }
                // all times that the server has for its clients pass, as one sees who says nothing
                assertThat(idle.reply().orElseThrow()).startsWith("220 ");
                assertThat(idle.reply().orElseThrow()).startsWith("421 ");
                assertThat(idle.reply()).isEmpty();
                try (Client late = new Client(listener.local())) {
                    late.mail("late");
                    replies.add(late.last());
                }
                written.countDown();
                replies.add(waits.last());
            }
            assertThat(replies).allMatch(reply -> reply.startsWith("250 "));
            assertThat(queue.figures().mails()).isEqualTo(3);
            assertThat(receiver.stop(Deadline.after(Duration.ofSeconds(10)))).isTrue();
            receiver.close();
        }
    }
}
