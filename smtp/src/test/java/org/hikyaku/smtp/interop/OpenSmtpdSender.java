package org.hikyaku.smtp.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Assumptions;

/**
 * An OpenSMTPD that sends, on loopback. It wants users and folders of its own: in a mount namespace it finds them, and a
 * resolver of the test's, while the machine stays as it is.
 */
public final class OpenSmtpdSender implements AutoCloseable {
    /** Debian's cannot be installed beside Postfix: {@code scripts/install-test-servers} only unpacks it. */
    private static final Path SMTPD = Path.of("/opt/hikyaku-opensmtpd/usr/sbin/smtpd");

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long PAUSE_MILLIS = 50;
    /** OpenSMTPD takes no more than 100 mails over one session. */
    private static final int PER_SESSION = 50;

    private static final Pattern STATUS = Pattern.compile(" mta delivery .*? to=<u@([^>]+)>.* result=\"(\\w+)\"");

    private final Path folder;
    private final Process process;
    private final InetSocketAddress submission;

    private OpenSmtpdSender(Path folder, Process process, InetSocketAddress submission) {
        this.folder = folder;
        this.process = process;
        this.submission = submission;
    }

    /** Skips the calling test where there is no OpenSMTPD, or processes cannot have mounts of their own. */
    public static void assumePossible() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isExecutable(SMTPD), "OpenSMTPD is not there (scripts/install-test-servers unpacks it)");
        PostfixSender.assumeOwnMounts();
    }

    /**
     * Starts it. MX hosts must listen on port 25: it knows no other.
     *
     * @param resolver must listen on port 53
     */
    public static OpenSmtpdSender start(InetAddress resolver) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("hikyaku-opensmtpd");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(folder.resolve("lib/opensmtpd/empty"));
        Path spool = Files.createDirectories(folder.resolve("spool/smtpd"));
        Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rwx--x--x"));
        Files.writeString(folder.resolve("resolv.conf"), "nameserver " + resolver.getHostAddress() + "\n");
        withUsers(Path.of("/etc/passwd"), folder.resolve("passwd"), "opensmtp%s:x:%d:%2$d::/nonexistent:/bin/false\n");
        withUsers(Path.of("/etc/group"), folder.resolve("group"), "opensmtp%s:x:%d:\n");
        InetSocketAddress submission = TestPorts.takeOnLoopback();
        Files.writeString(folder.resolve("smtpd.conf"), """
                listen on 127.0.0.1 port %d
                action "out" relay helo "sender.example"
                match from any for any action "out"
                """.formatted(submission.getPort()));
        Process process = new ProcessBuilder("unshare", "-m", "sh", "-c", """
                        cd "$0" && for f in passwd group resolv.conf; do mount --bind $f /etc/$f || exit 1; done
                        mount --bind lib /var/lib && mount --bind spool /var/spool && mount -t tmpfs tmpfs /run &&
                        exec "$1" -d -f "$0/smtpd.conf"
                        """, folder.toString(), SMTPD.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        OpenSmtpdSender sender = new OpenSmtpdSender(folder, process, submission);
        Deadline deadline = Deadline.after(PATIENCE);
        while (!sender.listens()) {
            if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS) || deadline.passed()) {
                String log = sender.log();
                sender.close();
                throw new IOException("OpenSMTPD did not start: " + log);
            }
        }
        return sender;
    }

    private static void withUsers(Path real, Path copy, String line) throws IOException {
        Files.copy(real, copy);
        for (String one : List.of("d", "q")) {
            int id = one.equals("d") ? 64990 : 64991;
            Files.writeString(copy, line.formatted(one, id), StandardOpenOption.APPEND);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(submission, 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"), StandardCharsets.ISO_8859_1);
    }

    /**
     * Sends a mail to {@code u@} each of these domains and waits until each was tried.
     *
     * @return what it said: {@code Ok}, {@code TempFail} or {@code PermFail}
     * @throws IOException when that takes longer than two minutes
     */
    public Map<String, String> send(List<String> domains) throws IOException, InterruptedException {
        for (int from = 0; from < domains.size(); from += PER_SESSION) {
            PostfixSender.submit(submission, domains.subList(from, Math.min(domains.size(), from + PER_SESSION)));
        }
        Deadline deadline = Deadline.after(PATIENCE);
        Map<String, String> fates = fates(log());
        while (!fates.keySet().containsAll(domains)) {
            if (deadline.passed()) {
                List<String> missing =
                        domains.stream().filter(d -> !fates.containsKey(d)).toList();
                throw new IOException("OpenSMTPD has not tried " + missing + " yet: " + log());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            fates.putAll(fates(log()));
        }
        return fates;
    }

    private static Map<String, String> fates(String log) {
        Map<String, String> fates = new TreeMap<>();
        for (String line : log.lines().toList()) {
            Matcher status = STATUS.matcher(line);
            if (status.find()) {
                fates.put(status.group(1), status.group(2));
            }
        }
        return fates;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
