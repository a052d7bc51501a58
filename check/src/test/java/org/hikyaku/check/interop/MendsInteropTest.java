package org.hikyaku.check.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hikyaku.check.grade.Grade;
import org.hikyaku.check.grade.Grader;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.check.grade.Subtest;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.interop.NginxServer;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.tls.probe.TlsProber;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The settings that a grade recommends, on the servers that they are for: each server is made poor in one way and probed,
 * given the lines of {@code mends.json}, and probed again. Stalwart is in no package here, nor is an Exim with OpenSSL:
 * their lines were not run.
 */
@Tag("interop")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MendsInteropTest {
    private static final String POOR = " poor";
    private static final String MENDED = " mended";
    private static final Pattern IN_FILE = Pattern.compile("# in (/etc/\\S+):");
    private static final Pattern IN_ETC = Pattern.compile("/etc/[a-z0-9]+/([a-z.]+)");
    private static final JsonNode MENDS = JsonMapper.shared()
            .readTree(Path.of("src/main/resources/org/hikyaku/check/grade/mends.json")
                    .toFile());
    private static final String ALL_CIPHERS = "ALL:!aNULL:@SECLEVEL=0";
    /**
     * @param software as in {@code mends.json}
     * @param profile by which the server is poor
     * @param flaws settings that make it so; none where no present version can be made so, and the mend may only do no
     *     harm
     */
    record Case(String software, String subtest, String profile, Credential credential, List<String> flaws) {
        @Override
        public String toString() {
            return software + " " + subtest;
        }
    }

    private record Outcome(Subtest poor, Subtest mended) {}

    private static final CertificateMaker MAKER = CertificateMaker.seeded("MendsInteropTest");
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final Authority ROOT = MAKER.root(
            CertificateTemplate.authority(
                    NOW.minus(Duration.ofDays(9)), NOW.plus(Duration.ofDays(4000)), "Interop Root"),
            KeyChoice.EC_P256);
    private static final Credential EC = MAKER.server(template(), KeyChoice.EC_P256, ROOT);
    private static final Credential RSA = MAKER.server(template(), KeyChoice.RSA_3072, ROOT);
    private static final Credential SHORT_RSA = MAKER.server(template(), KeyChoice.RSA_1024, ROOT);
    private static final Credential SHA1 =
            MAKER.server(template().withSignature("SHA1withECDSA"), KeyChoice.EC_P256, ROOT);

    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private final List<AutoCloseable> running = new ArrayList<>();
    private Path folder = Path.of("");

    private static CertificateTemplate template() {
        return CertificateTemplate.server(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(3000)), "mx.example");
    }

    static List<Case> cases() {
        String all = "smtpd_tls_ciphers = medium";
        String weak = "tls_medium_cipherlist = " + ALL_CIPHERS;
        String gnutls = "tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0";
        String nginx = "ssl_ciphers " + ALL_CIPHERS + ";";
        return List.of(
                of("postfix", "tls_available", RSA, "smtpd_tls_security_level = none"),
                of("postfix", "versions", RSA, "smtpd_tls_protocols = >=TLSv1", all, weak),
                of("postfix", "ciphers", RSA, all, weak),
                of("postfix", "cipher_order", RSA, "tls_preempt_cipherlist = no", all, weak),
                of("postfix", "key_exchange", RSA, "tls_eecdh_auto_curves = X25519 secp224r1", all, weak),
                of("postfix", "key_exchange_hash", RSA, all, weak),
                of("postfix", "certificate_key", SHORT_RSA, all, weak),
                of("postfix", "certificate_signature", SHA1, all, weak),
                of("postfix", "compression", RSA),
                of("postfix", "client_renegotiation", RSA),
                of("exim-gnutls", "tls_available", RSA, "tls_advertise_hosts ="),
                of("exim-gnutls", "versions", RSA, gnutls),
                of("exim-gnutls", "ciphers", RSA, gnutls),
                of("exim-gnutls", "cipher_order", RSA, gnutls),
                of("exim-gnutls", "key_exchange", RSA, gnutls),
                of("exim-gnutls", "key_exchange_hash", RSA, gnutls),
                of("exim-gnutls", "certificate_key", SHORT_RSA, gnutls),
                of("exim-gnutls", "certificate_signature", SHA1, gnutls),
                of("nginx", "versions", RSA, "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;", nginx),
                of("nginx", "ciphers", RSA, nginx),
                of("nginx", "cipher_order", RSA, nginx, "ssl_prefer_server_ciphers off;"),
                of("nginx", "key_exchange", RSA, "ssl_ecdh_curve X25519:secp224r1;", nginx),
                of("nginx", "key_exchange_hash", RSA, nginx),
                of("nginx", "certificate_key", SHORT_RSA, nginx),
                of("nginx", "certificate_signature", SHA1, nginx),
                new Case(
                        "nginx",
                        "zero_rtt",
                        "ncsc-2025",
                        RSA,
                        List.of("ssl_protocols TLSv1.2 TLSv1.3;", "ssl_early_data on;")));
    }

    private static Case of(String software, String subtest, Credential credential, String... flaws) {
        return new Case(software, subtest, "internet.nl", credential, List.of(flaws));
    }

    @BeforeAll
    void startAndProbe() throws Exception {
        PostfixServer.assumeInstalled();
        NginxServer.assumeInstalled();
        EximServer.assumeInstalled();
        // Not a JUnit folder: those are closed to everyone else, and the servers work as users of their own.
        folder = Files.createTempDirectory("hikyaku-mends");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, InetSocketAddress> servers = new LinkedHashMap<>();
        postfix(servers);
        exim(servers);
        nginx(servers);
        List<Callable<Outcome>> probes = new ArrayList<>();
        for (Case one : cases()) {
            probes.add(() -> new Outcome(probed(one, servers.get(one + POOR)), probed(one, servers.get(one + MENDED))));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Outcome>> done = threads.invokeAll(probes);
            for (int i = 0; i < done.size(); i++) {
                outcomes.put(cases().get(i).toString(), done.get(i).get());
            }
        }
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable server : running) {
            server.close();
        }
        if (Files.isDirectory(folder)) {
            List<Path> paths = new ArrayList<>();
            try (Stream<Path> walk = Files.walk(folder)) {
                walk.sorted(Comparator.reverseOrder()).forEach(paths::add);
            }
            for (Path path : paths) {
                Files.deleteIfExists(path);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theMendMends(Case one) {
        Outcome outcome = Optional.ofNullable(outcomes.get(one.toString())).orElseThrow();

        if (!one.flaws().isEmpty()) {
            assertThat(outcome.poor().grade())
                    .as("%s before: %s", one, outcome.poor().sentence())
                    .isIn(Grade.PHASE_OUT, Grade.INSUFFICIENT);
        }
        assertThat(outcome.mended().grade())
                .as("%s after: %s", one, outcome.mended().sentence())
                .isIn(Grade.GOOD, Grade.SUFFICIENT);
    }

    /** Whoever adds a setting has to try it. */
    @Test
    void everySettingIsTried() {
        TreeSet<String> settings = new TreeSet<>();
        for (Map.Entry<String, JsonNode> subtest : MENDS.properties()) {
            for (String software : List.of("postfix", "exim-gnutls", "nginx")) {
                if (lines(software, subtest.getKey()).stream().anyMatch(l -> !l.startsWith("#"))) {
                    settings.add(software + " " + subtest.getKey());
                }
            }
        }
        // nginx-light has no mail proxy.
        settings.remove("nginx tls_available");

        assertThat(cases().stream().map(Case::toString)).containsAll(settings);
    }

    private static Subtest probed(Case one, @Nullable InetSocketAddress address) {
        Profile profile = Profile.load(one.profile());
        ProbeOptions defaults = ProbeOptions.defaults("probe.example");
        ProbeOptions options = new ProbeOptions(
                defaults.ehloName(),
                defaults.connect(),
                defaults.greeting(),
                defaults.answer(),
                Duration.ofMillis(1),
                defaults.budget(),
                profile.suiteQuestions(),
                profile.groupQuestions());
        Service service = one.software().equals("nginx") ? Service.HTTPS : Service.SMTP_STARTTLS;
        return new Grader(profile)
                        .grade(new TlsProber(new SystemNetwork(), options, new SecureRandom())
                                .probe(
                                        Objects.requireNonNull(address),
                                        Optional.of("mx.example"),
                                        service,
                                        Depth.JUDGEMENT))
                        .subtests()
                        .stream()
                        .filter(s -> s.id().equals(one.subtest()))
                        .findFirst()
                        .orElseThrow();
    }

    private static Stream<Case> casesOf(String software) {
        return cases().stream().filter(c -> c.software().equals(software));
    }

    /** One Postfix with two listeners for each case. */
    private void postfix(Map<String, InetSocketAddress> servers) throws IOException, InterruptedException {
        Map<String, Mx> hosts = new LinkedHashMap<>();
        for (Case one : casesOf("postfix").toList()) {
            Mx poor = Mx.of("mx.example", "127.0.41." + (hosts.size() + 1), one.credential());
            Mx mended = Mx.of("mx.example", "127.0.41." + (hosts.size() + 2), one.credential());
            for (String line : one.flaws()) {
                poor = with(poor, line);
                mended = with(mended, line);
            }
            for (String line : mend(one)) {
                mended = with(mended, line);
            }
            hosts.put(one + POOR, poor);
            hosts.put(one + MENDED, mended);
        }
        PostfixServer server = PostfixServer.start(List.copyOf(hosts.values()));
        running.add(server);
        hosts.forEach((name, host) -> servers.put(name, server.address(host)));
    }

    private static Mx with(Mx host, String line) {
        String[] words = line.split(" = ", 2);
        return host.with(words[0], words[1]);
    }

    private void exim(Map<String, InetSocketAddress> servers) throws IOException, InterruptedException {
        for (Case one : casesOf("exim-gnutls").toList()) {
            List<String> base = new ArrayList<>(List.of("tls_advertise_hosts = *"));
            base.add("tls_certificate = "
                    + file(one + "-chain.pem", one.credential().chainPem()));
            base.add("tls_privatekey = "
                    + file(one + "-key.pem", one.credential().keyPem()));
            List<String> poor = replaced(base, one.flaws());
            start(servers, one + POOR, poor);
            start(servers, one + MENDED, replaced(poor, mend(one)));
        }
    }

    private void start(Map<String, InetSocketAddress> servers, String name, List<String> settings)
            throws IOException, InterruptedException {
        EximServer server = EximServer.start(folder.resolve(name.replace(' ', '-')), settings);
        running.add(server);
        servers.put(name, server.address());
    }

    /** One nginx with two server blocks for each case, each at a port of its own. */
    private void nginx(Map<String, InetSocketAddress> servers) throws IOException, InterruptedException {
        List<String> blocks = new ArrayList<>();
        for (Case one : casesOf("nginx").toList()) {
            List<String> base = new ArrayList<>();
            base.add("ssl_certificate "
                    + file(one + "-chain.pem", one.credential().chainPem()) + ";");
            base.add("ssl_certificate_key "
                    + file(one + "-key.pem", one.credential().keyPem()) + ";");
            List<String> poor = replaced(base, one.flaws());
            blocks.add(String.join("\n", poor));
            blocks.add(String.join("\n", replaced(poor, mend(one))));
        }
        NginxBlocks server = NginxBlocks.start(folder.resolve("nginx"), blocks);
        running.add(server);
        int number = 0;
        for (Case one : casesOf("nginx").toList()) {
            servers.put(one + POOR, server.addresses().get(number++));
            servers.put(one + MENDED, server.addresses().get(number++));
        }
    }

    /** The later lines take the place of those that set the same. */
    private static List<String> replaced(List<String> lines, List<String> later) {
        Map<String, String> settings = new LinkedHashMap<>();
        Stream.concat(lines.stream(), later.stream()).forEach(line -> settings.put(line.split(" ", 2)[0], line));
        return List.copyOf(settings.values());
    }

    /** The lines of a mend with our paths in place of those in /etc; what belongs into other files is written there. */
    private List<String> mend(Case one) throws IOException {
        Credential credential = one.subtest().startsWith("certificate_") ? EC : RSA;
        Map<String, StringBuilder> files = new LinkedHashMap<>();
        List<String> settings = new ArrayList<>();
        Optional<String> file = Optional.empty();
        for (String line : lines(one.software(), one.subtest())) {
            Matcher in = IN_FILE.matcher(line);
            if (in.matches()) {
                file = Optional.of(in.group(1));
            } else if (!line.startsWith("#")) {
                if (file.isPresent()) {
                    files.computeIfAbsent(file.get(), _ -> new StringBuilder())
                            .append(line)
                            .append('\n');
                } else {
                    settings.add(line);
                }
            }
        }
        String name = one.toString().replace(' ', '-') + "-mended-";
        Map<String, String> paths = new LinkedHashMap<>();
        paths.put("key.pem", file(name + "key.pem", credential.keyPem()));
        paths.put("chain.pem", file(name + "chain.pem", credential.chainPem()));
        for (Map.Entry<String, StringBuilder> entry : files.entrySet()) {
            String last = entry.getKey().substring(entry.getKey().lastIndexOf('/') + 1);
            paths.put(last, file(name + last, entry.getValue().toString()));
        }
        return settings.stream().map(line -> replacePaths(line, paths)).toList();
    }

    private static String replacePaths(String line, Map<String, String> paths) {
        return IN_ETC.matcher(line).replaceAll(m -> Objects.requireNonNull(paths.get(m.group(1)), m.group()));
    }

    private static List<String> lines(String software, String subtest) {
        List<String> lines = new ArrayList<>();
        MENDS.path(subtest).path(software).forEach(line -> lines.add(line.asString()));
        return lines;
    }

    /** Everybody may read it: this is a key for tests, and each server reads it as another user. */
    private String file(String name, String text) throws IOException {
        Path file = folder.resolve(name.replace(' ', '-'));
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file.toString();
    }
}
