package org.hikyaku.cli;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hikyaku.dns.interop.DnsServers;
import org.hikyaku.dns.interop.ZoneSigner;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.TestPorts;
import org.hikyaku.net.interop.NginxServer;
import org.hikyaku.net.interop.NginxServer.Site;
import org.hikyaku.net.interop.OtherPorts;
import org.hikyaku.net.interop.ServerProgram;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.Assumptions;
import org.xbill.DNS.Name;

/**
 * Real servers that a relay delivers to: Postfix and Exim as MX hosts, NSD and Unbound for a signed root, a signed zone
 * ({@code example}) and one that is not ({@code jp}), nginx for MTA-STS policies. Each domain has one property, which its name says.
 */
final class RelayInternet implements Closeable {
    private static final Path EXIM = Path.of("/opt/hikyaku-exim/usr/sbin/exim4");
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2046-01-01T00:00:00Z");
    private static final int SMTP = 25;

    /** With it the user relay may send to behind-exim.jp. */
    static final String HOP_PASSWORD = "its-own-secret";

    final CertificateMaker maker = CertificateMaker.seeded("RelayInternet");
    final Authority root = maker.root(CertificateTemplate.authority(FROM, TO, "Interop Root"), KeyChoice.EC_P256);
    /** The fingerprint of its certificate lets somebody in at the hub. */
    final Credential relayClient = client("relay", root);

    private final Path folder;
    private final String prefix = "127." + (64 + ProcessHandle.current().pid() % 128);
    private final List<Closeable> open = new ArrayList<>();
    private final List<Mx> hosts = new ArrayList<>();
    private final List<Site> sites = new ArrayList<>();
    private final StringBuilder example = new StringBuilder();
    private final StringBuilder jp = new StringBuilder();
    private final Credential exim = server("mx.exim.example");
    private final Path eximFolder;
    private final int eximPort = TestPorts.take();
    private final PostfixServer postfix;
    private final InetSocketAddress nginx;
    private final InetSocketAddress unbound;
    private final Path rootAnchor;

