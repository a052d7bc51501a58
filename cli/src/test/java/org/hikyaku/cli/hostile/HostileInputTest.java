package org.hikyaku.cli.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hikyaku.dns.HostileDns;
import org.hikyaku.net.Addresses;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Input that means ill, given to the real command in a process of its own with a small heap: each case ends by itself,
 * with the right exit code and a sentence, without a stack trace, within bounds of memory. The table that this test
 * prints is that of {@code docs/limits.md}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputTest {
    /** Heap that the commands are given. */
    private static final String HEAP = "-Xmx48m";

    /** Bound on what the whole process may take, the JVM's own part among it. */
    private static final long MOST_RESIDENT = 192L << 20;

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final CertificateMaker MAKER = CertificateMaker.seeded("HostileInputTest");

    private final Instant now = Instant.now();
    private final TreeMap<String, String> table = new TreeMap<>();

    @TempDir
    private Path folder;

    private Authority root = MAKER.root(authority("Hostile Root"), KeyChoice.EC_P256);
    private Credential policyHost =
            MAKER.server(CertificateTemplate.server(past(), future(), "mta-sts.mail.hostile"), KeyChoice.EC_P256, root);
    private Path caFile = Path.of("");

    private record Result(int exit, String out, String err) {
        /** As one line, however it was wrapped. */
        String words() {
            return (out + " " + err).replaceAll("\\s+", " ");
        }
    }

    @BeforeEach
    void writeAuthority() throws IOException {
        caFile = Files.writeString(folder.resolve("ca.pem"), root.credential().chainPem());
    }

    @AfterAll
    void printTable() {
        System.out.println("| input | exit code | sentence | peak heap, MB | peak of the process, MB |");
        System.out.println("|---|---|---|---|---|");
        table.values().forEach(System.out::println);
    }

    @Test
    void namesThatAreNoDomain() throws Exception {
        run(
                "a name that is no domain",
                2,
                "\"no..domain\" is no domain name: two dots follow each other",
                List.of("check", "no..domain"),
                443);
        run(
                "a label of 64 letters",
                2,
                "has 64 characters, and a part has at most 63",
                List.of("check", "a".repeat(64) + ".example"),
                443);
        run(
                "a name of 100,000 letters",
                2,
                "A domain name has at most 253 characters; this text has 100000.",
                List.of("dns", "a.".repeat(50_000), "MX"),
                443);
    }

    @Test
    void aResolverThatDoesNotAnswer() throws Exception {
        try (HostileDns silent = HostileDns.silent()) {
            run(
                    "a resolver that does not answer (dns)",
                    3,
                    "did not answer in time, over UDP or TCP.",
                    dns(silent, "example", "MX"),
                    443);
            run(
                    "a resolver that does not answer (check)",
                    3,
                    "did not answer in time, over UDP or TCP.",
                    check(silent, "example"),
                    443);
        }
    }

    @Test
    void aResolverThatLiesAboutIdsAndPorts() throws Exception {
        try (HostileDns liar = HostileDns.liar()) {
            run(
                    "a resolver that lies about ids and ports",
                    3,
                    "fit no question of ours; late or forged, they were not believed",
                    dns(liar, "example", "A"),
                    443);
        }
    }

    @Test
    void aPolicyFileOf100Megabytes() throws Exception {
        try (HostileServer https = new HostileServer(HostileServer.hugeFile(policyHost));
                HostileServer mail = new HostileServer(HostileServer.mail(mailHost()));
                HostileDns dns = HostileDns.zones(now, mail.port())) {
            run(
                    "a policy file of 100 MB",
                    1,
                    "sent more than the limit of 65536 bytes in an MTA-STS policy",
                    check(dns, "mail.hostile", mail),
                    https.port());
        }
    }

    @Test
    void aReplyThatNeverEnds() throws Exception {
        try (HostileServer mail = new HostileServer(HostileServer::endlessLine);
                HostileDns dns = HostileDns.zones(now, mail.port())) {
            run(
                    "a reply line that never ends",
                    1,
                    "sent more than the limit of 2048 bytes in an SMTP reply line",
                    check(dns, "mail.hostile", mail),
                    1);
        }
        try (HostileServer mail = new HostileServer(HostileServer::endlessLines);
                HostileDns dns = HostileDns.zones(now, mail.port())) {
            run(
                    "a reply of lines without end",
                    1,
                    "sent more than the limit of 256 lines in an SMTP reply",
                    check(dns, "mail.hostile", mail),
                    1);
        }
    }

    @Test
    void aChainOf200Certificates() throws Exception {
        Credential chain = longChain();
        assertThat(chain.chain()).hasSize(200);
        try (HostileServer mail = new HostileServer(HostileServer.mail(chain));
                HostileDns dns = HostileDns.zones(now, mail.port())) {
            run(
                    "a chain of 200 certificates (check)",
                    1,
                    "sent more than the limit of 32 certificates in a chain",
                    check(dns, "mail.hostile", mail),
                    1);
        }
        Path file = Files.writeString(folder.resolve("chain.pem"), chain.chainPem());
        run(
                "a chain of 200 certificates (tlsa verify)",
                1,
                "is of no certificate that the server sends above its own",
                List.of(
                        "tlsa",
                        "verify",
                        "--tlsa",
                        "2 1 1 " + "ab".repeat(32),
                        "--chain",
                        file.toString(),
                        "--name",
                        "mx.mail.hostile"),
                443);
    }

    @Test
    void tlsaRecordsCutShort() throws Exception {
        try (HostileServer mail = new HostileServer(HostileServer.mail(mailHost()));
                HostileDns dns = HostileDns.zones(now, mail.port())) {
            run(
                    "TLSA data cut short",
                    1,
                    "has 1 byte of data, but a SHA2-256 digest has 32",
                    check(dns, "cut.hostile", mail),
                    1);
            run(
                    "a TLSA record of one byte, unsigned",
                    1,
                    "came without a signature (RRSIG), though the zone hostile is signed",
                    check(dns, "stump.hostile", mail),
                    1);
        }
        run(
                "TLSA data cut short (tlsa verify)",
                2,
                "A TLSA record has four fields, usage, selector, matching type and data",
                List.of("tlsa", "verify", "--tlsa", "3 1", "--chain", caFile.toString()),
                443);
    }

    @Test
    void zonesThatMeanIll() throws Exception {
        try (HostileDns dns = HostileDns.zones(now, 25)) {
            run(
                    "aliases in a circle (dns)",
                    3,
                    "The aliases of loop.hostile run in a circle: pool.hostile leads back to loop.hostile.",
                    dns(dns, "loop.hostile", "A"),
                    443);
            run(
                    "aliases in a circle (check)",
                    1,
                    "run in a circle: pool.hostile leads back to loop.hostile.",
                    check(dns, "circle.hostile"),
                    443);
            run(
                    "NSEC3 with 2,500 iterations",
                    0,
                    "uses more than 150 NSEC3 iterations, so its denials are not checked (RFC 9276 section 3.2).",
                    dns(dns, "nothing.iterations", "A"),
                    443);
            run(
                    "1,000 keys with one tag (KeyTrap)",
                    3,
                    "was given up at the limit of 64 keys of one zone: keytrap has 1002",
                    dns(dns, "www.keytrap", "A"),
                    443);
            run(
                    "60 keys with one tag, 500 signatures",
                    1,
                    "were not tried, at the limit of 4 failed signature checks for one record set",
                    dns(dns, "www.sigtrap", "A"),
                    443);
        }
    }

    private List<String> dns(HostileDns resolver, String name, String type) throws IOException {
        return with(resolver, "dns", name, type);
    }

    private List<String> check(HostileDns resolver, String domain) throws IOException {
        return with(resolver, "check", domain);
    }

    private List<String> check(HostileDns resolver, String domain, HostileServer mail) throws IOException {
        List<String> line = new ArrayList<>(with(resolver, "check", domain));
        line.addAll(List.of("--port", Integer.toString(mail.port()), "--ca-file", caFile.toString()));
        return line;
    }

    private List<String> with(HostileDns resolver, String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(command));
        boolean answers = !resolver.trustAnchor().isEmpty();
        line.addAll(List.of("--timeout", answers ? "60" : "3", "--resolver", Addresses.text(resolver.address())));
        if (answers) {
            Path anchor = Files.writeString(folder.resolve("root.ds"), resolver.trustAnchor());
            line.addAll(List.of("--trust-anchor", anchor.toString()));
        }
        return line;
    }

    private void run(String input, int exit, String sentence, List<String> arguments, int https) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Path memory = folder.resolve("memory");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dmemory=" + memory,
                "-Dhttps=" + https,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MeasuredCommand.class.getName()));
        line.addAll(arguments);
        Process process = new ProcessBuilder(line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        Result result = new Result(ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
        assertThat(ended).as("%s ends: %s", input, result).isTrue();
        long[] peaks = Stream.of(Files.readString(memory).split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        table.put(
                input,
                "| " + input + " | " + result.exit() + " | " + sentence + " | " + (peaks[0] >> 20) + " | "
                        + (peaks[1] >> 20) + " |");
        assertThat(result.exit()).as("%s: %s", input, result).isEqualTo(exit);
        assertThat(result.words()).as(input).contains(sentence);
        assertThat(result.out() + result.err()).as(input).doesNotContain("\tat ", "Exception", "Hikyaku itself");
        assertThat(peaks[1]).as("bytes of memory for %s", input).isLessThan(MOST_RESIDENT);
    }

    private Credential mailHost() {
        return MAKER.server(CertificateTemplate.server(past(), future(), "mx.mail.hostile"), KeyChoice.EC_P256, root);
    }

    /** Each authority under the one before, so that no shorter path is there. */
    private Credential longChain() {
        List<Certificate> chain = new ArrayList<>();
        Authority issuer = root;
        for (int i = 0; i < 199; i++) {
            issuer = MAKER.intermediate(authority("Hostile " + i), KeyChoice.EC_P256, issuer);
        }
        KeyPair key = MAKER.key(KeyChoice.EC_P256);
        Credential leaf = MAKER.issue(CertificateTemplate.server(past(), future(), "mx.mail.hostile"), key, issuer);
        chain.addAll(leaf.chain());
        return leaf.withChain(chain);
    }

    private CertificateTemplate authority(String name) {
        return CertificateTemplate.authority(past(), future(), name);
    }

    private Instant past() {
        return now.minus(Duration.ofDays(30));
    }

    private Instant future() {
        return now.plus(Duration.ofDays(30));
    }
}
