package org.hikyaku.conformance.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hikyaku.conformance.serve.ServeOptions.Addresses;
import org.hikyaku.conformance.serve.ServeOptions.Ports;
import org.hikyaku.conformance.serve.Sighting.Service;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.HttpsClient;
import org.hikyaku.net.HttpsException;
import org.hikyaku.net.Limit;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.TestPorts;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The served lab on loopback addresses and high ports: what clients see of it, and what it sees of them. */
@Timeout(60)
class ServedLabTest {
    private static final Limit BODY = new Limit("bytes", 100_000);
    private static final BlockingQueue<Sighting> SEEN = new LinkedBlockingQueue<>();

    private static ServedLab lab;
    private static Ports ports;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        ports = freePorts();
        lab = ServedLab.start(
                ServeOptions.defaults()
                        .withAddresses(Addresses.LOOPBACK)
                        .withPorts(ports)
                        .withCapture(folder.resolve("lab.pcapng")),
                SEEN::add);
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    static Ports freePorts() {
        return new Ports(TestPorts.takeForDns(), TestPorts.takeForDns(), TestPorts.take(), TestPorts.take());
    }

    private static Message ask(InetSocketAddress server, String name, int type) throws IOException {
        SimpleResolver resolver = new SimpleResolver(server);
        resolver.setTimeout(Duration.ofSeconds(20));
        resolver.setEDNS(0, 1232, ExtendedFlags.DO, List.of());
        return resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN)));
    }

    private static InetAddress address(String host) throws IOException {
        return ((ARecord) ask(lab.resolver(), host, Type.A)
                        .getSection(Section.ANSWER)
                        .getFirst())
                .getAddress();
    }

    /** What is seen from now on, until this one. */
    private static List<Sighting> seenUntil(java.util.function.Predicate<Sighting> last) throws InterruptedException {
        List<Sighting> all = new ArrayList<>();
        while (true) {
            Sighting sighting = SEEN.poll(30, TimeUnit.SECONDS);
            assertThat(sighting).as("after %s", all).isNotNull();
            all.add(sighting);
            if (last.test(sighting)) {
                return all;
            }
        }
    }

    @Test
    void theResolverValidatesAndSaysWhatIsWrong() throws Exception {
        Message secure = ask(lab.resolver(), "dane-ee.example.", Type.MX);
        assertThat(secure.getHeader().getFlag(Flags.AD)).isTrue();
        assertThat(((MXRecord) secure.getSection(Section.ANSWER).getFirst()).getTarget())
                .hasToString("mx.dane-ee.example.");

        Message insecure = ask(lab.resolver(), "mail.unsigned.", Type.MX);
        assertThat(insecure.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(insecure.getHeader().getFlag(Flags.AD)).isFalse();

        Message bogus = ask(lab.resolver(), "dnssec-expired.example.", Type.MX);
        assertThat(bogus.getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(bogus.getSection(Section.ANSWER)).isEmpty();
        assertThat(bogus.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR))
                .map(o -> ((ExtendedErrorCodeOption) o).getErrorCode())
                .containsExactly(7); // RFC 8914 section 4.8: signature expired
    }

    @Test
    void theNameServersReferFromTheRootDownAndAnswerWithAuthority() throws Exception {
        InetSocketAddress root = new InetSocketAddress(lab.rootServers().getFirst(), ports.dns());
        Message referral = ask(root, "dane-ee.example.", Type.MX);
        assertThat(referral.getHeader().getFlag(Flags.AA)).isFalse();
        assertThat(referral.getSection(Section.ANSWER)).isEmpty();
        assertThat(referral.getSection(Section.AUTHORITY))
                .map(r -> r.getName() + " " + Type.string(r.getType()))
                .contains("example. NS", "example. DS", "example. RRSIG");

        Message further = ask(glue(referral), "dane-ee.example.", Type.MX);
        assertThat(further.getSection(Section.AUTHORITY))
                .map(r -> r.getName() + " " + Type.string(r.getType()))
                .contains("dane-ee.example. NS", "dane-ee.example. DS");

        Message answer = ask(glue(further), "dane-ee.example.", Type.MX);
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getSection(Section.ANSWER)).map(Record::getType).containsExactly(Type.MX, Type.RRSIG);
        assertThat(ask(root, "unsigned.", Type.DS).getHeader().getFlag(Flags.AA))
                .isTrue();
        assertThat(ask(glue(further), "example.", Type.SOA).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    private static InetSocketAddress glue(Message referral) {
        Name server = referral.getSection(Section.AUTHORITY).stream()
                .filter(NSRecord.class::isInstance)
                .map(r -> ((NSRecord) r).getTarget())
                .findFirst()
                .orElseThrow();
        return referral.getSection(Section.ADDITIONAL).stream()
                .filter(r -> r instanceof ARecord && r.getName().equals(server))
                .map(r -> new InetSocketAddress(((ARecord) r).getAddress(), ports.dns()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aMailIsSeenFromTheConnectionToItsEnd() throws Exception {
        InetSocketAddress mx = new InetSocketAddress(address("mx.requiretls-dane.example."), ports.smtp());
        try (Dialogue dialogue = new Dialogue(mx)) {
            dialogue.startTls(TlsVersion.TLSV1_3, "mx.requiretls-dane.example");
            assertThat(dialogue.say("EHLO client.example")).contains("250-REQUIRETLS");
            dialogue.say("MAIL FROM:<a@c.example> REQUIRETLS");
            dialogue.say("RCPT TO:<b@requiretls-dane.example>");
            dialogue.say("DATA");
            dialogue.say("Subject: a\r\n long one\r\nTLS-Required: No\r\n\r\nNot: a header\r\n.");
            dialogue.say("QUIT");
        }
        List<Sighting> seen =
                seenUntil(s -> s instanceof Sighting.Ended e
                                && e.session().host().equals("mx.requiretls-dane.example"))
                        .stream()
                        .filter(s -> s.host().equals(Optional.of("mx.requiretls-dane.example")))
                        .toList();

        assertThat(seen).allMatch(s -> s.domain().equals(Optional.of("requiretls-dane.example")));
        assertThat(seen.stream().filter(Sighting.Command.class::isInstance).map(s -> {
                    Sighting.Command c = (Sighting.Command) s;
                    return c.verb() + " " + c.tls().map(TlsVersion::title).orElse("clear") + " "
                            + c.reply().orElseThrow();
                }))
                .containsExactly(
                        "EHLO clear 250",
                        "STARTTLS clear 220",
                        "EHLO TLSv1.3 250",
                        "MAIL TLSv1.3 250",
                        "RCPT TLSv1.3 250",
                        "DATA TLSv1.3 250",
                        "QUIT TLSv1.3 221");
        Sighting.Handshake handshake = only(seen, Sighting.Handshake.class);
        assertThat(handshake.facts().sni()).contains("mx.requiretls-dane.example");
        Sighting.MailTaken mail = only(seen, Sighting.MailTaken.class);
        assertThat(mail.requireTls()).isTrue();
        assertThat(mail.header("tls-required")).containsExactly("No");
        assertThat(mail.headers())
                .containsExactly(
                        new Sighting.Header("Subject", "a long one"), new Sighting.Header("TLS-Required", "No"));
        assertThat(mail.mail().to()).containsExactly("b@requiretls-dane.example");
        assertThat(only(seen, Sighting.Connected.class).session().service()).isEqualTo(Service.MAIL);
    }

    private static <S> S only(List<Sighting> seen, Class<S> type) {
        List<S> found = seen.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void requireTlsIsTakenAsTheCatalogueSays() throws Exception {
        assertThat(mailFrom("requiretls-dane.example", "REQUIRETLS REQUIRETLS")).isEqualTo(501);
        assertThat(mailFrom("requiretls-refused.example", "REQUIRETLS")).isEqualTo(550);
        assertThat(mailFrom("requiretls-clear-only.example", "REQUIRETLS")).isEqualTo(555);
        assertThat(mailFrom("requiretls-absent.example", "SIZE=100")).isEqualTo(250);
    }

    private static int mailFrom(String domain, String parameters) throws IOException {
        String host = "mx." + domain;
        InetSocketAddress mx = new InetSocketAddress(address(host + "."), ports.smtp());
        try (Dialogue dialogue = new Dialogue(mx)) {
            dialogue.startTls(TlsVersion.TLSV1_3, host);
            dialogue.say("EHLO client.example");
            return dialogue.code("MAIL FROM:<a@c.example> " + parameters);
        }
    }

    @Test
    void aHandshakeThatTheClientBreaksOffIsSeenWithItsAlert() throws Exception {
        InetSocketAddress mx = new InetSocketAddress(address("mx.tls10.example."), ports.smtp());
        try (Dialogue dialogue = new Dialogue(mx)) {
            assertThatThrownBy(() -> dialogue.startTls(TlsVersion.TLSV1_3, "mx.tls10.example"))
                    .isInstanceOf(HandshakeFailedException.class);
        }

        Sighting.HandshakeFailed failed = (Sighting.HandshakeFailed)
                seenUntil(Sighting.HandshakeFailed.class::isInstance).getLast();
        assertThat(failed.host()).contains("mx.tls10.example");
        assertThat(failed.failure().sentence()).isNotBlank();
    }

    @Test
    void aPolicyFetchAndAPostedReportAreSeen() throws Exception {
        HttpsClient https =
                new HttpsClient(new SystemNetwork(), host -> List.of(address(host + ".")), (_, _) -> Optional.empty());
        Deadline deadline = Deadline.after(Duration.ofSeconds(30));
        URI policy = URI.create("https://mta-sts.sts-enforce.example:" + ports.https() + "/.well-known/mta-sts.txt");
        assertThat(new String(https.get(policy, BODY, deadline).body(), StandardCharsets.US_ASCII))
                .isEqualTo("version: STSv1\r\nmode: enforce\r\nmx: mx.sts-enforce.example\r\nmax_age: 604800\r\n");
        Sighting.PolicyFetch fetch = (Sighting.PolicyFetch)
                seenUntil(Sighting.PolicyFetch.class::isInstance).getLast();
        assertThat(fetch.domain()).contains("sts-enforce.example");
        assertThat(fetch.path()).isEqualTo("/.well-known/mta-sts.txt");
        assertThat(fetch.name()).isEqualTo("mta-sts.sts-enforce.example");
        assertThat(fetch.status()).isEqualTo(200);

        byte[] report = """
                {"organization-name": "c.example", "contact-info": "a@c.example", "report-id": "1",
                 "date-range": {"start-datetime": "2026-11-21T00:00:00Z", "end-datetime": "2026-11-21T23:59:59Z"},
                 "policies": [{"policy": {"policy-type": "no-policy-found", "policy-domain": "tlsrpt-https.example"},
                   "summary": {"total-successful-session-count": 3, "total-failure-session-count": 0}}]}
                """.getBytes(StandardCharsets.US_ASCII);
        URI receiver = URI.create("https://reports.tlsrpt-https.example:" + ports.https() + "/v1");
        assertThat(https.post(receiver, "application/tlsrpt+json", report, BODY, deadline)
                        .status())
                .isEqualTo(201);
        Sighting.ReportTaken taken = (Sighting.ReportTaken)
                seenUntil(Sighting.ReportTaken.class::isInstance).getLast();
        assertThat(taken.to()).isEqualTo("https://reports.tlsrpt-https.example/v1");
        assertThat(taken.report().orElseThrow().successful()).isEqualTo(3);
        URI failing = URI.create("https://reports.tlsrpt-https-failing.example:" + ports.https() + "/v1");
        assertThat(status(https, failing, report, deadline)).isEqualTo(503);
    }

    private static int status(HttpsClient https, URI uri, byte[] body, Deadline deadline) throws HttpsException {
        return https.post(uri, "application/tlsrpt+json", body, BODY, deadline).status();
    }

    @Test
    void aPortThatDropsPacketsKeepsSilent() throws Exception {
        InetSocketAddress dropped = new InetSocketAddress(address("mx.port-dropped.example."), ports.smtp());
        try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(dropped, 300)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void questionsAreSeenWithTheirDomain() throws Exception {
        ask(lab.resolver(), "_25._tcp.mx.dane-rollover.example.", Type.TLSA);

        Sighting.Asked asked = (Sighting.Asked) seenUntil(s -> s.domain().equals(Optional.of("dane-rollover.example")))
                .getLast();
        assertThat(asked.type()).isEqualTo("TLSA");
        assertThat(asked.server()).isEqualTo(Sighting.NameServer.RESOLVER);
        assertThat(asked.dnssec()).isTrue();
    }

    @Test
    void tlsaRecordsStandUnderThePortOfTheMailServers() throws Exception {
        assertThat(ask(lab.resolver(), "_" + ports.smtp() + "._tcp.mx.dane-ee.example.", Type.TLSA)
                        .getSection(Section.ANSWER))
                .map(Record::getType)
                .contains(Type.TLSA);
        assertThat(ask(lab.resolver(), "_25._tcp.mx.dane-ee.example.", Type.TLSA)
                        .getRcode())
                .isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void whatOthersNeedIsWrittenAndFollowsFromSeedAndClock() throws Exception {
        Path files = folder.resolve("files");
        lab.writeFiles(files);
        assertThat(Arrays.stream(files.toFile().list()).sorted())
                .containsExactly("ca.pem", "catalogue.yaml", "resolv.conf", "root.ds", "root.hints");
        assertThat(Files.readString(files.resolve("resolv.conf"))).contains("nameserver 127.53.0.1", "trust-ad");
        assertThat(Files.readString(files.resolve("root.hints")))
                .contains("A " + lab.rootServers().getFirst().getHostAddress());

        Instant now = Instant.parse("2027-01-01T00:00:00Z");
        String[] roots = new String[2];
        for (int i = 0; i < roots.length; i++) {
            try (ServedLab other = ServedLab.start(
                    ServeOptions.defaults()
                            .withAddresses(Addresses.LOOPBACK)
                            .withPorts(freePorts())
                            .withClock(() -> now),
                    _ -> {})) {
                other.writeFiles(folder.resolve("again"));
                roots[i] = Files.readString(folder.resolve("again/root.ds"))
                        + Files.readString(folder.resolve("again/ca.pem"));
            }
        }
        assertThat(roots[0]).isEqualTo(roots[1]);
    }

    @Test
    void anAddressThatIsTakenIsNamed() {
        assertThatThrownBy(() -> ServedLab.start(
                        ServeOptions.defaults()
                                .withAddresses(Addresses.LOOPBACK)
                                .withPorts(ports),
                        _ -> {}))
                .isInstanceOf(java.net.BindException.class)
                .hasMessageContaining("127.25.0.2:" + ports.smtp() + " for the mail server mx.dane-ee.example.");
    }
}
