package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Type;

/** Q1 to Q10: the deliveries that were written from RFC 8689 before any code; the file says what its lines mean. */
class RequireTlsTranscriptTest {
    private static final String FILE = "/org/hikyaku/smtp/requiretls/client.txt";

    /** 14 bytes, as the first transcript says. */
    private static final String MAIL = "Subject: A\r\n\r\n";

    record Script(String title, List<String> lines) {
        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Script> scripts() throws IOException {
        try (InputStream in = Objects.requireNonNull(RequireTlsTranscriptTest.class.getResourceAsStream(FILE), FILE)) {
            List<Script> scripts = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.startsWith("== ")) {
                    scripts.add(new Script(line.substring(3), new ArrayList<>()));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    scripts.getLast().lines().add(line);
                }
            }
            return scripts.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void asWritten(Script script) throws Exception {
        try (Stage stage = new Stage()) {
            Demand demand = Demand.ORDINARY;
            String[] expected = {};
            List<String> hosts = new ArrayList<>();
            List<List<String>> sessions = new ArrayList<>();
            for (String line : script.lines()) {
                String[] words = line.split(" ", 2);
                switch (words[0]) {
                    case "message:" ->
                        demand = switch (words[1]) {
                            case "requiretls", "both" -> Demand.REQUIRE_TLS; // Q10
                            case "header-no" -> Demand.TLS_NOT_REQUIRED;
                            case "ordinary" -> Demand.ORDINARY;
                            default -> throw new IllegalArgumentException(line);
                        };
                    case "host:" -> {
                        hosts.add(words[1]);
                        sessions.add(new ArrayList<>());
                    }
                    case "expect:" -> expected = words[1].split(" ");
                    case "rule:" -> {}
                    default -> sessions.getLast().add(line);
                }
            }
            for (int i = 0; i < hosts.size(); i++) {
                String[] words = hosts.get(i).split(" ");
                host(stage, i, words[0], words[1], words[2], String.join("\n", sessions.get(i)));
            }
            Fate fate;
            try (Courier courier = stage.courier(Stage.options(), Destination.auto())) {
                fate = courier.carry(consignment(demand)).results().getFirst().fate();
            }
            String told = fate + "\n" + String.join("\n", stage.mistakes);
            switch (expected[0]) {
                case "delivered" -> {
                    assertThat(fate).as(told).isInstanceOf(Fate.Delivered.class);
                    assertThat(stage.mails).as(told).hasSize(1);
                }
                case "deferred" -> assertThat(fate).as(told).isInstanceOf(Fate.Deferred.class);
                case "failed" -> assertThat(fate).as(told).isInstanceOf(Fate.Failed.class);
                default -> throw new IllegalArgumentException(expected[0]);
            }
            if (expected.length > 1) {
                assertThat(fate.status()).as(told).hasToString(expected[1]);
            }
            if (!expected[0].equals("delivered")) {
                assertThat(stage.mails).as(told).isEmpty();
            }
            assertThat(stage.mistakes.stream().filter(m -> m.startsWith("said")))
                    .isEmpty();
        }
    }

    private static void host(Stage stage, int number, String name, String mx, String cert, String session)
            throws Exception {
        String address = "192.0.2." + (number + 1);
        stage.record("example.net", Type.MX, 10 * (number + 1) + " " + name + ".")
                .record(name, Type.A, address);
        switch (mx) {
            case "dnssec" -> {}
            case "plain" -> stage.unsigned("example.net", Type.MX);
            case "sts" -> stage.unsigned("example.net", Type.MX).policy("enforce", name);
            case "testing" -> stage.unsigned("example.net", Type.MX).policy("testing", name);
            default -> throw new IllegalArgumentException(mx);
        }
        Credential credential;
        switch (cert) {
            case "dane" -> {
                credential = stage.selfSigned(name);
                stage.tlsa(name, TlsaRecord.of(3, 1, 1, credential.certificate()));
            }
            case "unusable" -> {
                credential = stage.selfSigned(name);
                stage.tlsa(name, TlsaRecord.of(1, 1, 1, credential.certificate()));
            }
            case "pkix" -> {
                credential = stage.trusted(name);
                stage.unsigned(name, Type.A);
            }
            case "wrong" -> {
                credential = stage.trusted("other.example");
                stage.tlsa(name, TlsaRecord.of(3, 1, 1, stage.selfSigned(name).certificate()));
            }
            default -> throw new IllegalArgumentException(cert);
        }
        stage.server(address, credential, session.isEmpty() ? "close" : session);
    }

    private static Consignment consignment(Demand demand) {
        Envelope plain = Envelope.of(Mailbox.parse("roger@example.org"), Mailbox.parse("editor@example.net"));
        return new Consignment(
                "Q1",
                "example.net",
                new Envelope(
                        plain.sender(),
                        plain.recipients(),
                        Optional.empty(),
                        Optional.empty(),
                        demand == Demand.REQUIRE_TLS),
                Body.SEVEN_BIT,
                false,
                demand,
                MailContent.of(MAIL.getBytes(StandardCharsets.US_ASCII)),
                Instant.EPOCH);
    }
}
