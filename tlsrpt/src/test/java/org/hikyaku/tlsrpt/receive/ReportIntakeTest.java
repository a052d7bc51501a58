package org.hikyaku.tlsrpt.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.mail.dkim.DkimSigner;
import org.hikyaku.mail.dkim.DkimVerifier;
import org.hikyaku.tlsrpt.TxtZone;
import org.hikyaku.tlsrpt.receive.Intake.Kept;
import org.hikyaku.tlsrpt.receive.Intake.Known;
import org.hikyaku.tlsrpt.receive.Intake.Reason;
import org.hikyaku.tlsrpt.receive.Intake.Refused;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken and what is not: T13, T20, T24. */
class ReportIntakeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T06:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

    @TempDir
    Path folder;

    private final TxtZone zone = new TxtZone();
    private Optional<Database> database = Optional.empty();
    private Optional<ReportIntake> intake = Optional.empty();
    private Optional<KeyPair> keys = Optional.empty();

    @BeforeEach
    void open() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        keys = Optional.of(pair);
        zone.text("s1._domainkey.google.com", key(pair, "tlsrpt"));
        zone.text("s1._domainkey.evil.example", key(pair, "*"));
        zone.text("mailonly._domainkey.google.com", key(pair, "email"));
        database = Optional.of(Database.open(folder.resolve("r.db")));
        intake = Optional.of(intake(OwnDomains.of(Set.of("example.jp"))));
    }

    @AfterEach
    void close() {
        database.ifPresent(Database::close);
    }

    private ReceivedReports store() {
        return new ReceivedReports(database.orElseThrow());
    }

    private ReportIntake intake(OwnDomains domains) {
        return new ReportIntake(store(), domains, new DkimVerifier(zone, () -> NOW), () -> NOW);
    }

    private static String key(KeyPair keys, String service) {
        byte[] der = keys.getPublic().getEncoded();
        return "v=DKIM1; k=ed25519; s=" + service + "; p="
                + Base64.getEncoder().encodeToString(Arrays.copyOfRange(der, der.length - 32, der.length));
    }

    private static byte[] report(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(
                ReportIntakeTest.class.getResourceAsStream("/org/hikyaku/tlsrpt/senders/" + name + ".json"))) {
            return in.readAllBytes();
        }
    }

    private static byte[] mail(byte[] report) {
        return ("From: Reports <noreply-smtp-tls-reporting@google.com>\r\nTo: tlsrpt@example.jp\r\n"
                        + "Subject: Report Domain: example.jp Submitter: google.com Report-ID: <1@google.com>\r\n"
                        + "TLS-Report-Domain: example.jp\r\nTLS-Report-Submitter: google.com\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=\"b\"\r\n\r\n"
                        + "--b\r\nContent-Type: text/plain\r\n\r\nHello.\r\n"
                        + "--b\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n"
                        + "Content-Disposition: attachment; filename=\"r.json.gz\"\r\n\r\n"
                        + Base64.getMimeEncoder().encodeToString(report) + "\r\n--b--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] signed(byte[] mail, String domain, String selector) {
        return new DkimSigner(domain, selector, keys.orElseThrow().getPrivate(), () -> NOW).sign(mail);
    }

    private Intake mailed(byte[] mail) throws Exception {
        List<Intake> outcomes = intake.orElseThrow().mail(mail);
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst();
    }

    private Intake posted(String json) throws Exception {
        return intake.orElseThrow().post(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(Intake outcome, Reason reason, String says) {
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, r -> {
            assertThat(r.reason()).isEqualTo(reason);
            assertThat(r.sentence()).contains(says);
        });
    }

    @Test
    void t13ASignedMailIsKeptUnderItsSigner() throws Exception {
        assertThat(mailed(signed(mail(report("google")), "google.com", "s1"))).isInstanceOf(Kept.class);
        List<ReceivedReports.Result> results = store().results(DAY, DAY, Optional.of("example.jp"));
        assertThat(results).hasSize(2);
        assertThat(results.getFirst().report().sender()).isEqualTo("google.com");
        assertThat(results.getFirst().report().via()).isEqualTo(Via.MAIL);
        assertThat(results.getFirst().result().successful()).isEqualTo(41);
        assertThat(store().domains()).containsExactly("example.jp");
        assertThat(store().lastDay()).contains(DAY);
    }

    @Test
    void t13AMailThatNobodyAnswersForIsNot() throws Exception {
        byte[] mail = mail(report("google"));
        refused(mailed(mail), Reason.UNSIGNED, "no DKIM signature");
        refused(mailed(signed(mail, "evil.example", "s1")), Reason.BAD_SIGNATURE, "its From is of google.com");
        refused(mailed(signed(mail, "google.com", "mailonly")), Reason.BAD_SIGNATURE, "service types (s=) are email");
        refused(mailed(signed(mail, "google.com", "gone")), Reason.BAD_SIGNATURE, "There is no key");
        String changed =
                new String(signed(mail, "google.com", "s1"), StandardCharsets.US_ASCII).replace("Hello.", "Goodbye.");
        refused(
                mailed(changed.getBytes(StandardCharsets.US_ASCII)),
                Reason.BAD_SIGNATURE,
                "not the one that was signed");
        zone.noAnswer("s1._domainkey.google.com");
        refused(mailed(signed(mail, "google.com", "s1")), Reason.KEY_UNKNOWN, "could not be looked up");
        assertThat(store().domains()).isEmpty();
        assertThat(intake.orElseThrow().counts())
                .containsEntry("unsigned", 1L)
                .containsEntry("bad-signature", 4L)
                .containsEntry("key-unknown", 1L)
                .containsEntry("kept", 0L);
    }

    @Test
    void allReportsOfAMailAreRead() throws Exception {
        String mail = new String(mail(report("google")), StandardCharsets.US_ASCII);
        String second = "--b\r\nContent-Type: application/tlsrpt+json\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(report("microsoft"))
                + "\r\n--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n<xml/>\r\n--b--\r\n";
        byte[] three = mail.replace("--b--\r\n", second).getBytes(StandardCharsets.US_ASCII);

        List<Intake> outcomes = intake.orElseThrow().mail(signed(three, "google.com", "s1"));

        assertThat(outcomes).hasSize(3);
        assertThat(outcomes.subList(0, 2)).hasOnlyElementsOfType(Kept.class);
        refused(outcomes.getLast(), Reason.NOT_JSON, "XML");
        assertThat(intake.orElseThrow().counts()).containsEntry("kept", 2L).containsEntry("not-json", 1L);
        assertThat(store().results(DAY, DAY, Optional.of("example.jp"))).hasSize(4);
        String many = mail.replace(
                "--b--\r\n", "--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n{}\r\n".repeat(20) + "--b--\r\n");
        refused(
                mailed(signed(many.getBytes(StandardCharsets.US_ASCII), "google.com", "s1")),
                Reason.LIMIT,
                "20 reports in a mail");
    }

    @Test
    void t20TheSameReportCountsOnce() throws Exception {
        assertThat(intake.orElseThrow().post(report("google"))).isInstanceOf(Kept.class);
        assertThat(intake.orElseThrow().post(report("google"))).isInstanceOf(Known.class);
        assertThat(store().results(DAY, DAY, Optional.empty())).hasSize(2);
        // the signed copy takes the place of the one that anybody could have posted
        assertThat(mailed(signed(mail(report("google")), "google.com", "s1"))).isInstanceOf(Kept.class);
        assertThat(intake.orElseThrow().post(report("google"))).isInstanceOf(Known.class);
        List<ReceivedReports.Result> results = store().results(DAY, DAY, Optional.empty());
        assertThat(results).hasSize(2);
        assertThat(results.getFirst().report().signer()).contains("google.com");
        assertThat(store().raw(results.getFirst().report().id())).isPresent();
    }

    @Test
    void t24OnlyPoliciesOfOurDomainsAreKept() throws Exception {
        refused(
                intake(OwnDomains.of(Set.of("other.example"))).post(report("google")),
                Reason.OTHER_DOMAIN,
                "none of our domains");
        String mixed = new String(report("google"), StandardCharsets.UTF_8)
                .replaceFirst("\"policy-domain\":\"example.jp\"", "\"policy-domain\":\"foreign.example\"");
        assertThat(posted(mixed))
                .isInstanceOfSatisfying(Kept.class, k -> assertThat(k.skipped()).containsExactly("foreign.example"));
        assertThat(store().results(DAY, DAY, Optional.empty())).hasSize(1);
    }

    @Test
    void t2ADanePolicyIsOfTheDomainThatTheReportIsAbout() throws Exception {
        String hosted = new String(report("microsoft"), StandardCharsets.UTF_8)
                .replaceFirst(
                        "(?s)(\"policy-type\":\"tlsa\".*?\"policy-domain\":)\"example.jp\"", "$1\"mx.hoster.example\"");
        assertThat(posted(hosted)).isInstanceOf(Kept.class);
        assertThat(store().results(DAY, DAY, Optional.of("example.jp")))
                .hasSize(2)
                .anySatisfy(r -> assertThat(r.result().policy().domain()).isEqualTo("mx.hoster.example"));
    }

    /** Senders should write the A-label; some write what they were given. */
    @Test
    void t25ADomainWithLettersBeyondAsciiIsOurs() throws Exception {
        intake = Optional.of(intake(OwnDomains.of(Set.of("xn--wgv71a119e.jp"))));
        assertThat(posted(new String(report("google"), StandardCharsets.UTF_8).replace("example.jp", "日本語.jp")))
                .isInstanceOf(Kept.class);
        assertThat(store().results(DAY, DAY, Optional.of("xn--wgv71a119e.jp"))).isNotEmpty();
    }

    @Test
    void t4APolicyWithoutDomainIsOfTheOneThatIsMeant() throws Exception {
        assertThat(intake.orElseThrow().post(report("postfix"))).isInstanceOf(Kept.class);
        assertThat(store().results(DAY, DAY, Optional.of("example.jp"))).hasSize(2);
    }

    @Test
    void whatIsNoReport() throws Exception {
        refused(posted("<feedback/>"), Reason.NOT_JSON, "XML");
        refused(posted("{}"), Reason.NOT_A_REPORT, "policies");
        refused(posted("\u001f\u008b"), Reason.NOT_JSON, "not JSON");
        refused(intake.orElseThrow().post(new byte[] {0x1f, (byte) 0x8b, 8}), Reason.NOT_GZIP, "cut short");
        refused(intake.orElseThrow().post(new byte[(4 << 20) + 1]), Reason.LIMIT, "4194304 bytes in a posted report");
        refused(
                mailed("Subject: hello\r\n\r\nHi\r\n".getBytes(StandardCharsets.US_ASCII)),
                Reason.NO_REPORT,
                "no TLS report");
        refused(mailed(new byte[0]), Reason.NO_REPORT, "");
        String tomorrow = new String(report("google"), StandardCharsets.UTF_8).replace("2026-11-20T", "2026-11-23T");
        refused(posted(tomorrow), Reason.FUTURE, "now it is 2026-11-21T06:00:00Z");
        String many =
                "{\"date-range\":{\"start-datetime\":\"2026-11-20\",\"end-datetime\":\"2026-11-20\"},\"policies\":["
                        + "{},".repeat(99_999) + "{}]}";
        refused(posted(many), Reason.LIMIT, "policies");
    }

    @Test
    void aMailOfManyPartsIsNotFollowedForEver() throws Exception {
        StringBuilder mail =
                new StringBuilder("From: a@google.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
        mail.append("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(1_000))
                .append("--b--\r\n");
        refused(mailed(mail.toString().getBytes(StandardCharsets.US_ASCII)), Reason.NO_REPORT, "100 parts");
        StringBuilder nested = new StringBuilder("From: a@google.com\r\n");
        for (int i = 0; i < 500; i++) {
            nested.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }
        assertThat(mailed(nested.toString().getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(Refused.class);
    }

    @Test
    void hostileTextsAreKeptAsTexts() throws Exception {
        String hostile = new String(report("google"), StandardCharsets.UTF_8)
                .replace("Google Inc.", "<script>alert(1)</script>\\u0000\\u001b[31m'); DROP TABLE received; --")
                .replace("certificate-host-mismatch", "<img src=x onerror=alert(1)>");
        assertThat(posted(hostile)).isInstanceOf(Kept.class);
        assertThat(store().results(DAY, DAY, Optional.empty())
                        .getFirst()
                        .report()
                        .sender())
                .startsWith("<script>");
    }

    @Test
    void forgets() throws Exception {
        intake.orElseThrow().post(report("google"));
        store().forgetBefore(DAY.plusDays(1));
        assertThat(store().domains()).isEmpty();
    }
}
