package org.hikyaku.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.mail.dkim.DkimVerifier;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tlsrpt.receive.OwnDomains;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.receive.ReportIntake;
import org.hikyaku.tlsrpt.store.Database;

/** A store with a month of reports about two domains, the same in every run. */
final class SampleStore implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-21T06:00:00Z");
    static final LocalDate LAST = LocalDate.of(2026, 11, 20);

    final Database database;
    final ReceivedReports reports;
    final ReportIntake intake;

    SampleStore(Path folder) throws IOException {
        database = Database.open(folder.resolve("web.db"));
        reports = new ReceivedReports(database);
        intake = new ReportIntake(
                reports,
                OwnDomains.of(Set.of("example.jp", "quiet.example")),
                new DkimVerifier(
                        q -> new Answer.Failed(q, new Failure(Failure.Kind.UNREACHABLE, "no DNS in this test")),
                        () -> NOW),
                () -> NOW);
    }

    SampleStore fill() throws IOException {
        for (int i = 0; i < 30; i++) {
            LocalDate day = LAST.minusDays(i);
            put(
                    "Google Inc.",
                    day,
                    policy(
                            "sts",
                            "example.jp",
                            400 + 37L * i % 90,
                            i < 2 ? 24 - 9L * i : 0,
                            i < 2
                                    ? detail(
                                            "certificate-host-mismatch",
                                            "mx2.example.jp",
                                            "198.51.100.9",
                                            "",
                                            24 - 9L * i)
                                    : ""));
            put(
                    "Microsoft Corporation",
                    day,
                    policy(
                            "tlsa",
                            "mx1.example.jp",
                            150 + 23L * i % 40,
                            i == 0 ? 6 : 0,
                            i == 0
                                    ? detail(
                                            "tlsa-invalid",
                                            "mx1.example.jp",
                                            "2001:db8::25",
                                            "None of the 2 TLSA records matches",
                                            6)
                                    : ""));
            put("mail.sender.example", day, policy("no-policy-found", "quiet.example", 3, 0, ""));
        }
        return this;
    }

    void put(String sender, LocalDate day, String policy) throws IOException {
        String json = "{\"organization-name\":\"" + sender + "\",\"date-range\":{\"start-datetime\":\"" + day
                + "T00:00:00Z\",\"end-datetime\":\"" + day + "T23:59:59Z\"},\"contact-info\":\"r@sender.example\","
                + "\"report-id\":\"" + day + sender.length() + "\",\"policies\":[" + policy + "]}";
        org.hikyaku.tlsrpt.receive.Intake outcome = intake.file(json.getBytes(StandardCharsets.UTF_8));
        if (!(outcome instanceof org.hikyaku.tlsrpt.receive.Intake.Kept)) {
            throw new IllegalStateException(outcome.sentence());
        }
    }

    static String policy(String type, String domain, long kept, long failed, String details) {
        return "{\"policy\":{\"policy-type\":\"" + type + "\",\"policy-domain\":\"" + domain
                + "\"},\"summary\":{\"total-successful-session-count\":" + kept + ",\"total-failure-session-count\":"
                + failed + "},\"failure-details\":[" + details + "]}";
    }

    static String detail(String type, String mx, String ip, String reason, long sessions) {
        return "{\"result-type\":\"" + type + "\",\"receiving-mx-hostname\":\"" + mx + "\",\"receiving-ip\":\"" + ip
                + "\",\"failure-reason-code\":\"" + reason + "\",\"failed-session-count\":" + sessions + "}";
    }

    HikyakuWeb web() {
        return new HikyakuWeb(reports, intake, Set.of("reports.example.jp"), new SystemNetwork(), () -> NOW);
    }

    @Override
    public void close() {
        database.close();
    }
}
