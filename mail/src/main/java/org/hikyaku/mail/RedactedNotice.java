package org.hikyaku.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.hikyaku.mail.DeliveryNotice.Reporter;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;

/**
 * What may be told in the place of a notice that demands REQUIRETLS and cannot go (Q8, RFC 8689 section 5): to the postmaster of
 * the domain that the notice was for, the Message-ID of the mail and the kind of its failure. No address and no other field of
 * the mail is in it, for it travels as any mail does.
 *
 * @param reporter who tells
 * @param notified to whom the notice would have gone; the postmaster of that domain is told
 * @param about the Message-ID of the mail that the notice spoke of
 * @param action what the notice told, such as {@code failed}
 * @param status of the mail that the notice spoke of
 * @param obstacle why the notice could not go
 */
public record RedactedNotice(
        Reporter reporter,
        Mailbox notified,
        Optional<String> about,
        String action,
        Optional<String> status,
        EnhancedStatus obstacle) {
    /** Of a notice this much is read: the fields for programs come early. */
    private static final int LINES_READ = 2000;

    /**
     * Out of a notice as {@link DeliveryNotice} writes it.
     *
     * @throws IOException when the notice cannot be read
     */
    public static RedactedNotice of(Reporter reporter, Mailbox notified, EnhancedStatus obstacle, MailContent notice)
            throws IOException {
        Optional<String> about =
                MailHeader.of(notice).values("in-reply-to").stream().findFirst();
        Optional<String> action = Optional.empty();
        Optional<String> status = Optional.empty();
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(notice.open(), StandardCharsets.ISO_8859_1))) {
            String line = in.readLine();
            for (int i = 0; line != null && status.isEmpty() && i < LINES_READ; i++) {
                if (line.startsWith("Action: ")) {
                    action = Optional.of(line.substring(8));
                } else if (action.isPresent() && line.startsWith("Status: ")) {
                    status = Optional.of(line.substring(8));
                }
                line = in.readLine();
            }
        }
        return new RedactedNotice(reporter, notified, about, action.orElse("failed"), status, obstacle);
    }

    /** The null reverse-path, so that no notice is told of this one, and nothing demanded. */
    public Envelope envelope() {
        return new Envelope(
                Optional.empty(),
                List.of(new Envelope.Recipient(postmaster(), Optional.of(Set.of()), Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** Every domain has one (RFC 5321 section 4.5.1). */
    public Mailbox postmaster() {
        return new Mailbox("postmaster", notified.domain());
    }

    /** Whether the way must know SMTPUTF8. */
    public boolean smtpUtf8() {
        return !postmaster().ascii();
    }

    /** Writes header and text with CR LF at the end of each line. */
    public void writeTo(OutputStream out, RandomGenerator random) throws IOException {
        byte[] id = new byte[12];
        random.nextBytes(id);
        String host = reporter.host();
        out.write(String.join(
                        "\r\n",
                        "From: Mail Delivery System <MAILER-DAEMON@" + host + ">",
                        "To: <" + postmaster() + ">",
                        "Subject: A delivery notice that could not reach its reader",
                        "Date: " + MailDates.text(reporter.at()),
                        "Message-ID: <" + HexFormat.of().formatHex(id) + "@" + host + ">",
                        "Auto-Submitted: auto-replied", // RFC 3834 section 5
                        "MIME-Version: 1.0",
                        "Content-Type: text/plain; charset=us-ascii",
                        "",
                        "This is the mail system at " + host + ".",
                        "",
                        "A mail from your domain has " + words() + ", and its sender cannot be",
                        "told: the mail was to travel inside authenticated TLS only (REQUIRETLS,",
                        "RFC 8689), and so is the notice about it, which no mail server of your",
                        "domain may get (" + obstacle + "). What else is known stays here.",
                        "",
                        "Message-ID of the mail: " + about.orElse("it had none"),
                        "Action: " + action,
                        "Status: " + status.orElse("not known"),
                        "")
                .getBytes(StandardCharsets.UTF_8));
    }

    private String words() {
        return switch (action.toLowerCase(Locale.ROOT)) {
            case "delayed" -> "been delayed";
            case "failed" -> "failed";
            default -> "arrived";
        };
    }
}
