package org.hikyaku.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.net.Deadline;
import org.hikyaku.tlsrpt.receive.Intake;
import org.hikyaku.tlsrpt.receive.Intake.Reason;
import org.hikyaku.tlsrpt.receive.ReportIntake;

/** Takes posted reports (RFC 8460 section 5.4). */
final class PostedReports {
    /** For the whole body: a report is small. */
    private static final Duration TIME = Duration.ofSeconds(30);

    private final ReportIntake intake;

    PostedReports(ReportIntake intake) {
        this.intake = intake;
    }

    /** @param body may never end, and may come byte by byte */
    Answered post(Optional<String> contentType, InputStream body) throws IOException {
        if (!isReport(contentType)) {
            return answer(
                    415,
                    intake.refuse(
                            Reason.NOT_A_REPORT,
                            "A report is posted as application/tlsrpt+gzip or application/tlsrpt+json."));
        }
        Optional<byte[]> bytes = bounded(body);
        if (bytes.isEmpty()) {
            return answer(
                    413,
                    intake.refuse(
                            Reason.LIMIT,
                            "More than the limit of " + ReportIntake.MAX_POSTED.value() + " "
                                    + ReportIntake.MAX_POSTED.name() + ", or longer than " + TIME.toSeconds() + " s."));
        }
        Intake outcome = intake.post(bytes.get());
        return switch (outcome) {
            case Intake.Kept kept -> answer(201, kept);
            case Intake.Known known -> answer(200, known);
            case Intake.Refused refused -> answer(status(refused.reason()), refused);
        };
    }

    private static Answered answer(int status, Intake outcome) {
        return Answered.text(status, outcome.sentence());
    }

    private static int status(Reason reason) {
        return switch (reason) {
            case NO_REPORT, UNSIGNED, BAD_SIGNATURE, NOT_GZIP, NOT_JSON -> 400;
            case NOT_A_REPORT, OTHER_DOMAIN, FUTURE -> 422;
            case LIMIT -> 413;
            case KEY_UNKNOWN, FULL -> 503;
        };
    }

    private static boolean isReport(Optional<String> contentType) {
        String type = contentType.orElse("").toLowerCase(Locale.ROOT);
        int semicolon = type.indexOf(';');
        return switch ((semicolon < 0 ? type : type.substring(0, semicolon)).strip()) {
            case "application/tlsrpt+gzip",
                    "application/tlsrpt+json",
                    "application/gzip",
                    "application/x-gzip",
                    "application/json",
                    "application/octet-stream" -> true;
            default -> false;
        };
    }

    private static Optional<byte[]> bounded(InputStream body) throws IOException {
        Deadline deadline = Deadline.after(TIME);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
            if (bytes.size() + n > ReportIntake.MAX_POSTED.value() || deadline.passed()) {
                return Optional.empty();
            }
            bytes.write(chunk, 0, n);
        }
        return Optional.of(bytes.toByteArray());
    }
}
