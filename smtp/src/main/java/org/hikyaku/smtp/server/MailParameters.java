package org.hikyaku.smtp.server;

import java.util.Locale;
import java.util.Optional;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;

/** The words behind MAIL. */
final class MailParameters extends Parameters {
    /** RFC 3461 section 4.4 allows 100 characters, encoded. */
    private static final int LONGEST_ID = 100;

    private final boolean secured;
    private long size;
    private Body body = Body.SEVEN_BIT;
    private boolean smtpUtf8;
    private Optional<Envelope.Returned> returned = Optional.empty();
    private Optional<String> id = Optional.empty();
    private boolean requireTls;

    MailParameters(boolean extended, boolean secured) {
        super(extended);
        this.secured = secured;
    }

    Sender sender(Optional<Mailbox> address) {
        return new Sender(address, size, body, smtpUtf8, returned, id, requireTls);
    }

    @Override
    boolean take(String keyword, Optional<String> value) throws CommandException {
        switch (keyword) {
            case "SIZE" -> size = size(needed(keyword, value));
            case "BODY" -> body = body(needed(keyword, value));
            case "SMTPUTF8" -> {
                none(keyword, value);
                smtpUtf8 = true;
            }
            case "RET" -> returned = Optional.of(returned(needed(keyword, value)));
            case "ENVID" -> {
                String text = needed(keyword, value);
                if (text.length() > LONGEST_ID) {
                    throw wrong("ENVID has more than " + LONGEST_ID + " characters (RFC 3461 section 4.4)");
                }
                id = Optional.of(xtext(keyword, text));
            }
            case "REQUIRETLS" -> {
                none(keyword, value);
                // Q1, RFC 8689 section 2: only inside TLS; the code is RFC 5248's for "encryption needed".
                if (!secured) {
                    throw new CommandException(
                            523, "5.7.10 REQUIRETLS needs a session inside TLS: say STARTTLS before");
                }
                requireTls = true;
            }
            // RFC 4954 section 5: whom an earlier server knew as the sender. Checked for its form; nobody here believes
            // it.
            case "AUTH" -> {
                String decoded = xtext(keyword, needed(keyword, value));
                if (!decoded.equals("<>")) {
                    mailbox(decoded);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static long size(String digits) throws CommandException {
        if (!CommandParser.isNumber(digits)) {
            throw wrong("SIZE is a number of bytes (RFC 1870)");
        }
        return Long.parseLong(digits);
    }

    private static Body body(String word) throws CommandException {
        for (Body each : Body.values()) {
            if (each.token().equalsIgnoreCase(word)) {
                return each;
            }
        }
        throw wrong("BODY is 7BIT, 8BITMIME or BINARYMIME");
    }

    private static Envelope.Returned returned(String word) throws CommandException {
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "FULL" -> Envelope.Returned.FULL;
            case "HDRS" -> Envelope.Returned.HDRS;
            default -> throw wrong("RET is FULL or HDRS (RFC 3461 section 4.3)");
        };
    }

    private static void mailbox(String text) throws CommandException {
        try {
            var _ = Mailbox.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong("AUTH is an address or <> (RFC 4954 section 5)");
        }
    }
}
