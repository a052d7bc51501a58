package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.SmtpTransaction;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.TransactionTimes;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;

/**
 * Has a relay carry some thousand mails, for the JVM's ahead-of-time cache to learn from: what its code is like, and which paths of it
 * are the usual ones. A relay with that cache is as fast after seconds as one without after minutes. Called by
 * {@code scripts/train-relay}.
 */
final class RelayTraining {
    private static final int MAILS = 4_000;
    private static final int SESSIONS = 20;
    private static final int BYTES = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final InetAddress here = InetAddress.getLoopbackAddress();
    private final Network network = new SystemNetwork();
    private final SmtpClient client = new SmtpClient(
            network,
            new TlsClient(TlsClientOptions.defaults(), new SecureRandom()),
            SmtpClientOptions.patient("training.example"));
    private final MailContent content = MailContent.of(mail());
    private final Path folder;

    private RelayTraining(Path folder) {
        this.folder = folder;
    }

    /**
     * Starts two relays, one behind the other, sends the mails, and stops both in good order.
     *
     * @param args an empty folder for all that they write, the option for the JVM of the first, and the command that starts one, to which
     *     its configuration is added
     */
    public static void main(String[] args) throws Exception {
        RelayTraining training = new RelayTraining(Path.of(args[0]));
        List<String> plain = new ArrayList<>(List.of(args).subList(2, args.length));
        List<String> learning = new ArrayList<>(plain);
        learning.add(1, args[1]);
        int last = training.freePort();
        Process behind = training.relay("behind", last, "deliver:\n  discard: true\n", plain);
        try {
            int first = training.freePort();
            Process learner = training.relay(
                    "learner",
                    first,
                    "deliver:\n  destinations:\n    - domains: [\"*\"]\n      level: encrypt\n      route: \"[127.0.0.1]:"
                            + last + "\"\n",
                    learning);
            training.await(last, behind);
            training.await(first, learner);
            training.send(first);
            stop(learner);
        } finally {
            stop(behind);
        }
    }

    private static void stop(Process process) throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("a relay does not stop");
        }
    }

    private int freePort() throws IOException {
        try (Listener free = network.listen(new InetSocketAddress(here, 0))) {
            return free.local().getPort();
        }
    }

    private Process relay(String name, int port, String deliver, List<String> command) throws IOException {
        Path own = Files.createDirectory(folder.resolve(name));
        Path settings = own.resolve("relay.yaml");
        Files.createFile(settings, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(settings, """
                hostname: %s.example
                laboratory: true
                allow-root: true
                data-directory: %s
                listen: {smtp: ["127.0.0.1:%d"]}
                receive: {networks: [127.0.0.0/8]}
                log: {file: %s}
                dns: {resolvers: ["127.0.0.1:1"]}
                """.formatted(name, own.resolve("data"), port, own.resolve("log")) + deliver);
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of("relay", "-c", settings.toString()));
        return new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectOutput(own.resolve("out").toFile())
                .start();
    }

    private void await(int port, Process process) throws IOException, InterruptedException {
        Deadline end = Deadline.after(PATIENCE);
        while (true) {
            try {
                network.dial(new InetSocketAddress(here, port), end).close();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || end.passed()) {
                    throw new IOException("a relay does not start; see " + folder, e);
                }
                Thread.sleep(100);
            }
        }
    }

    /** As they come from everywhere: mostly one mail in a session, mostly inside TLS. */
    private void send(int port) throws InterruptedException, IOException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            senders.add(Thread.ofVirtual().start(() -> {
                for (int number = next.getAndIncrement(); number < MAILS; number = next.getAndIncrement()) {
                    try {
                        session(port, number % 5 == 4 ? TlsUse.NONE : TlsUse.STARTTLS, number % 7 == 6 ? 4 : 1);
                    } catch (IOException e) {
                        lost.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        if (lost.get() > MAILS / 10) {
            throw new IOException(lost.get() + " of " + MAILS + " sessions failed; see " + folder);
        }
    }

    private void session(int port, TlsUse use, int mails) throws IOException {
        SmtpAttempt attempt = client.open(new InetSocketAddress(here, port), use, Optional.empty());
        try (SmtpSession session = attempt.session()
                .orElseThrow(() -> new IOException(attempt.outcome().toString()))) {
            Envelope envelope = Envelope.of(mailbox("sender"), mailbox("recipient"));
            for (int i = 0; i < mails; i++) {
                TransactionOutcome outcome = new SmtpTransaction(session, TransactionTimes.rfc5321())
                        .run(envelope, content, SmtpTransaction.Transfer.DATA);
                if (!(outcome instanceof TransactionOutcome.Taken)) {
                    throw new IOException("the relay does not take the mail: " + outcome);
                }
            }
            session.quit();
        }
    }

    private static Mailbox mailbox(String name) {
        return new Mailbox(name, "training.example");
    }

    private static byte[] mail() {
        StringBuilder mail = new StringBuilder("From: sender@training.example\r\nSubject: training\r\n\r\n");
        while (mail.length() < BYTES) {
            mail.append("A line of the length that most lines in mails have, or nearly so, as it seems.\r\n");
        }
        return mail.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
