package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.SmtpTransaction;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.TransactionTimes;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tlsrpt.ReportReader;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code hikyaku lab serve} prints for programs, held against the schema in docs/. */
class SightingLinesTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 40000);

    private final StringWriter out = new StringWriter();
    private final SightingLines lines = new SightingLines(new PrintWriter(out), true);

    private List<JsonNode> checked() throws Exception {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/lab-serve-1.json")));
        List<String> all = out.toString().lines().toList();
        assertThat(all)
                .allSatisfy(line -> assertThat(schema.validate(line, InputFormat.JSON))
                        .as(line)
                        .isEmpty());
        return all.stream().map(JsonMapper.shared()::readTree).toList();
    }

    @Test
    void everyLineOfASessionIsAsTheSchemaSays() throws Exception {
        LabPorts ports = LabPorts.free();
        ServeOptions options = ServeOptions.defaults()
                .withAddresses(ServeOptions.Addresses.LOOPBACK)
                .withPorts(ports.ports());
        try (ServedLab lab = ServedLab.start(options, lines::print)) {
            lines.serving(lab, options);
            SimpleResolver resolver = new SimpleResolver(lab.resolver());
            Message answer = resolver.send(Message.newQuery(
                    Record.newRecord(Name.fromConstantString("mx.dane-ee.example."), Type.A, DClass.IN)));
            String address = answer.getSection(Section.ANSWER).getFirst().rdataToString();
            SmtpClient client = new SmtpClient(
                    new SystemNetwork(),
                    new TlsClient(TlsClientOptions.defaults(), new SecureRandom()),
                    new SmtpClientOptions("sender.example", WAIT, WAIT, WAIT));
            SmtpSession session = client.open(
                            new InetSocketAddress(InetAddress.ofLiteral(address), ports.smtp()),
                            TlsUse.STARTTLS,
                            Optional.of("mx.dane-ee.example"))
                    .session()
                    .orElseThrow();
            new SmtpTransaction(session, TransactionTimes.rfc5321())
                    .run(
                            Envelope.of(Mailbox.parse("a@sender.example"), Mailbox.parse("b@dane-ee.example")),
                            MailContent.of("Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.UTF_8)),
                            SmtpTransaction.Transfer.DATA);
            session.quit();
            session.close();
            lab.moveOn();
        }

        List<JsonNode> said = checked();
        assertThat(said.getFirst().at("/event").asString()).isEqualTo("serving");
        assertThat(said.getFirst().at("/smtpPort").asInt()).isEqualTo(ports.smtp());
        assertThat(said.stream().map(n -> n.at("/event").asString()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "serving", "question", "connected", "command", "handshake", "mail", "ended", "moved-on");
        assertThat(said)
                .filteredOn(n -> n.at("/event").asString().equals("handshake"))
                .singleElement()
                .satisfies(n -> assertThat(n.at("/sni").asString()).isEqualTo("mx.dane-ee.example"));
        assertThat(said)
                .filteredOn(n -> n.at("/event").asString().equals("mail"))
                .singleElement()
                .satisfies(n -> assertThat(n.at("/to/0").asString()).isEqualTo("b@dane-ee.example"));
    }

    @Test
    void soAreThoseThatAreSeldomSeen() throws Exception {
        Sighting.Session session = new Sighting.Session(
                7,
                Sighting.Service.POLICY,
                "sts-enforce.example",
                "mta-sts.sts-enforce.example",
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 443),
                CLIENT);
        lines.print(
                new Sighting.PolicyFetch(AT, session, "mta-sts.sts-enforce.example", "/.well-known/mta-sts.txt", 200));
        lines.print(new Sighting.HandshakeFailed(
                AT,
                session,
                new HandshakeFailure(
                        HandshakeFailure.Stage.AUTHENTICATION, Optional.of("bad_certificate"), true, "It left.")));
        lines.print(new Sighting.Ended(AT, session, Optional.of("connection reset")));
        lines.print(new Sighting.ReportTaken(
                AT,
                session,
                "https://reports.a.example/x",
                Sighting.ReportWay.POST,
                false,
                Optional.of(ReportReader.read(Files.readAllBytes(
                        Path.of("../tlsrpt/src/test/resources/org/hikyaku/tlsrpt/senders/google.json")))),
                Optional.empty()));
        lines.print(new Sighting.ReportTaken(
                AT,
                session,
                "a@b.example",
                Sighting.ReportWay.MAIL,
                true,
                Optional.empty(),
                Optional.of("It is no JSON.")));
        lines.print(new Sighting.MovedOn(AT, true));
        lines.print(new Sighting.Asked(
                AT, Optional.empty(), "com", "NS", Sighting.NameServer.AUTHORITATIVE, CLIENT, true, false));

        assertThat(new TreeSet<>(
                        checked().stream().map(n -> n.at("/event").asString()).toList()))
                .containsExactly("ended", "handshake-failed", "moved-on", "policy-fetch", "question", "report");
    }
}