    RelayInternet(Path folder) throws Exception {
        this.folder = folder;
        DnsServers.assumeInstalled("nsd", "unbound", "dnssec-keygen", "dnssec-signzone", "dnssec-dsfromkey");
        PostfixServer.assumeInstalled();
        NginxServer.assumeInstalled();
        Assumptions.assumeTrue(Files.isExecutable(EXIM), "Exim is not there (scripts/install-test-servers unpacks it)");
        boolean whole = false;
        try {
            domains();
            postfix = PostfixServer.start(hosts);
            open.add(postfix::close);
            NginxServer policies =
                    NginxServer.start(folder.resolve("nginx"), InetAddress.ofLiteral(prefix + ".2.1"), sites);
            open.add(policies::close);
            nginx = policies.address();
            // Not a JUnit folder: those are closed to everyone else, and Exim works as a user of its own.
            eximFolder = Files.createTempDirectory("hikyaku-exim");
            open.add(() -> delete(eximFolder));
            startExim();
            ZoneSigner signer = new ZoneSigner(folder.resolve("zones"));
            Map<Name, Path> zones = new LinkedHashMap<>();
            rootAnchor = sign(signer, zones);
            DnsServers.Running authority = DnsServers.nsd(folder.resolve("nsd"), zones);
            open.add(authority::close);
            DnsServers.Running resolver = DnsServers.unbound(
                    folder.resolve("unbound"), "module-config: \"iterator\"", authority.asForwardZone());
            open.add(resolver::close);
            unbound = resolver.address();
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    // ---- the domains

    private void domains() {
        Credential c = server("mx.dane-ee.example");
        example.append(mx("dane-ee", Mx.of("mx.dane-ee.example", next(), c))).append(tlsa("dane-ee", "3 1 1", c));
        c = server("mx.dane-ta.example");
        c = c.withChain(List.of(c.certificate(), root.certificate()));
        example.append(mx("dane-ta", Mx.of("mx.dane-ta.example", next(), c)))
                .append(tlsa("dane-ta", "2 0 1", root.credential()));
        c = server("mx.mismatch.example");
        example.append(mx("mismatch", Mx.of("mx.mismatch.example", next(), c)))
                .append(tlsa("mismatch", "3 1 1", server("nobody.invalid")));
        example.append(mx("in-clear", Mx.inClear("mx.in-clear.example", next())))
                .append(tlsa("in-clear", "3 1 1", c));
        example.append("exim IN MX 10 mx.exim\nmx.exim IN A 127.0.0.1\n").append(tlsa("exim", "3 1 1", exim));
        example.append("null IN MX 0 .\n");
        // The hub takes mail from those who show the right certificate, inside TLS from the first byte.
        example.append(host(
                "hub",
                Mx.of("hub.example", next(), server("hub.example"))
                        .with("smtpd_tls_wrappermode", "yes")
                        .with("smtpd_tls_ask_ccert", "yes")
                        .with("smtpd_tls_fingerprint_digest", "sha256")
                        .with("relay_clientcerts", "inline:{ {" + colons(relayClient) + "=relay} }")
                        .with("smtpd_relay_restrictions", "permit_tls_clientcerts, reject")));
        jp.append(mx("plain", Mx.of("mx.plain.jp", next(), server("mx.plain.jp"))));
        jp.append(mx("clear", Mx.inClear("mx.clear.jp", next())));
        jp.append(mx("sts", Mx.of("mx.sts.jp", next(), server("mx.sts.jp"))));
        policy("sts", "mx.sts.jp", "enforce");
        jp.append(mx("sts-other", Mx.of("mx.sts-other.jp", next(), server("mx.sts-other.jp"))));
        policy("sts-other", "mail.elsewhere.jp", "enforce");
        c = maker.selfSigned(CertificateTemplate.server(FROM, TO, "mx.sts-testing.jp"), maker.key(KeyChoice.EC_P256));
        jp.append(mx("sts-testing", Mx.of("mx.sts-testing.jp", next(), c)));
        policy("sts-testing", "mx.sts-testing.jp", "testing");
    }

    private String next() {
        return prefix + ".1." + (hosts.size() + 1);
    }

    private String mx(String name, Mx host) {
        return name + " IN MX 10 mx." + name + "\n" + host("mx." + name, host);
    }

    private String host(String name, Mx host) {
        hosts.add(host);
        return name + " IN A " + host.address().getHostAddress() + "\n";
    }

    private static String tlsa(String name, String kind, Credential credential) {
        String[] fields = kind.split(" ");
        return "_" + SMTP + "._tcp.mx." + name + " IN TLSA "
                + TlsaRecord.of(
                        Integer.parseInt(fields[0]),
                        Integer.parseInt(fields[1]),
                        Integer.parseInt(fields[2]),
                        credential.certificate())
                + "\n";
    }

    private void policy(String name, String mx, String mode) {
        jp.append("_mta-sts." + name + " IN TXT \"v=STSv1; id=20261122;\"\nmta-sts." + name + " IN A " + prefix
                + ".2.1\n");
        Credential c = server("mta-sts." + name + ".jp");
        sites.add(new Site(
                "mta-sts." + name + ".jp",
                c.keyPem(),
                c.chainPem(),
                "default_type text/plain; return 200 \"version: STSv1\\nmode: " + mode + "\\nmx: " + mx
                        + "\\nmax_age: 604800\\n\";"));
    }

    Credential server(String... names) {
        return maker.server(CertificateTemplate.server(FROM, TO, names), KeyChoice.EC_P256, root);
    }

    Credential client(String name, Authority authority) {
        return maker.issue(
                CertificateTemplate.client(FROM, TO, name, List.of()), maker.key(KeyChoice.EC_P256), authority);
    }

    Authority otherAuthority() {
        return maker.root(CertificateTemplate.authority(FROM, TO, "Rogue Root"), KeyChoice.EC_P256);
    }

    static String colons(Credential credential) {
        return java.util.HexFormat.ofDelimiter(":")
                .withUpperCase()
                .formatHex(credential.certificate().sha256());
    }

    private Path sign(ZoneSigner signer, Map<Name, Path> zones) throws IOException, InterruptedException {
        ZoneSigner.Signing usual = ZoneSigner.Signing.usual(Instant.now());
        ZoneSigner.Signed signed = signer.sign("example.", apex("example.") + example, usual);
        zones.put(Name.fromConstantString("example."), signed.file());
        zones.put(Name.fromConstantString("jp."), signer.unsigned("jp.", apex("jp.") + jp));
        ZoneSigner.Signed top = signer.sign(
                ".",
                apex(".") + "example. IN NS ns.example.\nns.example. IN A 127.0.0.1\n" + signed.ds()
                        + "jp. IN NS ns.jp.\nns.jp. IN A 127.0.0.1\n",
                usual);
        zones.put(Name.root, top.file());
        return Files.writeString(folder.resolve("root.ds"), top.ds());
    }

    private static String apex(String zone) {
        String dot = zone.equals(".") ? "" : zone;
        return "$TTL 300\n$ORIGIN " + zone + "\n@ IN SOA ns." + dot + " hostmaster." + dot
                + " 1 3600 600 86400 300\n@ IN NS ns." + dot + "\nns." + dot + " IN A 127.0.0.1\n";
    }

    // ---- Exim, which keeps what it gets

    private void startExim() throws IOException, InterruptedException {
        Files.setPosixFilePermissions(eximFolder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(eximFolder.resolve("server.pem"), exim.chainPem());
        Files.writeString(eximFolder.resolve("server.key"), exim.keyPem());
        Path configuration = Files.writeString(
                eximFolder.resolve("exim.conf"), """
                primary_hostname = mx.exim.example
                exim_path = %3$s
                keep_environment =
                deliver_drop_privilege = true
                local_interfaces = <; 127.0.0.1
                daemon_smtp_ports = %2$d
                spool_directory = %1$s/spool
                log_file_path = %1$s/log-%%s
                log_selector = +tls_cipher +smtp_protocol_error +received_recipients
                pid_file_path = %1$s/exim.pid
                exim_user = nobody
                exim_group = nogroup
                host_lookup =
                rfc1413_query_timeout = 0s
                tls_advertise_hosts = *
                tls_certificate = %1$s/server.pem
                tls_privatekey = %1$s/server.key
                chunking_advertise_hosts = *
                smtputf8_advertise_hosts = *
                auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
                acl_smtp_rcpt = check
                begin acl
                check:
                  accept domains = behind-exim.jp
                         authenticated = *
                  deny   domains = behind-exim.jp
                  accept
                begin authenticators
                plain:
                  driver = plaintext
                  public_name = PLAIN
                  server_prompts = :
                  server_condition = ${if and{{eq{$auth2}{relay}}{eq{$auth3}{%4$s}}}}
                  server_set_id = $auth2
                begin routers
                all:
                  driver = accept
                  transport = folder
                begin transports
                folder:
                  driver = appendfile
                  directory = %1$s/mails
                  create_directory
                  maildir_format
                """.formatted(eximFolder, eximPort, EXIM, HOP_PASSWORD));
        Path output = eximFolder.resolve("output");
        open.add(ServerProgram.start(
                List.of(EXIM.toString(), "-C", configuration.toString(), "-bdf", "-q1h"),
                output,
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), eximPort)));
    }

    // ---- what a relay needs of it, and what its servers say

    /** Ports 25, 465 and 443 of its hosts; Exim is at port 25 of 127.0.0.1. */
    Network network() {
        Network hosts = new OtherPorts(
                new SystemNetwork(), Map.of(SMTP, postfix.port(), 465, postfix.port(), 443, nginx.getPort()));
        Network itself = new OtherPorts(new SystemNetwork(), Map.of(SMTP, eximPort));
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        return new Network() {
            @Override
            public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
                return (remote.getAddress().equals(loopback) ? itself : hosts).dial(remote, deadline);
            }

            @Override
            public Listener listen(InetSocketAddress local) throws IOException {
                return hosts.listen(local);
            }
        };
    }

    InetSocketAddress resolver() {
        return unbound;
    }

    Path rootAnchor() {
        return rootAnchor;
    }

    String postfixLog() throws IOException {
        return postfix.log();
    }

    String eximLog() throws IOException {
        Path log = eximFolder.resolve("log-main");
        return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
    }

    /** What Exim has delivered. */
    List<String> eximMails() throws IOException {
        Path mails = eximFolder.resolve("mails/new");
        if (!Files.isDirectory(mails)) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(mails)) {
            for (Path file : files.toList()) {
                all.add(Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        return all;
    }

    static void delete(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            walk.sorted(Comparator.reverseOrder()).forEach(paths::add);
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable one : open.reversed()) {
            one.close();
        }
    }
}
