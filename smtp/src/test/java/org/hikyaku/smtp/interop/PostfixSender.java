package org.hikyaku.smtp.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Assumptions;

/**
 * A Postfix that sends, at security level {@code dane}: what it does with a mail is what a sender in the wild does. It
 * asks a resolver of the test's: its processes see another {@code /etc/resolv.conf} than the rest of the machine, by a
 * mount namespace of their own.
 */
public final class PostfixSender implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long PAUSE_MILLIS = 100;
    private static final Pattern STATUS =
            Pattern.compile("/\\S+\\[(\\d+)\\]: \\S+: to=<u@([^>]+)>.*? status=(\\w+) \\((.*)\\)$");
    private static final Pattern TLS =
            Pattern.compile("/smtp\\[(\\d+)\\]: (\\w+) TLS connection established to (\\S+?)\\[");

    /**
     * What became of the mail to one domain.
     *
     * @param status {@code sent}, {@code deferred} or {@code bounced}
     * @param tls the word that Postfix says of the session that it sent over, or of the last that it turned away from:
     *     {@code Verified}, {@code Trusted}, {@code Untrusted}, {@code Anonymous}; empty when there was none
     * @param text what Postfix says of it
     */
    public record Fate(String status, Optional<String> tls, String text) {}

    private final PostfixServer.Instance instance;
    private final InetSocketAddress submission;

    private PostfixSender(PostfixServer.Instance instance, InetSocketAddress submission) {
        this.instance = instance;
        this.submission = submission;
    }

    /** Skips the calling test where processes cannot have mounts of their own, as in many containers. */
    public static void assumePossible() throws IOException, InterruptedException {
        PostfixServer.assumeInstalled();
        assumeOwnMounts();
    }

    static void assumeOwnMounts() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("unshare", "-m", "mount", "--bind", "/etc/resolv.conf", "/etc/resolv.conf")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Assumptions.assumeTrue(
                process.waitFor() == 0, "a process cannot be given a resolv.conf of its own here (unshare -m, mount)");
    }

    /**
     * Starts it.
     *
     * @param resolver a validating resolver, which must listen on port 53
     * @param authorities PEM of the authorities that it trusts
     * @param port where MX hosts listen
     */
    public static PostfixSender start(InetAddress resolver, String authorities, int port)
            throws IOException, InterruptedException {
        return start(resolver, authorities, port, "");
    }

    /** @param settings further lines of main.cf, each with its line end */
    public static PostfixSender start(InetAddress resolver, String authorities, int port, String settings)
            throws IOException, InterruptedException {
        return start(resolver, authorities, port, settings, false);
    }

    /** As Debian has it: smtp(8) is locked into the queue directory, with the few files there that Debian copies for it. */
    public static PostfixSender startChrooted(InetAddress resolver, String authorities, int port, String settings)
            throws IOException, InterruptedException {
        return start(resolver, authorities, port, settings, true);
    }

    private static PostfixSender start(
            InetAddress resolver, String authorities, int port, String settings, boolean chrooted)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("hikyaku-sender");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        PostfixServer.Instance instance = new PostfixServer.Instance(folder);
        boolean started = false;
        try {
            InetSocketAddress submission = TestPorts.takeOnLoopback();
            Path ca = Files.writeString(folder.resolve("ca.pem"), authorities);
            // trust-ad: without it the C library hides from Postfix that the resolver has validated.
            Path resolvConf = Files.writeString(
                    folder.resolve("resolv.conf"),
                    "nameserver " + resolver.getHostAddress() + "\noptions edns0 trust-ad\n");
            instance.configure(
                    settings + """
                    myhostname = sender.invalid
                    mydestination =
                    relay_domains =
                    local_transport = error:none
                    mynetworks = 127.0.0.0/8
                    inet_interfaces = 127.0.0.1
                    smtpd_peername_lookup = no
                    smtpd_relay_restrictions = permit_mynetworks, reject
                    notify_classes =
                    smtp_host_lookup = dns
                    smtp_dns_support_level = dnssec
                    smtp_tls_security_level = dane
                    smtp_tls_loglevel = 1
                    smtp_tls_CAfile = %s
                    smtp_tcp_port = %d
                    smtp_connection_cache_on_demand = no
                    minimal_backoff_time = 4h
                    maximal_backoff_time = 8h
                    queue_run_delay = 4h
                    """.formatted(ca, port), """
                    smtp      unix - - %1$s - - smtp
                    relay     unix - - %1$s - - smtp
                    retry     unix - - n - - error
                    127.0.0.1:%2$d inet n - n - - smtpd
                    """.formatted(chrooted ? "y" : "n", submission.getPort()));
            if (chrooted) {
                fillChroot(queue(instance), resolvConf);
            }
            instance.run(
                    "start",
                    List.of(
                            "unshare",
                            "-m",
                            "sh",
                            "-c",
                            "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
                            resolvConf.toString()));
            started = true;
            return new PostfixSender(instance, submission);
        } finally {
            if (!started) {
                instance.delete();
            }
        }
    }

    /** What /usr/lib/postfix/configure-instance.sh of Debian copies, as far as smtp(8) looks at it. */
    private static void fillChroot(Path queue, Path resolvConf) throws IOException {
        Path etc = Files.createDirectories(queue.resolve("etc"));
        Files.copy(resolvConf, etc.resolve("resolv.conf"));
        for (String file : List.of("services", "hosts", "nsswitch.conf")) {
            Path from = Path.of("/etc", file);
            if (Files.exists(from)) {
                Files.copy(from, etc.resolve(file));
            }
        }
    }

    private static Path queue(PostfixServer.Instance instance) {
        return instance.folder().resolve("queue");
    }

    /** The queue directory, into which smtp(8) is locked when it is chrooted. */
    public Path queue() {
        return queue(instance);
    }

    /**
     * Sends a mail to {@code u@} each of these domains and waits until each is sent, deferred or bounced.
     *
     * @throws IOException when that takes longer than two minutes
     */
    public Map<String, Fate> send(List<String> domains) throws IOException, InterruptedException {
        submit(submission, domains);
        Deadline deadline = Deadline.after(PATIENCE);
        Map<String, Fate> fates = fates(instance.log());
        while (!fates.keySet().containsAll(domains)) {
            if (deadline.passed()) {
                List<String> missing =
                        domains.stream().filter(d -> !fates.containsKey(d)).toList();
                throw new IOException("Postfix has not tried " + missing + " yet: " + instance.log());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            fates.putAll(fates(instance.log()));
        }
        return fates;
    }

    static void submit(InetSocketAddress submission, List<String> domains) throws IOException {
        try (Socket socket = new Socket(submission.getAddress(), submission.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            Submission session = new Submission(socket);
            session.expect("220");
            session.say("EHLO test", "250");
            for (String domain : domains) {
                session.say("MAIL FROM:<>", "250");
                session.say("RCPT TO:<u@" + domain + ">", "250");
                session.say("DATA", "354");
                session.say("Subject: test\r\n\r\nHello.\r\n.", "250");
            }
            session.say("QUIT", "221");
        }
    }

    private static Map<String, Fate> fates(String log) {
        Map<String, Fate> fates = new TreeMap<>();
        Map<String, String> sessions = new TreeMap<>();
        for (String line : log.lines().toList()) {
            Matcher tls = TLS.matcher(line);
            Matcher status = STATUS.matcher(line);
            if (tls.find()) {
                sessions.put(tls.group(1), tls.group(2));
            } else if (status.find()) {
                fates.put(
                        status.group(2),
                        new Fate(
                                status.group(3),
                                Optional.ofNullable(sessions.remove(status.group(1))),
                                status.group(4)));
            }
        }
        return fates;
    }

    @Override
    public void close() throws IOException {
        try {
            instance.run("stop", List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            instance.delete();
        }
    }

    /** Enough of SMTP to hand mail in; not our client, which is under test. */
    private static final class Submission {
        private final BufferedReader in;
        private final OutputStream out;

        Submission(Socket socket) throws IOException {
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            this.out = socket.getOutputStream();
        }

        void say(String command, String code) throws IOException {
            out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            expect(code);
        }

        void expect(String code) throws IOException {
            String line = in.readLine();
            while (line != null && line.startsWith(code + "-")) {
                line = in.readLine();
            }
            if (line == null || !line.startsWith(code)) {
                throw new IOException("the sending Postfix says " + line);
            }
        }
    }
}
