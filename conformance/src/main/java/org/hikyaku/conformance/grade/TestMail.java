package org.hikyaku.conformance.grade;

import java.nio.charset.StandardCharsets;

/** The mails that a run is made with. */
public final class TestMail {
    /** Stands in the text of every mail and in no header: where it shows up, the text was passed on (Q8). */
    static final String SECRET = "The text of this mail is nobody's business: plover-4711.";

    private TestMail() {}

    /**
     * The mail of a case, lines ending in CR LF.
     *
     * @param sender the address in From
     * @param date for the Date field, RFC 5322
     */
    static byte[] of(Case c, String sender, String date) {
        StringBuilder mail = new StringBuilder();
        mail.append("From: <").append(sender).append(">\r\n");
        mail.append("To: <").append(c.recipient()).append(">\r\n");
        mail.append("Date: ").append(date).append("\r\n");
        mail.append("Message-ID: <")
                .append(c.probe().localPart())
                .append('.')
                .append(c.domain())
                .append("@grade.invalid>\r\n");
        if (c.probe() == Probe.TLS_OPTIONAL) {
            mail.append("TLS-Required: No\r\n");
        }
        mail.append("Subject: A mail for the test of senders\r\n\r\n");
        mail.append(SECRET).append("\r\n");
        return mail.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
