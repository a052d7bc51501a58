package org.hikyaku.tlsrpt.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.hikyaku.delivery.CountedSession;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.mail.dkim.DkimResult;
import org.hikyaku.mail.dkim.DkimSigner;
import org.hikyaku.mail.dkim.DkimVerifier;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.policy.ResultType;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.HttpsTarget;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportReader;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.TxtZone;
import org.hikyaku.tlsrpt.count.ReportCounter;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.count.SessionCounts;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The mail taken apart by Python, every address tried, and tried again for a day. */
class ReportSenderTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
    private static final Submitter SUBMITTER =
            new Submitter("Relay \"Example\" \u00dc", Mailbox.parse("tls-reports@relay.example"));

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-11-21T00:30:00Z");
    private final TxtZone zone = new TxtZone();
    private final List<Mail> mails = new ArrayList<>();
    private final Map<String, HandOver> answers = new HashMap<>();
    private Optional<DkimSigner> signer = Optional.empty();

    private record Mail(Envelope envelope, String text) {}

    @BeforeEach
    void key() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        signer = Optional.of(new DkimSigner("relay.example", "s1", keys.getPrivate(), () -> now));
        String p = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
        zone.text("s1._domainkey.relay.example", "v=DKIM1; s=tlsrpt; p=" + p.substring(0, 200), p.substring(200));
    }

    private HandOver mail(Envelope envelope, byte[] mail) {
        mails.add(new Mail(envelope, new String(mail, StandardCharsets.US_ASCII)));
        String to = envelope.recipients().getFirst().address().toString();
        return answers.getOrDefault(to, new HandOver.Taken("Taken."));
    }

    private ReportSender sender(Database database) {
        return sender(SUBMITTER, database);
    }

    private ReportSender sender(Submitter submitter, Database database) {
        return sender(submitter, database, new Random(1));
    }

    private ReportSender sender(Submitter submitter, Database database, Random random) {
        return new ReportSender(
                submitter,
                new ReportRequests(zone),
                new Outbox(database),
                Optional.of(this::mail),
                Optional.of(new ReportPoster(
                        new SystemNetwork(),
                        host -> List.of(InetAddress.getLoopbackAddress()),
                        true,
                        Duration.ofSeconds(20))),
                signer,
                () -> now,
                random);
    }

    private static SessionCounts counted(Database database) throws Exception {
        SessionCounts counts = new StoredCounts(database);
        counts.add(new SessionCount(
                DAY,
                "a.example",
                Optional.empty(),
                new PolicyResult(
                        new ReportedPolicy(
                                PolicyType.STS,
                                List.of("version: STSv1", "mode: enforce", "mx: *.a.example", "max_age: 86400"),
                                "a.example",
                                List.of("*.a.example")),
                        40,
                        2,
                        List.of(new FailureCount(
                                new Failure(
                                        ResultType.CERTIFICATE_HOST_MISMATCH.token(),
                                        Optional.of("2001:db8::1"),
                                        Optional.of("mx1.a.example"),
                                        Optional.of("mx1"),
                                        Optional.of("198.51.100.7"),
                                        Optional.empty(),
                                        Optional.of("The certificate is for \u201cother.example\u201d.")),
                                2)))));
        counts.add(new SessionCount(
                DAY,
                "a.example",
                Optional.empty(),
                new PolicyResult(
                        new ReportedPolicy(
                                PolicyType.TLSA, List.of("3 1 1 " + "ab".repeat(32)), "mx2.a.example", List.of()),
                        7,
                        0,
                        List.of())));
        counts.flush();
        return counts;
    }

    private int run(ReportSender sender, SessionCounts counts) throws Exception {
        sender.prepare(DAY, sender.plan(counts, DAY));
        return sender.trySending();
    }

    private static JsonNode byPython(String mail) throws Exception {
        byte[] script;
        try (InputStream in = Objects.requireNonNull(ReportSenderTest.class.getResourceAsStream("take_apart.py"))) {
            script = in.readAllBytes();
        }
        Process python = new ProcessBuilder("python3", "-c", new String(script, StandardCharsets.UTF_8))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        python.getOutputStream().write(mail.getBytes(StandardCharsets.US_ASCII));
        python.getOutputStream().close();
        return JsonMapper.shared().readTree(python.getInputStream().readAllBytes());
    }

    @Test
    void pythonReadsTheMailAsTheRfcHasIt() throws Exception {
        zone.reports("a.example", "mailto:tls%2Brpt@a.example");
        try (Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = counted(database)) {
            assertThat(run(sender(database), counts)).isEqualTo(1);
        }
        Mail mail = mails.getFirst();
        assertThat(mail.envelope()).isEqualTo(Envelope.of(SUBMITTER.contact(), Mailbox.parse("tls+rpt@a.example")));
        assertThat(new DkimVerifier(zone, () -> now).verify(mail.text().getBytes(StandardCharsets.US_ASCII)))
                .singleElement()
                .isInstanceOfSatisfying(DkimResult.Valid.class, v -> {
                    assertThat(v.domain()).isEqualTo("relay.example");
                    assertThat(v.allows("tlsrpt")).isTrue();
                });
        JsonNode seen = byPython(mail.text());
        assertThat(seen.get("domain").stringValue()).isEqualTo("a.example");
        assertThat(seen.get("submitter").stringValue()).isEqualTo("relay.example");
        // 2026-11-20 00:00:00 and 23:59:59 UTC
        assertThat(seen.get("begin").longValue()).isEqualTo(1795132800);
        assertThat(seen.get("end").longValue()).isEqualTo(1795219199);
        JsonNode report = seen.get("report");
        assertThat(report.get("organization-name").stringValue()).isEqualTo("Relay \"Example\" \u00dc");
        assertThat(report.get("contact-info").stringValue()).isEqualTo("tls-reports@relay.example");
        assertThat(report.at("/date-range/start-datetime").stringValue()).isEqualTo("2026-11-20T00:00:00Z");
        assertThat(report.at("/date-range/end-datetime").stringValue()).isEqualTo("2026-11-20T23:59:59Z");
        assertThat(report.get("policies")).hasSize(2);
        JsonNode sts = report.at("/policies/0/policy/policy-type").stringValue().equals("sts")
                ? report.at("/policies/0")
                : report.at("/policies/1");
        assertThat(sts.at("/policy/policy-string/2").stringValue()).isEqualTo("mx: *.a.example");
        assertThat(sts.at("/policy/mx-host/0").stringValue()).isEqualTo("*.a.example");
        assertThat(sts.at("/summary/total-successful-session-count").longValue())
                .isEqualTo(40);
        assertThat(sts.at("/summary/total-failure-session-count").longValue()).isEqualTo(2);
        JsonNode failure = sts.at("/failure-details/0");
        assertThat(failure.get("result-type").stringValue()).isEqualTo("certificate-host-mismatch");
        assertThat(failure.get("sending-mta-ip").stringValue()).isEqualTo("2001:db8::1");
        assertThat(failure.get("receiving-mx-hostname").stringValue()).isEqualTo("mx1.a.example");
        assertThat(failure.get("receiving-ip").stringValue()).isEqualTo("198.51.100.7");
        assertThat(failure.get("failed-session-count").longValue()).isEqualTo(2);
        assertThat(failure.get("failure-reason-code").stringValue())
                .isEqualTo("The certificate is for \u201cother.example\u201d.");
    }

    /** In the file name, the subject, the fields and the JSON, of both sides; Python's pattern for the file name knows nothing else. */
    @Test
    void t25AnInternationalisedDomainIsNamedByItsALabel() throws Exception {
        zone.reports("xn--wgv71a119e.jp", "mailto:r@xn--wgv71a119e.jp");
        Submitter submitter = new Submitter("Bücher", Mailbox.parse("tls@Bücher.example"));
        try (Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = new StoredCounts(database)) {
            // as a mail to u@日本語.jp is counted: by the name that DNS knows
            new ReportCounter(counts)
                    .count(new CountedSession(
                            DAY.atStartOfDay(ZoneOffset.UTC).toInstant(),
                            DomainNames.parse("日本語.JP").toString(true),
                            List.of(new CountedSession.CountedPolicy(
                                    new CountedSession.Policy.None(
                                            DomainNames.parse("日本語.JP").toString(true)),
                                    Optional.empty())),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
            counts.flush();
            assertThat(run(sender(submitter, database), counts)).isEqualTo(1);
        }
        String mail = mails.getFirst().text();
        assertThat(mail)
                .contains("Subject: Report Domain: xn--wgv71a119e.jp\r\n Submitter: xn--bcher-kva.example\r\n")
                .contains("filename=\"xn--bcher-kva.example!xn--wgv71a119e.jp!1795132800!1795219199!")
                .contains("From: tls@xn--bcher-kva.example\r\n");
        JsonNode seen = byPython(mail);
        assertThat(seen.get("domain").stringValue()).isEqualTo("xn--wgv71a119e.jp");
        assertThat(seen.get("submitter").stringValue()).isEqualTo("xn--bcher-kva.example");
        assertThat(seen.at("/report/organization-name").stringValue()).isEqualTo("Bücher");
        assertThat(seen.at("/report/contact-info").stringValue()).isEqualTo("tls@xn--bcher-kva.example");
        assertThat(seen.at("/report/policies/0/policy/policy-domain").stringValue())
                .isEqualTo("xn--wgv71a119e.jp");
    }

    @Test
    void t16t17EveryAddressIsTriedAndOneIsEnough() throws Exception {
        try (HttpsTarget broken = new HttpsTarget(500);
                HttpsTarget good = new HttpsTarget(204);
                Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = counted(database)) {
            zone.reports(
                    "a.example",
                    broken.uri("/v1") + ",mailto:full@a.example," + good.uri("/tls?x=1") + ",mailto:b@a.example");
            answers.put("full@a.example", new HandOver.Refused("No such mailbox."));
            assertThat(run(sender(database), counts)).isEqualTo(1);
            HttpsTarget.Posted posted = good.posts.take();
            assertThat(posted.path()).isEqualTo("/tls?x=1");
            assertThat(posted.type()).isEqualTo("application/tlsrpt+gzip");
            Report report = ReportReader.read(posted.body());
            assertThat(report.successful()).isEqualTo(47);
            assertThat(broken.posts).hasSize(1);
            assertThat(mails).hasSize(2);
            // sent: nobody gets it again, also not when the day is sent once more
            now = now.plus(Duration.ofHours(2));
            assertThat(run(sender(database), counts)).isZero();
            assertThat(mails).hasSize(2);
        }
    }

    @Test
    void t16AServerErrorIsNoSuccess() throws Exception {
        try (HttpsTarget broken = new HttpsTarget(500);
                Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = counted(database)) {
            zone.reports("a.example", broken.uri("/").toString());
            assertThat(run(sender(database), counts)).isZero();
            Outbox.Entry entry = new Outbox(database).entries(Optional.of(DAY)).getFirst();
            assertThat(entry.state()).isEqualTo(Outbox.State.WAITING);
            assertThat(entry.note()).contains("answered 500");
        }
    }

    @Test
    void t18TriedAgainForADayWithLongerAndLongerPauses() throws Exception {
        zone.reports("a.example", "mailto:r@a.example");
        answers.put("r@a.example", new HandOver.Later("Try again later."));
        List<Instant> tries = new ArrayList<>();
        try (Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = counted(database)) {
            ReportSender sender = sender(database);
            Outbox outbox = new Outbox(database);
            Instant first = now;
            sender.prepare(DAY, sender.plan(counts, DAY));
            String text = "";
            for (; now.isBefore(first.plus(Duration.ofHours(30))); now = now.plus(Duration.ofMinutes(1))) {
                int before = mails.size();
                sender.trySending();
                if (mails.size() > before) {
                    tries.add(now);
                    String id = mails.getLast()
                            .text()
                            .lines()
                            .filter(l -> l.startsWith("Message-ID"))
                            .findFirst()
                            .orElseThrow();
                    text = text.isEmpty() ? id : text;
                    // T20: the same report each time
                    assertThat(id).isEqualTo(text);
                }
            }
            assertThat(outbox.entries(Optional.empty()).getFirst().state()).isEqualTo(Outbox.State.GIVEN_UP);
            assertThat(tries).hasSizeBetween(8, 14);
            assertThat(Duration.between(tries.get(0), tries.get(1)))
                    .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(14));
            assertThat(Duration.between(first, tries.getLast())).isBetween(Duration.ofHours(18), Duration.ofHours(24));
        }
    }

    @Test
    void twoProcessesSendOnce() throws Exception {
        zone.reports("a.example", "mailto:r@a.example");
        try (Database one = Database.open(folder.resolve("t.db"));
                Database two = Database.open(folder.resolve("t.db"));
                SessionCounts counts = counted(one)) {
            ReportSender first = sender(one);
            ReportSender second = sender(two);
            first.prepare(DAY, first.plan(counts, DAY));
            second.prepare(DAY, second.plan(counts, DAY));
            assertThat(first.trySending() + second.trySending()).isEqualTo(1);
            assertThat(mails).hasSize(1);
        }
    }

    @Test
    void t10EachDayOnceInTheNightAfterIt() throws Exception {
        zone.reports("a.example", "mailto:r@a.example").noAnswer("_smtp._tls.mx2.a.example");
        now = Instant.parse("2026-11-20T23:50:00Z");
        try (Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = counted(database)) {
            DailyReports daily =
                    new DailyReports(sender(database), counts, new Outbox(database), () -> now, new Random(8));
            Instant sent = Instant.EPOCH;
            for (; now.isBefore(Instant.parse("2026-11-22T06:00:00Z")); now = now.plus(Duration.ofMinutes(5))) {
                int before = mails.size();
                assertThat(daily.step()).isAfter(now);
                sent = mails.size() > before ? now : sent;
            }
            assertThat(mails).hasSize(1);
            assertThat(sent).isBetween(Instant.parse("2026-11-21T00:00:00Z"), Instant.parse("2026-11-21T04:05:00Z"));
            now = Instant.parse("2026-12-10T00:00:00Z");
            daily.step();
            assertThat(counts.days()).isEmpty();
            assertThat(new Outbox(database).entries(Optional.empty())).isEmpty();
        }
    }

    /** They are read from the store a few at a time. */
    @Test
    void manyThatAreDueAllGoInOneCall() throws Exception {
        int domains = 120;
        try (Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = countedFor(database, domains)) {
            ReportSender sender = sender(database);
            answers.put("r@d7.example", new HandOver.Later("Busy."));
            sender.prepare(DAY, sender.plan(counts, DAY));
            assertThat(sender.trySending()).isEqualTo(domains - 1);
            assertThat(mails).hasSize(domains);
            assertThat(sender.trySending()).isZero();
        }
    }

    /** T10: a time of its own for each domain, which a restart does not change, and none past the four hours. */
    @Test
    void t10EachDomainHasATimeOfItsOwn() throws Exception {
        int domains = 60;
        Instant midnight = Instant.parse("2026-11-21T00:00:00Z");
        Map<String, Instant> sent = new TreeMap<>();
        Map<String, Instant> promised = new TreeMap<>();
        try (Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = countedFor(database, domains)) {
            now = midnight;
            DailyReports daily = daily(database, counts, 8);
            for (; now.isBefore(midnight.plus(Duration.ofHours(5))); now = now.plus(Duration.ofMinutes(1))) {
                if (now.equals(midnight.plus(Duration.ofMinutes(90)))) {
                    daily = daily(database, counts, 9); // another process, with another random generator
                }
                int before = mails.size();
                daily.step();
                for (Mail mail : mails.subList(before, mails.size())) {
                    sent.put(mail.envelope().recipients().getFirst().address().domain(), now);
                }
                if (now.equals(midnight.plus(Duration.ofMinutes(30)))) {
                    new Outbox(database).entries(Optional.of(DAY)).forEach(e -> promised.put(e.domain(), e.due()));
                }
            }
        }
        assertThat(sent).hasSize(domains);
        assertThat(promised).hasSize(domains);
        promised.forEach(
                (domain, at) -> assertThat(sent.get(domain)).as(domain).isBetween(at, at.plus(Duration.ofMinutes(1))));
        assertThat(sent.values())
                .allSatisfy(at -> assertThat(at)
                        .isBetween(midnight.plus(Duration.ofMinutes(5)), midnight.plus(Duration.ofHours(4))));
        for (int hour = 0; hour < 4; hour++) {
            Instant from = midnight.plus(Duration.ofHours(hour));
            assertThat(sent.values().stream()
                            .filter(at -> !at.isBefore(from) && at.isBefore(from.plus(Duration.ofHours(1)))))
                    .as("hour " + hour)
                    .hasSizeBetween(3, 30);
        }
        assertThat(sent.values().stream().distinct().count()).isGreaterThan(40);
    }

    /** Who comes late spreads over what is left of the four hours, and sends at once when they are over. */
    @Test
    void t10WhoComesLate() throws Exception {
        Instant midnight = Instant.parse("2026-11-21T00:00:00Z");
        for (int hour : List.of(3, 9)) {
            mails.clear();
            now = midnight.plus(Duration.ofHours(hour));
            try (Database database = Database.open(folder.resolve(hour + ".db"));
                    SessionCounts counts = countedFor(database, 20)) {
                DailyReports daily = daily(database, counts, hour);
                daily.step();
                if (hour == 9) {
                    assertThat(mails).hasSize(20);
                    continue;
                }
                assertThat(mails).hasSizeLessThan(3);
                for (; now.isBefore(midnight.plus(Duration.ofHours(4))); now = now.plus(Duration.ofMinutes(1))) {
                    daily.step();
                }
                daily.step();
                assertThat(mails).hasSize(20);
            }
        }
    }

    /** T18: the day of trying begins when it is tried first. */
    @Test
    void t18ADayFromItsOwnTimeOn() throws Exception {
        Instant midnight = Instant.parse("2026-11-21T00:00:00Z");
        now = midnight.plus(Duration.ofMinutes(10));
        try (Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = countedFor(database, 1)) {
            answers.put("r@d0.example", new HandOver.Later("Try again later."));
            ReportSender sender = sender(database);
            Outbox outbox = new Outbox(database);
            sender.prepare(DAY, sender.plan(counts, DAY), midnight.plus(Duration.ofHours(4)));
            Instant begins = outbox.entries(Optional.of(DAY)).getFirst().begins();
            assertThat(begins).isAfter(now.plus(Duration.ofMinutes(30)));
            Instant last = now;
            for (; now.isBefore(midnight.plus(Duration.ofHours(36))); now = now.plus(Duration.ofMinutes(1))) {
                int before = mails.size();
                sender.trySending();
                last = mails.size() > before ? now : last;
            }
            assertThat(Duration.between(begins, last)).isBetween(Duration.ofHours(18), Duration.ofHours(24));
        }
    }

    private DailyReports daily(Database database, SessionCounts counts, int seed) {
        Random random = new Random(seed);
        return new DailyReports(sender(SUBMITTER, database, random), counts, new Outbox(database), () -> now, random);
    }

    /** A session yesterday with each of so many domains, all of which ask for reports. */
    private SessionCounts countedFor(Database database, int domains) throws Exception {
        StoredCounts counts = new StoredCounts(database);
        for (int i = 0; i < domains; i++) {
            String domain = "d" + i + ".example";
            zone.forget("_smtp._tls." + domain).reports(domain, "mailto:r@" + domain);
            counts.add(new SessionCount(
                    DAY,
                    domain,
                    Optional.empty(),
                    new PolicyResult(
                            new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), domain, List.of()),
                            1,
                            0,
                            List.of())));
        }
        counts.flush();
        return counts;
    }

    @Test
    void aRecordThatChangesAfterwardsBringsNoSecondReport() throws Exception {
        zone.reports("a.example", "mailto:r@a.example");
        try (Database database = Database.open(folder.resolve("t.db"));
                SessionCounts counts = counted(database)) {
            assertThat(run(sender(database), counts)).isEqualTo(1);
            zone.forget("_smtp._tls.a.example").reports("a.example", "mailto:other@a.example");
            assertThat(run(sender(database), counts)).isZero();
        }
    }

    @Test
    void nothingIsPostedIntoOurOwnNetwork() throws Exception {
        for (String address : List.of(
                "127.0.0.1",
                "10.1.2.3",
                "192.168.1.1",
                "172.16.0.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "::1",
                "fe80::1",
                "fd00::1",
                "::ffff:127.0.0.1")) {
            assertThat(ReportPoster.isInside(InetAddress.ofLiteral(address)))
                    .as(address)
                    .isTrue();
        }
        for (String address : List.of("192.0.2.1", "172.32.0.1", "100.128.0.1", "2001:db8::1")) {
            assertThat(ReportPoster.isInside(InetAddress.ofLiteral(address)))
                    .as(address)
                    .isFalse();
        }
        try (HttpsTarget target = new HttpsTarget(200)) {
            ReportPoster poster = new ReportPoster(
                    new SystemNetwork(),
                    host -> List.of(InetAddress.getLoopbackAddress()),
                    false,
                    Duration.ofSeconds(20));
            assertThat(poster.post(target.uri("/"), new byte[1]))
                    .isInstanceOfSatisfying(
                            HandOver.Later.class, l -> assertThat(l.sentence()).contains("private networks only"));
            assertThat(target.posts).isEmpty();
        }
    }
}
