package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;

/** The lab's MX hosts, tried with the JDK's own TLS. */
class MailServersTest {
    private static final Limit LINE = new Limit("bytes in a line", 2000);

    private static Lab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = Lab.start(LabOptions.defaults());
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void aMailHandedInOverTlsIsKeptAsItCame() throws Exception {
        try (Dialogue dialogue = new Dialogue("mx.dane-ee.example.")) {
            dialogue.say("EHLO client.example", "250-STARTTLS");
            List<X509Certificate> chain = dialogue.startTls();
            assertThat(chain).hasSize(2);
            assertThat(dialogue.reply("EHLO client.example"))
                    .doesNotContain("250-STARTTLS")
                    .contains("250-8BITMIME");
            dialogue.say("MAIL FROM:<a@client.example>", "250 2.1.0 ok");
            dialogue.say("RCPT TO:<b@dane-ee.example>", "250 2.1.5 ok");
            dialogue.say("DATA", "354 go on, end with a dot");
            dialogue.say("Subject: dots\r\n\r\n..one\r\ntwo\r\n.", "250 2.0.0 taken");
            dialogue.say("QUIT", "221 2.0.0 bye");
        }
        LabMail mail = lab.mails().stream()
                .filter(m -> m.from().equals("a@client.example"))
                .findFirst()
                .orElseThrow();
        assertThat(mail.to()).containsExactly("b@dane-ee.example");
        assertThat(mail.content())
                .isEqualTo("Subject: dots\r\n\r\n.one\r\ntwo\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(mail.tls()).contains("TLSv1.3");
        assertThat(mail.host()).hasToString("mx.dane-ee.example.");
    }

    @Test
    void theTlsaRecordIsTheSha256OfTheKeyThatTheServerShows() throws Exception {
        byte[] key;
        try (Dialogue dialogue = new Dialogue("mx.dane-ee.example.")) {
            key = dialogue.certificates().getFirst().getPublicKey().getEncoded();
        }

        TLSARecord record =
                (TLSARecord) records("_25._tcp.mx.dane-ee.example.", Type.TLSA).getFirst();

        assertThat(record.getCertificateAssociationData())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(key));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # host                                    chain (CN of each certificate as sent)
            mx.plain.example.,                        mx.plain.example|Lab Intermediate CA
            mx.dane-ta-cert.example.,                 mx.dane-ta-cert.example|Lab Intermediate CA|Lab Root CA
            mx.chain-wrong-order.example.,            mx.chain-wrong-order.example|Lab Root CA|Lab Intermediate CA
            mx.sts-chain-incomplete.example.,         mx.sts-chain-incomplete.example
            mx.self-signed.example.,                  mx.self-signed.example
            mx.dane-ta-private.example.,              mx.dane-ta-private.example|Lab Private CA
            mx.cert-wrong-name.example.,              another-name.example|Lab Intermediate CA
            """)
    void theChainIsSentAsTheCatalogueSays(String host, String chain) throws Exception {
        try (Dialogue dialogue = new Dialogue(host)) {
            assertThat(dialogue.certificates())
                    .map(c -> c.getSubjectX500Principal().getName())
                    .containsExactlyElementsOf(Arrays.stream(chain.split("\\|"))
                            .map(n -> "CN=" + n)
                            .toList());
        }
    }

    @Test
    void datesAndNamesAreAsTheCatalogueSays() throws Exception {
        try (Dialogue dialogue = new Dialogue("mx.cert-expired.example.")) {
            X509Certificate expired = dialogue.certificates().getFirst();
            assertThat(expired.getNotAfter().toInstant()).isBefore(lab.clock().instant());
        }
        try (Dialogue dialogue = new Dialogue("mx.sts-cn-only.example.")) {
            assertThat(dialogue.certificates().getFirst().getSubjectAlternativeNames())
                    .isNull();
        }
    }

    @Test
    void noStartTlsIsNeitherOfferedNorTaken() throws Exception {
        try (Dialogue dialogue = new Dialogue("mx.no-starttls.example.")) {
            assertThat(dialogue.reply("EHLO client.example")).isNotEmpty().noneMatch(l -> l.contains("STARTTLS"));
            dialogue.say("STARTTLS", "502 5.5.1 STARTTLS is not offered");
        }
    }

    @Test
    void startTlsIsOfferedAndThenRefusedWith454() throws Exception {
        try (Dialogue dialogue = new Dialogue("mx.starttls-454.example.")) {
            dialogue.say("EHLO client.example", "250-STARTTLS");
            dialogue.say("STARTTLS", "454 4.7.0 TLS not available due to temporary reason");
            dialogue.say("MAIL FROM:<>", "250 2.1.0 ok");
        }
    }

    @ParameterizedTest
    @CsvSource({"mx.garbage.example.", "mx.tls10.example."})
    void theHandshakeFailsWhereItIsMeantTo(String host) throws Exception {
        try (Dialogue dialogue = new Dialogue(host)) {
            assertThatThrownBy(dialogue::certificates).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aGreetingOf554EndsTheSession() throws Exception {
        assertThatThrownBy(() -> new Dialogue("mx.greeting-554.example."))
                .hasMessageContaining("554 5.3.2 mx.greeting-554.example has no SMTP service for you");
    }

    @Test
    void closedDroppedAndUnknownAddressesAreToldApart() throws Exception {
        InetSocketAddress refused = new InetSocketAddress(address("mx.port-refused.example."), 25);
        InetSocketAddress dropped = new InetSocketAddress(address("mx.port-dropped.example."), 25);
        InetSocketAddress otherPort = new InetSocketAddress(address("mx.plain.example."), 465);
        InetSocketAddress outside = new InetSocketAddress(InetAddress.getByName("9.9.9.9"), 25);

        assertThatThrownBy(() -> dial(refused)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> dial(dropped)).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> dial(otherPort)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> dial(outside)).isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void equalSeedsAndClocksGiveEqualKeysAndSignatures() throws Exception {
        Instant fixed = Instant.parse("2026-11-22T12:00:00Z");
        LabOptions options = LabOptions.defaults().withClock(() -> fixed);
        try (Lab one = Lab.start(options);
                Lab two = Lab.start(options);
                Lab other = Lab.start(options.withSeed(2))) {
            assertThat(one.rootDs()).isEqualTo(two.rootDs()).isNotEqualTo(other.rootDs());
            assertThat(zone(one)).isEqualTo(zone(two)).isNotEqualTo(zone(other));
        }
    }

    private static String zone(Lab lab) {
        return lab.zoneFile(Name.fromConstantString("dane-ta-full.example.")).text();
    }

    private static Connection dial(InetSocketAddress remote) throws IOException {
        return lab.network().dial(remote, Deadline.after(Duration.ofSeconds(10)));
    }

    private static InetAddress address(String host) {
        return ((ARecord) records(host, Type.A).getFirst()).getAddress();
    }

    private static List<Record> records(String name, int type) {
        Reply reply = lab.resolver()
                .ask(new Question(Name.fromConstantString(name), type), Deadline.after(Duration.ofSeconds(10)));
        assertThat(reply).isInstanceOf(Reply.Received.class);
        return ((Reply.Received) reply)
                .message().getSection(Section.ANSWER).stream()
                        .filter(r -> r.getType() == type)
                        .toList();
    }

    /** A hand-driven SMTP client over the JDK's TLS. */
    private static final class Dialogue implements AutoCloseable {
        private final Socket socket;
        private LineReader lines;
        private java.io.OutputStream out;

        Dialogue(String host) throws IOException {
            InetSocketAddress at = lab.ports().get(new InetSocketAddress(address(host), 25));
            assertThat(at).as(host).isNotNull();
            socket = new Socket(at.getAddress(), at.getPort());
            lines = new LineReader(socket.getInputStream(), LineReader.Ends.CRLF, LINE);
            out = socket.getOutputStream();
            String greeting = lines.next().orElseThrow().latin1();
            if (!greeting.startsWith("220")) {
                throw new IOException(greeting);
            }
        }

        void say(String command, String expected) throws IOException {
            assertThat(reply(command)).contains(expected);
        }

        List<String> reply(String command) throws IOException {
            out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            List<String> reply = new ArrayList<>();
            Optional<LineReader.Line> line;
            do {
                line = lines.next();
                reply.add(line.orElseThrow().latin1());
            } while (reply.getLast().charAt(3) == '-');
            return reply;
        }

        List<X509Certificate> certificates() throws Exception {
            say("EHLO client.example", "250-STARTTLS");
            return startTls();
        }

        List<X509Certificate> startTls() throws Exception {
            say("STARTTLS", "220 2.0.0 go ahead");
            Recorder recorder = new Recorder();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {recorder}, null);
            SSLSocket inside =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, "mx", socket.getPort(), true);
            inside.startHandshake();
            lines = new LineReader(inside.getInputStream(), LineReader.Ends.CRLF, LINE);
            out = inside.getOutputStream();
            return recorder.chain;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Writes down the chain as it was sent, and trusts it. */
    private static final class Recorder implements X509TrustManager {
        private List<X509Certificate> chain = List.of();

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String type) throws CertificateException {
            throw new CertificateException("only servers here");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String type) {
            chain = List.of(sent);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
