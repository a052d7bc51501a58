package org.hikyaku.tlsrpt.send;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import org.hikyaku.mail.MailDates;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tlsrpt.ReportPeriod;

/** The mail that a report goes in (RFC 8460 section 5.3). */
final class ReportMail {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(76, "\r\n".getBytes(StandardCharsets.US_ASCII));

    private ReportMail() {}

    /**
     * {@code submitter!policy-domain!begin!end!unique.json.gz} (T11, section 5.1).
     *
     * @param reportId of the form {@code left@right}
     */
    static String fileName(Submitter submitter, String domain, LocalDate day, String reportId) {
        ReportPeriod period = ReportPeriod.ofDay(day);
        return submitter.domain() + "!" + domain + "!" + period.start().getEpochSecond() + "!"
                + period.end().getEpochSecond() + "!" + reportId.substring(0, reportId.indexOf('@')) + ".json.gz";
    }

    /**
     * The mail, not yet signed.
     *
     * @param gzip the report
     * @param sentence what the report says, for people
     */
    static byte[] compose(
            Submitter submitter,
            Mailbox to,
            String domain,
            LocalDate day,
            String reportId,
            byte[] gzip,
            String sentence,
            Instant now) {
        String boundary = "=_" + reportId.replaceAll("[^0-9A-Za-z]", "_") + "_";
        String name = fileName(submitter, domain, day, reportId);
        String mail = "From: " + submitter.contact() + "\r\n"
                + "To: " + to + "\r\n"
                + "Date: " + MailDates.text(now) + "\r\n"
                + "Message-ID: <" + reportId + ">\r\n"
                // T12
                + "Subject: Report Domain: " + domain + "\r\n Submitter: " + submitter.domain() + "\r\n Report-ID: <"
                + reportId + ">\r\n"
                + "TLS-Report-Domain: " + domain + "\r\n"
                + "TLS-Report-Submitter: " + submitter.domain() + "\r\n"
                // T14: a report about broken TLS must not be held up by broken TLS
                + "TLS-Required: No\r\n"
                // T19
                + "Auto-Submitted: auto-generated\r\n"
                + "MIME-Version: 1.0\r\n"
                + "Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n boundary=\"" + boundary + "\"\r\n"
                + "\r\n"
                + "This is a report in MIME format.\r\n"
                + "--" + boundary + "\r\n"
                + "Content-Type: text/plain; charset=\"us-ascii\"\r\n"
                + "Content-Transfer-Encoding: 7bit\r\n"
                + "\r\n"
                + ascii(sentence)
                + "--" + boundary + "\r\n"
                + "Content-Type: application/tlsrpt+gzip\r\n"
                + "Content-Transfer-Encoding: base64\r\n"
                + "Content-Disposition: attachment;\r\n filename=\"" + name + "\"\r\n"
                + "\r\n"
                + LINES.encodeToString(gzip) + "\r\n"
                + "--" + boundary + "--\r\n";
        return mail.getBytes(StandardCharsets.US_ASCII);
    }

    private static String ascii(String text) {
        StringBuilder lines = new StringBuilder();
        text.lines()
                .forEach(line ->
                        lines.append(line.replaceAll("[^\\x20-\\x7e]", "?")).append("\r\n"));
        return lines.toString();
    }
}
