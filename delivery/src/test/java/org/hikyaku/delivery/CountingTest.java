package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.delivery.Scripts.clear;
import static org.hikyaku.delivery.Scripts.consignment;
import static org.hikyaku.delivery.Scripts.taken;
import static org.hikyaku.delivery.Scripts.tls;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.delivery.CountedSession.CountedPolicy;
import org.hikyaku.delivery.CountedSession.Policy;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsProblem;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

/** S1, S12, T2, T5 to T9, T21, T22, Q9: which policies a session is counted under, and as what. */
class CountingTest {
    private static final String QUIT = "C: QUIT\nS: 221 bye";
    private final Stage stage = new Stage();
    private Destination destination = Destination.auto();

    @AfterEach
    void close() throws Exception {
        stage.close();
    }

    /**
     * @param mx signed or not
     * @param tlsa good (matches), bad, unusable, fails (cannot be looked up), none
     * @param sts enforce, testing, other (enforce, of another host), unfetched, none
     * @param server trusted (a certificate that CAs vouch for), self (self-signed), clear (no STARTTLS)
     */
    @ParameterizedTest(name = "{0} MX, TLSA {1}, policy {2}, server {3}: {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                // S1, T5: under a signed MX RRset DANE alone; T2: at the MX host
                "signed   | good     | enforce   | self    | tlsa mx.example.net ok",
                "signed   | bad      | enforce   | trusted | tlsa mx.example.net tlsa-invalid",
                "signed   | good     | none      | clear   | tlsa mx.example.net starttls-not-supported",
                "signed   | unusable | none      | self    | tlsa mx.example.net ok",
                "signed   | unusable | none      | clear   | tlsa mx.example.net starttls-not-supported",
                "signed   | fails    | enforce   | trusted | tlsa mx.example.net dnssec-invalid",
                // S1, second half: both, each by itself
                "unsigned | good     | enforce   | self    | tlsa mx.example.net ok, sts example.net certificate-not-trusted",
                "unsigned | bad      | enforce   | trusted | tlsa mx.example.net tlsa-invalid, sts example.net ok",
                "unsigned | good     | testing   | self    | tlsa mx.example.net ok, sts example.net certificate-not-trusted",
                // MTA-STS alone
                "unsigned | none     | enforce   | trusted | sts example.net ok",
                "unsigned | none     | enforce   | self    | sts example.net certificate-not-trusted",
                "unsigned | none     | enforce   | clear   | sts example.net starttls-not-supported",
                "unsigned | none     | other     | trusted | sts example.net validation-failure mtasts-policy-mx-mismatch",
                // S12
                "unsigned | none     | testing   | trusted | sts example.net ok",
                "unsigned | none     | testing   | self    | sts example.net certificate-not-trusted",
                // no policy: TLS is all that is asked
                "unsigned | none     | none      | self    | none example.net ok",
                "unsigned | none     | none      | clear   | none example.net starttls-not-supported",
                // T22: a failure that is none of a session
                "unsigned | none     | unfetched | self    | none example.net ok, sts example.net (sts-policy-fetch-error)",
                "signed   | good     | unfetched | self    | tlsa mx.example.net ok",
            })
    void table(String mx, String tlsa, String sts, String server, String expected) throws Exception {
        world(mx, tlsa, sts, server);
        carry(Demand.ORDINARY);
        assertThat(stage.counted).hasSize(1);
        assertThat(text(stage.counted.peek())).isEqualTo(expected);
    }

    private void world(String mx, String tlsa, String sts, String server) throws Exception {
        stage.record("example.net", Type.MX, "10 mx.example.net.").record("mx.example.net", Type.A, "192.0.2.1");
        if (mx.equals("unsigned")) {
            stage.unsigned("example.net", Type.MX);
        }
        Credential credential =
                server.equals("trusted") ? stage.trusted("mx.example.net") : stage.selfSigned("mx.example.net");
        switch (tlsa) {
            case "good" -> stage.tlsa("mx.example.net", TlsaRecord.of(3, 1, 1, credential.certificate()));
            case "bad" ->
                stage.tlsa(
                        "mx.example.net",
                        TlsaRecord.of(3, 1, 1, stage.trusted("x.example").certificate()));
            case "unusable" -> stage.tlsa("mx.example.net", TlsaRecord.of(1, 1, 1, credential.certificate()));
            case "fails" -> stage.failing("_25._tcp.mx.example.net", Type.TLSA);
            case "none" -> {}
            default -> throw new IllegalArgumentException(tlsa);
        }
        switch (sts) {
            case "enforce" -> stage.policy("enforce", "mx.example.net");
            case "testing" -> stage.policy("testing", "mx.example.net");
            case "other" -> stage.policy("enforce", "mail.example.net");
            case "unfetched" ->
                stage.sts(new StsObservation.Unavailable(
                        stage.sts().record(),
                        "1",
                        new StsProblem(ResultType.STS_POLICY_FETCH_ERROR, "The policy host answers 404."),
                        Optional.empty()));
            case "none" -> {}
            default -> throw new IllegalArgumentException(sts);
        }
        // what the client does after EHLO is its own affair here: it hands the mail over, or says QUIT
        String script = server.equals("clear") ? clear() : tls();
        stage.server("192.0.2.1", credential, script + taken(), script + QUIT);
    }

    private void carry(Demand demand) throws Exception {
        try (Courier courier = stage.courier(Stage.options(), destination)) {
            var _ = courier.carry(consignment(demand, 1));
        }
    }

    private static String text(CountedSession session) {
        return session.policies().stream()
                .map(CountingTest::text)
                .sorted((a, b) -> Boolean.compare(a.contains("("), b.contains("(")))
                .collect(Collectors.joining(", "));
    }

    private static String text(CountedPolicy counted) {
        String policy = switch (counted.policy()) {
            case Policy.Tlsa t -> "tlsa " + t.domain();
            case Policy.Sts s -> "sts " + s.domain();
            case Policy.None n -> "none " + n.domain();
        };
        return policy + " "
                + counted.failure()
                        .map(f -> {
                            String type = f.type().token()
                                    + f.reasonCode()
                                            .filter(c -> c.startsWith("mtasts"))
                                            .map(c -> " " + c)
                                            .orElse("");
                            return f.session() ? type : "(" + type + ")";
                        })
                        .orElse("ok");
    }

    @Test
    void theSessionIsDescribed() throws Exception {
        world("unsigned", "none", "none", "self");
        carry(Demand.ORDINARY);
        CountedSession session = stage.counted.element();
        assertThat(session.recipientDomain()).isEqualTo("example.net");
        assertThat(session.mxHost()).contains("mx.example.net");
        assertThat(session.helo()).contains("mx");
        assertThat(session.receivingIp().orElseThrow().getHostAddress()).isEqualTo("192.0.2.1");
        assertThat(session.sendingIp()).isPresent();
    }

    @Test
    void t9WhatIsRefusedBeforeAnyConnectionHasNoAddresses() throws Exception {
        world("unsigned", "none", "other", "trusted");
        carry(Demand.ORDINARY);
        assertThat(stage.dialled).isEmpty();
        assertThat(stage.counted.element().receivingIp()).isEmpty();
        assertThat(stage.counted.element().sendingIp()).isEmpty();
        assertThat(stage.counted.element().mxHost()).contains("mx.example.net");
    }

    @Test
    void q9NotUnderAMessageThatSetsThePoliciesAside() throws Exception {
        world("signed", "bad", "enforce", "trusted");
        carry(Demand.TLS_NOT_REQUIRED);
        assertThat(stage.mails).hasSize(1);
        assertThat(stage.counted).isEmpty();
    }

    @Test
    void whatTheMessageDemandsIsNoPolicyOfTheDomain() throws Exception {
        world("signed", "good", "none", "self");
        stage.server("192.0.2.1", stage.selfSigned("x"), tls() + QUIT);
        // DANE fails here, whatever the message demands
        carry(Demand.REQUIRE_TLS);
        assertThat(text(stage.counted.element())).isEqualTo("tlsa mx.example.net tlsa-invalid");
    }

    @Test
    void whoDoesNotLookForPoliciesDoesNotSayThatThereAreNone() throws Exception {
        for (TlsLevel level : List.of(TlsLevel.NONE, TlsLevel.MAY, TlsLevel.ENCRYPT, TlsLevel.DANE)) {
            destination = Destination.of(level);
            world("unsigned", "none", "enforce", "self");
            carry(Demand.ORDINARY);
        }
        assertThat(stage.counted).isEmpty();
    }
}
