package org.hikyaku.smtp;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who a mail is from and for, and what is asked of the servers on its way.
 *
 * @param sender where failures are told; empty for the null reverse-path {@code <>}
 * @param recipients at least one
 * @param returned how much of the mail comes back with a notice (RFC 3461 section 4.3)
 * @param id a name for this mail that comes back with its notices (RFC 3461 section 4.4)
 * @param requireTls asks each server to pass it on inside authenticated TLS only (RFC 8689)
 */
public record Envelope(
        Optional<Mailbox> sender,
        List<Recipient> recipients,
        Optional<Returned> returned,
        Optional<String> id,
        boolean requireTls) {

    /** What comes back with a notice of failure. */
    public enum Returned {
        FULL,
        HDRS
    }

    /** When the sender wants to be told (RFC 3461 section 4.1). */
    public enum Notify {
        SUCCESS,
        FAILURE,
        DELAY
    }

    /**
     * A recipient's address as the first sender knew it (ORCPT, RFC 3461 section 4.2); nobody on the way changes it.
     *
     * @param type what kind of address it is, as registered: {@code rfc822}, or {@code utf-8} (RFC 6533)
     * @param address the address, with nothing encoded in it; mostly a mailbox, but nothing says that it can be read as one
     */
    public record Original(String type, String address) {
        private static final String UTF_8 = "utf-8";

        public Original {
            if (type.isEmpty() || address.isEmpty()) {
                throw new IllegalArgumentException("an original recipient has a type and an address");
            }
        }

        /** A mailbox, with the type that its letters need. */
        public static Original of(Mailbox mailbox) {
            return new Original(mailbox.ascii() ? "rfc822" : UTF_8, mailbox.toString());
        }

        /** Whether it takes a server with SMTPUTF8 to be told. */
        boolean ascii() {
            return Mailbox.isAscii(address);
        }

        boolean utf8() {
            return type.equalsIgnoreCase(UTF_8);
        }
    }

    /**
     * One recipient.
     *
     * @param when when to tell the sender; empty leaves it to the server, an empty set is NEVER
     * @param original the address that the sender knew (ORCPT), when notices shall name it
     */
    public record Recipient(Mailbox address, Optional<Set<Notify>> when, Optional<Original> original) {
        public Recipient {
            when = when.map(Set::copyOf);
        }

        public static Recipient of(Mailbox address) {
            return new Recipient(address, Optional.empty(), Optional.empty());
        }
    }

    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a mail has at least one recipient");
        }
    }

    /** A mail with nothing special about it. */
    public static Envelope of(Mailbox sender, Mailbox... recipients) {
        return new Envelope(
                Optional.of(sender),
                List.of(recipients).stream().map(Recipient::of).toList(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** Whether anything of RFC 3461 is asked for. */
    boolean notices() {
        return returned.isPresent()
                || id.isPresent()
                || recipients.stream()
                        .anyMatch(r -> r.when().isPresent() || r.original().isPresent());
    }

    boolean ascii() {
        return sender.map(Mailbox::ascii).orElse(true)
                && recipients.stream()
                        .allMatch(r -> r.address().ascii()
                                && r.original().map(Original::ascii).orElse(true));
    }
}
