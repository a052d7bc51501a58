package org.hikyaku.relay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayConfigReaderTest {

    @TempDir
    Path folder;

    private RelayConfig read(String text) throws ConfigException {
        return RelayConfigReader.read(text, "relay.yaml", folder).config();
    }

    private List<String> faults(String text) {
        try {
            read(text);
        } catch (ConfigException e) {
            return e.faults().stream().map(ConfigFault::toString).toList();
        }
        return List.of();
    }

    private Path file(String name, String content, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @Test
    void threeLinesStartASafeRelay() throws ConfigException {
        RelayConfig config = read("""
                hostname: MX.Example.org.
                domains: [example.org, bücher.example]
                postmaster: admin@example.org
                """);

        assertThat(config.hostname()).isEqualTo("mx.example.org");
        assertThat(config.domains()).containsExactly("example.org", "xn--bcher-kva.example");
        assertThat(config.postmaster()).contains(Mailbox.parse("admin@example.org"));
        assertThat(config.receive().networks()).as("nobody relays").isEmpty();
        assertThat(config.listen().submission()).as("nobody could log in").isEmpty();
        assertThat(config.listen().smtp())
                .singleElement()
                .satisfies(a -> assertThat(a.getPort()).isEqualTo(25));
        assertThat(config.deliver().level()).isEqualTo(TlsLevel.AUTO);
        assertThat(config.laboratory()).isFalse();
        assertThat(config.allowRoot()).isFalse();
        assertThat(config.retry().giveUpAfter()).isEqualTo(Duration.ofDays(5));
    }

    @Test
    void allFaultsAreToldAtOnceEachWithItsPlace() {
        assertThat(faults("""
                        hostname: mx.example.org
                        domain: [example.org]
                        retry:
                          give-up-after: 5
                          jitter: 200
                        deliver:
                          level: dane_only
                        receive:
                          max-message-size: 50
                          networks: [10.0.0.0/8, 10.0.0.0/40, home]
                        nonsense: 1
                        """))
                .containsExactly(
                        "relay.yaml:2:1: there is no setting \"domain\"; did you mean \"domains\"?",
                        "relay.yaml:4:18: \"retry.give-up-after\" must be a duration from 1s to 100d with its unit (s, m,"
                                + " h, d), not \"5\"",
                        "relay.yaml:5:11: \"retry.jitter\" must be a whole number from 0 to 90, not \"200\"",
                        "relay.yaml:7:10: \"deliver.level\" must be one of none, may, encrypt, dane, dane-only, verify,"
                                + " secure, auto, not \"dane_only\"",
                        "relay.yaml:9:21: \"receive.max-message-size\" must be a size from 64 KiB to 1024 GiB with its unit"
                                + " (B, kB, MB, GB, KiB, MiB, GiB), not \"50\"",
                        "relay.yaml:10:13: \"receive.networks\" must be networks such as 192.0.2.0/24 or 2001:db8::/32:"
                                + " /40 does not fit 10.0.0.0",
                        "relay.yaml:10:13: \"receive.networks\" must be networks such as 192.0.2.0/24 or 2001:db8::/32:"
                                + " \"home\" is no IP address",
                        "relay.yaml:11:1: there is no setting \"nonsense\"; known here: allow-root, data-directory, deliver,"
                                + " dns, domains, filter, hostname, laboratory, listen, local, log, metrics, notices, postmaster,"
                                + " queue, receive, relay-domains, retry, stop-within, submission, tls, tls-reports");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            domains: [example.org]                          | "hostname" is missing: the name of this mail server, such as "hostname: mx.example.org"
            hostname: mx.example.org\\nhostname: b.example   | "hostname" stands here a second time
            hostname: [a, b]                                | "hostname" must be the name of this mail server
            hostname: "mx example"                          | "mx example" is no domain name
            hostname: mx.example\\nlaboratory: yes           | "laboratory" must be true or false, not "yes"
            hostname: mx.example\\nretry: 5m                 | "retry" must be a mapping
            hostname: mx.example\\n  domains: [              | this is not YAML
            hostname: mx.example\\nreceive: {networks: ["::/0"]} | would let everybody relay
            hostname: mx.example\\ntls-reports: {dkim-selector: s1} | "tls-reports.dkim-key" and "tls-reports.dkim-selector" belong together
            hostname: mx.example\\ntls-reports: {receive: tls@example.org} | "tls@example.org" is in no domain of "domains"
            hostname: mx.example\\ntls-reports: {contact: bücher@example.org} | "tls-reports.contact": "bücher@example.org" has letters beyond ASCII
            hostname: mx.example\\ntls-reports: {store: "jdbc:postgresql://db/h?user=h&password=x"} | holds a password
            hostname: mx.example\\ntls-reports: {store: "postgresql://h:hunter2@db/h"} | "tls-reports.store": it is neither a file nor a URL that begins with jdbc:postgresql://
            hostname: mx.example\\ntls-reports: {store: "jdbc:sqlite:reports.db?key=hunter2"} | "tls-reports.store": it is neither a file nor a URL that begins with jdbc:postgresql://
            hostname: mx.example\\ntls-reports: {store: "jdbc:postgresql://h:hunter2@db/h"} | a user and a password do not stand before the host
            hostname: mx.example\\ndomains: [a.example]\\nrelay-domains: [A.example] | "a.example" is among "domains" too
            hostname: mx.example\\nlisten: {smtp: ["mail:25"]} | must be IP addresses with ports
            hostname: mx.example\\nlisten: {submission: ["[::]:587"]} | users cannot hand mail in here
            hostname: mx.example\\ntls: {key: missing.pem}   | there is no file
            hostname: mx.example\\ndeliver: {destinations: {domains: x}} | must be a list; begin each entry with "- "
            hostname: mx.example\\ndeliver: {destinations: [{domains: x, oldest-tls: 1.4}]} | must be one of 1.0, 1.1, 1.2, 1.3, not "1.4"
            hostname: mx.example\\ndeliver: {destinations: [{level: dane}]} | "domains" is missing
            hostname: mx.example\\ndeliver: {destinations: [{domains: "*", route: "a b"}]} | a route is HOST:PORT
            hostname: mx.example\\npostmaster: admin         | "admin" is no mail address: it has no @
            hostname: mx.example\\nlocal: {subaddress: "++"} | must be one character, or none
            """)
    void aFaultSaysWhatWouldBeRight(String text, String sentence) {
        assertThat(faults(text.replace("\\n", "\n")))
                .isNotEmpty()
                .anySatisfy(f -> assertThat(f).contains(sentence))
                .noneSatisfy(f -> assertThat(f).contains("hunter2"));
    }

    @Test
    void anEmptyFileAndOneThatIsNotThere() {
        assertThat(faults(""))
                .containsExactly("relay.yaml:1:1: the file is empty; it needs at least \"hostname: mx.example.org\"");
        assertThatThrownBy(() -> RelayConfigReader.read(folder.resolve("none.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there is no such file");
    }

    @Test
    void aSecretThatEverybodyMayReadIsRefused() throws IOException {
        file("users", "", "rw-r--r--");
        file("ok", "", "rw-r-----");
        String text = "hostname: mx.example\nsubmission:\n  users: ";

        assertThat(faults(text + "users"))
                .singleElement()
                .asString()
                .startsWith("relay.yaml:3:10: \"submission.users\": everybody on this machine may read or change ")
                .endsWith("run chmod o= " + folder.resolve("users"));
        assertThat(faults(text + "ok")).isEmpty();
    }

    @Test
    void aCertificateFileWithTheKeyInItIsASecretToo() throws IOException {
        file("both.pem", "", "rw-r--r--");

        assertThat(faults("hostname: mx.example\ntls: {certificate: both.pem}"))
                .singleElement()
                .asString()
                .contains("holds a secret");
    }

    @Test
    void destinations() throws ConfigException, IOException {
        file("password", "secret\n", "rw-------");

        RelayConfig config = read("""
                hostname: mx.example
                deliver:
                  level: may
                  destinations:
                    - domains: [partner.example, .partner.example]
                      level: dane-only
                      oldest-tls: 1.0
                    - domains: "*"
                      route: smtps:smart.example
                      user: me
                      password: password
                    - {domains: a.example, route: "[192.0.2.1]:2525"}
                    - {domains: b.example, route: "mx:other.example"}
                """);

        assertThat(config.deliver().level()).isEqualTo(TlsLevel.MAY);
        assertThat(config.deliver().destinations()).hasSize(4);
        RelayConfig.Destination first = config.deliver().destinations().getFirst();
        assertThat(first.domains()).containsExactly("partner.example", ".partner.example");
        assertThat(first.level()).contains(TlsLevel.DANE_ONLY);
        assertThat(first.oldestTls()).contains(TlsVersion.TLSV1_0);
        assertThat(config.deliver().destinations().get(1).oldestTls()).isEmpty();
        assertThat(config.deliver().destinations().stream()
                        .flatMap(d -> d.route().stream())
                        .toList())
                .containsExactly(
                        new RelayConfig.Destination.Route("smart.example", 465, true, false),
                        new RelayConfig.Destination.Route("[192.0.2.1]", 2525, false, false),
                        new RelayConfig.Destination.Route("other.example", 25, false, true));
        assertThat(config.deliver().destinations().get(1).password()).contains(folder.resolve("password"));
    }

    @Test
    void localDelivery() throws ConfigException, IOException {
        file("aliases", "", "rw-r--r--");

        RelayConfig config = read("""
                hostname: mx.example
                data-directory: data
                local:
                  store: lmtp
                  lmtp: {address: "127.0.0.1:2003", timeout: 10s}
                  aliases: aliases
                  subaddress: "-"
                  catch-all:
                    - {domain: example.org, to: all@example.org}
                """);

        assertThat(config.local().store()).isEqualTo(RelayConfig.Local.Store.LMTP);
        assertThat(config.local().lmtp().address().getPort()).isEqualTo(2003);
        assertThat(config.local().catchAll()).isEqualTo(Map.of("example.org", Mailbox.parse("all@example.org")));
        assertThat(config.local().subaddress()).contains('-');
        assertThat(config.local().maildirs()).isEqualTo(folder.resolve("data/mail"));
        assertThat(config.queue().directory()).isEqualTo(folder.resolve("data/queue"));
    }

    @Test
    void aLaterFaultCanNameThePlace() throws ConfigException {
        RelayConfigReader.Loaded loaded =
                RelayConfigReader.read("hostname: mx.example\nlog:\n  format: json\n", "relay.yaml", folder);

        assertThat(loaded.places().of("log.format")).isEqualTo("relay.yaml:3");
        assertThat(loaded.places().of("log.file")).isEqualTo("relay.yaml");
    }

    @ParameterizedTest
    @CsvSource({"30s, 30", "5m, 300", "1h30m, 5400", "5d, 432000", "2 h, 7200", "0s, 0"})
    void durations(String text, long seconds) {
        assertThat(Quantity.duration(text)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"''", "5", "m", "-5m", "5x", "1.5h", "99999999999s"})
    void noDurations(String text) {
        assertThat(Quantity.duration(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10 B, 10", "1kB, 1000", "1.5 KiB, 1536", "50MB, 50000000", "2 GiB, 2147483648"})
    void sizes(String text, long bytes) {
        assertThat(Quantity.bytes(text)).contains(bytes);
    }

    @ParameterizedTest
    @CsvSource({"''", "5", "MB", ".5MB", "1..5MB", "-1MB", "5 XB"})
    void noSizes(String text) {
        assertThat(Quantity.bytes(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.128/25, 192.0.2.1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 192.0.2.1, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false"
    })
    void networks(String network, String address, boolean inside) {
        assertThat(Prefix.parse(network).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(inside);
    }
}
