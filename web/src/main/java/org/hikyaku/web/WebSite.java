package org.hikyaku.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import org.hikyaku.tlsrpt.ReportFormatException;
import org.hikyaku.tlsrpt.ReportReader;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.receive.ReportIntake;
import org.hikyaku.tlsrpt.summary.Summary;

/** The pages, by path. Knows nothing of servers. */
final class WebSite {
    private static final String DOMAINS = "/domains/";
    private static final String REPORTS = "/reports/";
    private static final int DAYS = 7;
    private static final int MOST_DAYS = 400;

    private final ReceivedReports reports;
    private final ReportIntake intake;
    private final InstantSource clock;
    private final byte[] style;

    WebSite(ReceivedReports reports, ReportIntake intake, InstantSource clock) {
        this.reports = reports;
        this.intake = intake;
        this.clock = clock;
        try (InputStream in = Objects.requireNonNull(WebSite.class.getResourceAsStream("style.css"))) {
            this.style = in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the style lies beside the class", e);
        }
    }

    static String domainPath(String domain) {
        return DOMAINS + URLEncoder.encode(domain, StandardCharsets.UTF_8);
    }

    /**
     * @param path as in the request, still encoded
     * @param days what the query says of {@code days}
     */
    Answered get(String path, Optional<String> days) throws IOException {
        if (path.equals("/")) {
            return Answered.html(OverviewPage.of(summary(Optional.empty(), days), intake.counts()));
        }
        if (path.equals("/style.css")) {
            return new Answered(200, "text/css; charset=utf-8", style);
        }
        if (path.startsWith(DOMAINS)) {
            return domain(path.substring(DOMAINS.length()), days);
        }
        if (path.startsWith(REPORTS)) {
            return report(path.substring(REPORTS.length()));
        }
        return notFound();
    }

    private static Answered notFound() {
        return new Answered(
                404,
                Answered.HTML,
                Layout.page(
                                "Not found",
                                "<h1>There is no such page</h1>\n<p class=\"lead\"><a href=\"/\">All domains</a> that there"
                                        + " are reports about.</p>",
                                "")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private Answered domain(String encoded, Optional<String> days) throws IOException {
        String domain;
        try {
            domain = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return notFound();
        }
        if (!reports.domains().contains(domain)) {
            return notFound();
        }
        Summary summary = summary(Optional.of(domain), days);
        return summary.domains().isEmpty()
                ? Answered.html(OverviewPage.of(summary, intake.counts()))
                : Answered.html(DomainPage.of(summary.domains().getFirst(), summary, intake.counts()));
    }

    private Answered report(String id) throws IOException {
        Optional<byte[]> raw = reports.raw(id);
        if (raw.isEmpty()) {
            return notFound();
        }
        try {
            return new Answered(200, "application/json", ReportReader.json(raw.get()));
        } catch (ReportFormatException e) {
            throw new IOException("the report " + id + " was read when it came and cannot be read now", e);
        }
    }

    private Summary summary(Optional<String> domain, Optional<String> days) throws IOException {
        LocalDate to = reports.lastDay().orElseGet(() -> LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        LocalDate from = to.minusDays(days(days) - 1L);
        return Summary.of(from, to, reports.results(from, to, domain));
    }

    private static int days(Optional<String> text) {
        try {
            return Math.clamp(text.map(Integer::parseInt).orElse(DAYS), 1, MOST_DAYS);
        } catch (NumberFormatException e) {
            return DAYS;
        }
    }
}
