package org.hikyaku.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.hikyaku.mail.DeliveryNotice.Action;
import org.hikyaku.mail.DeliveryNotice.Original;
import org.hikyaku.mail.DeliveryNotice.Report;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;

/** Writes a {@link DeliveryNotice}. For one use. */
final class NoticeWriter {
    /** RFC 5322 section 2.1.1: lines should not be longer. */
    private static final int WIDTH = 78;

    private final DeliveryNotice notice;
    private final Original original;
    private final boolean utf8;
    private final String boundary;
    private final String messageId;
    private final StringBuilder text = new StringBuilder(4096);

    NoticeWriter(DeliveryNotice notice, RandomGenerator random) {
        this.notice = notice;
        this.original = notice.original();
        this.utf8 = notice.smtpUtf8();
        this.boundary = hex(random) + "/" + notice.reporter().host();
        this.messageId = "<" + hex(random) + "@" + notice.reporter().host() + ">";
    }

    private static String hex(RandomGenerator random) {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    void write(OutputStream out) throws IOException {
        MailHeader header = MailHeader.of(original.content());
        header(header);
        people();
        programs();
        boolean full = notice.full();
        returnedHead(full);
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        if (full) {
            copy(out);
        } else {
            header.writeTo(out);
        }
        out.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void header(MailHeader of) {
        field("From", "Mail Delivery System <MAILER-DAEMON@" + notice.reporter().host() + ">");
        field("To", "<" + original.sender() + ">");
        field(
                "Subject",
                switch (notice.kind()) {
                    case FAILURE -> "Undelivered mail returned to sender";
                    case DELAY -> "Delayed mail (still being tried)";
                    case SUCCESS -> "Delivery report";
                });
        field("Date", MailDates.text(notice.reporter().at()));
        field("Message-ID", messageId);
        Optional<String> about = of.values("message-id").stream()
                .findFirst()
                .filter(id -> id.length() < 500 && id.chars().allMatch(c -> c > ' ' && c < 0x7F));
        about.ifPresent(id -> field("In-Reply-To", id));
        about.ifPresent(id -> field("References", id));
        field("Auto-Submitted", "auto-replied"); // RFC 3834 section 5
        if (original.demand() == Demand.TLS_NOT_REQUIRED) {
            field("TLS-Required", "No"); // Q13
        }
        field("MIME-Version", "1.0");
        line("Content-Type: multipart/report; report-type=" + (utf8 ? "global-delivery-status" : "delivery-status")
                + ";");
        line("\tboundary=\"" + boundary + "\"");
        if (notice.body() != Body.SEVEN_BIT) {
            field("Content-Transfer-Encoding", "8bit");
        }
        line("");
        line("This is a message in MIME format (RFC 2045), a delivery report (RFC 3464).");
    }

    private void people() {
        part("text/plain; charset=utf-8", "Notification");
        if (utf8) {
            line("Content-Transfer-Encoding: 8bit");
        }
        line("");
        words("This is the mail system at " + notice.reporter().host() + ".");
        line("");
        words(
                switch (notice.kind()) {
                    case FAILURE ->
                        "Your mail could not be delivered to the recipients below, and will not be tried again.";
                    case DELAY ->
                        "Your mail could not be delivered yet to the recipients below. You need not send it again: it will"
                                + " be tried"
                                + notice.reports()
                                        .getFirst()
                                        .retryUntil()
                                        .map(t -> " until " + MailDates.text(t))
                                        .orElse(" for some days")
                                + ".";
                    case SUCCESS -> "You asked to be told what became of your mail.";
                });
        for (Report report : notice.reports()) {
            line("");
            line("<" + shown(report.address().toString()) + ">"
                    + report.given()
                            .filter(g -> !g.address().equals(report.address().toString()))
                            .map(g -> " (you wrote to <" + shown(g.address()) + ">)")
                            .orElse(""));
            words("    ", plain(report.sentence()));
            report.diagnostic()
                    .ifPresent(d -> words(
                            "    ",
                            report.remote().map(r -> plain(r) + " said: ").orElse("The other server said: ")
                                    + plain(d)));
        }
        line("");
        if (!notice.full() && notice.kind() == DeliveryNotice.Kind.FAILURE) {
            if (original.demand() == Demand.REQUIRE_TLS) {
                words(
                        "Your mail was to travel inside authenticated TLS only (REQUIRETLS), so that its header alone comes"
                                + " back here (RFC 8689).");
                line("");
            } else if (original.content().size() > notice.options().maxReturned()
                    && original.returned().isEmpty()) {
                words("Your mail is too long to be returned here; its header follows.");
                line("");
            }
        }
    }

    private void programs() {
        part(utf8 ? "message/global-delivery-status" : "message/delivery-status", "Delivery report");
        if (utf8) {
            line("Content-Transfer-Encoding: 8bit");
        }
        line("");
        original.id().ifPresent(id -> field("Original-Envelope-Id", plain(id)));
        field("Reporting-MTA", "dns; " + notice.reporter().host());
        field("Arrival-Date", MailDates.text(original.arrived()));
        field("X-Hikyaku-Queue-Id", original.queueId());
        for (Report report : notice.reports()) {
            line("");
            report.given().ifPresent(g -> field("Original-Recipient", typed(g.type(), g.address())));
            field(
                    "Final-Recipient",
                    typed(
                            report.address().ascii() ? "rfc822" : "utf-8",
                            report.address().toString()));
            field("Action", token(report.action()));
            field("Status", report.status().toString());
            report.remote().ifPresent(r -> field("Remote-MTA", "dns; " + plain(r)));
            report.diagnostic().ifPresent(d -> field("Diagnostic-Code", "smtp; " + plain(d)));
            report.lastAttempt().map(MailDates::text).ifPresent(t -> field("Last-Attempt-Date", t));
            if (report.action() == Action.DELAYED) {
                report.retryUntil().map(MailDates::text).ifPresent(t -> field("Will-Retry-Until", t));
            }
        }
        line("");
    }

    private static String token(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    private void returnedHead(boolean full) {
        String type = full
                ? utf8 ? "message/global" : "message/rfc822"
                : utf8 ? "message/global-headers" : "text/rfc822-headers";
        part(type, full ? "Undelivered mail" : "Header of the mail");
        if (notice.body() != Body.SEVEN_BIT) {
            line("Content-Transfer-Encoding: 8bit");
        }
        line("");
    }

    private void copy(OutputStream out) throws IOException {
        try (InputStream in = original.content().open()) {
            in.transferTo(out);
        }
    }

    /** RFC 3464 section 2.3.2, RFC 6533 section 3: where UTF-8 cannot stand, its code points are spelled out. */
    private String typed(String type, String address) {
        return type + "; " + shown(address);
    }

    private static String unitext(String address) {
        StringBuilder out = new StringBuilder();
        address.codePoints().forEach(c -> {
            if (c <= ' ' || c >= 0x7F || c == '\\' || c == '+' || c == '=') {
                out.append("\\x{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    private String shown(String address) {
        boolean ascii = address.chars().allMatch(c -> c > ' ' && c < 0x7F);
        return utf8 || ascii ? address : unitext(address);
    }

    /** On one line, and in ASCII where nothing else can pass. */
    private String plain(String words) {
        StringBuilder out = new StringBuilder(words.length());
        words.codePoints().forEach(c -> {
            if (c == '\n') {
                out.append(" / ");
            } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                out.append(' ');
            } else if (c < 0x7F || utf8) {
                out.appendCodePoint(c);
            } else if (c == '…') {
                out.append("...");
            } else {
                out.append('?');
            }
        });
        return out.toString();
    }

    private void part(String type, String description) {
        line("");
        line("--" + boundary);
        line("Content-Description: " + description);
        line("Content-Type: " + type);
    }

    /** A field, folded at blanks. */
    private void field(String name, String value) {
        fold(name + ": ", value, " ");
    }

    private void words(String sentence) {
        fold("", sentence, "");
    }

    private void words(String indent, String sentence) {
        fold(indent, sentence, indent);
    }

    private void fold(String first, String value, String next) {
        StringBuilder line = new StringBuilder(first);
        boolean begun = false;
        for (String word : List.of(value.strip().split(" +"))) {
            if (begun && line.length() + 1 + word.length() > WIDTH) {
                line(line.toString());
                line.setLength(0);
                line.append(next);
                begun = false;
            }
            if (begun) {
                line.append(' ');
            }
            line.append(word);
            begun = true;
        }
        line(line.toString());
    }

    private void line(String line) {
        text.append(line).append("\r\n");
    }
}
