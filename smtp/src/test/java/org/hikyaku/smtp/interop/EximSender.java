package org.hikyaku.smtp.interop;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * An Exim that sends, with DANE where a host has it: each mail is taken in and tried once by a process of its own
 * ({@code -odi}). Like {@link PostfixSender} it asks a resolver of the test's, by a mount namespace.
 */
public final class EximSender implements AutoCloseable {
    /** Debian's cannot be installed beside Postfix: {@code scripts/install-test-servers} only unpacks it. */
    private static final Path EXIM = Path.of("/opt/hikyaku-exim/usr/sbin/exim4");

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern STATUS = Pattern.compile(
            // the name that an alias stands for comes first
            "^\\S+ \\S+ (?:\\S+ )?(=>|==|\\*\\*) (?:\\S+ <)?u@([^:>\\s]+)>?(.*)$");
    private static final Pattern VERIFIED = Pattern.compile(" CV=(\\S+)");

    private final Path folder;
    private final Path resolvConf;

    /**
     * What became of the mail to one domain.
     *
     * @param status {@code sent}, {@code deferred} or {@code bounced}
     * @param verified what Exim says of the session that it sent over: {@code dane}, {@code yes}, {@code no}; empty in clear,
     *     and where nothing was sent
     * @param text the line of its log
     */
    public record Fate(String status, Optional<String> verified, String text) {}

    private EximSender(Path folder, Path resolvConf) {
        this.folder = folder;
        this.resolvConf = resolvConf;
    }

    /** Skips the calling test where there is no Exim, or processes cannot have mounts of their own. */
    public static void assumePossible() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(EXIM), "Exim is not there (scripts/install-test-servers unpacks it)");
        PostfixSender.assumeOwnMounts();
    }

    /**
     * Makes one.
     *
     * @param resolver a validating resolver, which must listen on port 53
     * @param authorities PEM of the authorities that it trusts
     * @param port where MX hosts listen
     */
    public static EximSender prepare(InetAddress resolver, String authorities, int port) throws IOException {
        Path folder = Files.createTempDirectory("hikyaku-exim-sender");
        // It writes its log and spool as the user nobody.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path ca = Files.writeString(folder.resolve("ca.pem"), authorities);
        Path resolvConf = Files.writeString(
                folder.resolve("resolv.conf"),
                "nameserver " + resolver.getHostAddress() + "\noptions edns0 trust-ad\n");
        Files.writeString(folder.resolve("exim.conf"), """
                exim_path = %4$s
                spool_directory = %1$s/spool
                log_file_path = %1$s/%%slog
                log_selector = +tls_certificate_verified +dnssec
                exim_user = nobody
                exim_group = nogroup
                trusted_users = root
                primary_hostname = sender.invalid
                qualify_domain = sender.invalid
                keep_environment =
                tls_advertise_hosts =
                host_lookup =
                dns_dnssec_ok = 1
                dns_retry = 1
                dns_retrans = 3s
                begin routers
                mx:
                  driver = dnslookup
                  transport = remote
                  self = send
                  dnssec_request_domains = *
                  fail_defer_domains = !*
                begin transports
                remote:
                  driver = smtp
                  port = %2$d
                  allow_localhost
                  hosts_try_dane = *
                  dnssec_request_domains = *
                  tls_verify_certificates = %3$s
                  tls_try_verify_hosts = *
                  connect_timeout = 5s
                  command_timeout = 8s
                begin retry
                * * F,1d,4h
                """.formatted(folder, port, ca, EXIM));
        return new EximSender(folder, resolvConf);
    }

    /** Sends a mail to {@code u@} each of these domains; each is sent, deferred or bounced at the end. */
    public Map<String, Fate> send(List<String> domains) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        "mount --bind \"$0\" /etc/resolv.conf && exec xargs -P 4 -I{} sh -c"
                                + " 'printf \"Subject: test\\n\\nHello.\\n\" | \"$0\" -C \"$1\" -odi -f grade@auth-good.example u@\"$2\"'"
                                + " \"$1\" \"$2\" {}",
                        resolvConf.toString(),
                        EXIM.toString(),
                        folder.resolve("exim.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try (OutputStream names = process.getOutputStream()) {
            names.write((String.join("\n", domains) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("Exim is still busy: " + Files.readString(output, StandardCharsets.ISO_8859_1));
        }
        // An Exim with another configuration than the built-in one has no rights to its log and says everything here.
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        Map<String, Fate> fates = fates(said);
        List<String> missing =
                domains.stream().filter(d -> !fates.containsKey(d)).toList();
        if (!missing.isEmpty()) {
            throw new IOException("Exim has not tried " + missing + ": " + said);
        }
        return fates;
    }

    private static Map<String, Fate> fates(String said) {
        Map<String, Fate> fates = new TreeMap<>();
        for (String line : said.lines().toList()) {
            Matcher status = STATUS.matcher(line);
            if (status.find()) {
                String word = switch (status.group(1)) {
                    case "=>" -> "sent";
                    case "==" -> "deferred";
                    default -> "bounced";
                };
                Matcher verified = VERIFIED.matcher(status.group(3));
                fates.put(
                        status.group(2),
                        new Fate(word, verified.find() ? Optional.of(verified.group(1)) : Optional.empty(), line));
            }
        }
        return fates;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
