package org.hikyaku.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Returned;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;

/**
 * A delivery status notice: tells the sender of a mail what became of it (RFC 3464 in the frame of RFC 6522), as far as
 * the sender asked to be told (RFC 3461). It is a mail of three parts: words for people, fields for programs, and the
 * mail it speaks of, whole or its header alone. Where addresses or the mail have letters beyond ASCII and the way back can
 * carry them it takes the form of RFC 6533.
 *
 * @param reporter the name of the server that tells
 * @param original the mail that it speaks of; its sender gets the notice
 * @param reports at least one, all of one {@link Kind}
 * @param options what is settled by the server
 */
public record DeliveryNotice(Reporter reporter, Original original, List<Report> reports, Options options) {

    public DeliveryNotice {
        reports = List.copyOf(reports);
        if (reports.isEmpty()) {
            throw new IllegalArgumentException("a notice speaks of at least one recipient");
        }
    }

    /**
     * Who tells.
     *
     * @param host the server's name
     * @param at when
     */
    public record Reporter(String host, Instant at) {}

    /**
     * The mail that the notice speaks of.
     *
     * @param queueId its name in our log
     * @param sender to whom the notice goes
     * @param id ENVID, as the sender gave it
     * @param returned RET
     * @param arrived when we took responsibility for it
     */
    public record Original(
            String queueId,
            Mailbox sender,
            Optional<String> id,
            Optional<Returned> returned,
            Body body,
            boolean smtpUtf8,
            Demand demand,
            Instant arrived,
            MailContent content) {}

    /** What became of a recipient (RFC 3464 section 2.3.3). */
    public enum Action {
        FAILED,
        DELAYED,
        DELIVERED,
        RELAYED,
        EXPANDED;

        public Kind kind() {
            return switch (this) {
                case FAILED -> Kind.FAILURE;
                case DELAYED -> Kind.DELAY;
                case DELIVERED, RELAYED, EXPANDED -> Kind.SUCCESS;
            };
        }
    }

    /** What a notice is about. */
    public enum Kind {
        FAILURE,
        DELAY,
        SUCCESS
    }

    /**
     * What became of one recipient.
     *
     * @param address the address that we tried
     * @param given ORCPT: the address that the sender knew
     * @param remote the server that decided; empty when it was ours
     * @param diagnostic its reply on one line
     * @param lastAttempt when it was tried last
     * @param retryUntil how long it will be tried; for delays
     * @param sentence for people
     */
    public record Report(
            Mailbox address,
            Optional<Envelope.Original> given,
            Action action,
            EnhancedStatus status,
            Optional<String> remote,
            Optional<String> diagnostic,
            Optional<Instant> lastAttempt,
            Optional<Instant> retryUntil,
            String sentence) {}

    /**
     * What is settled by the server.
     *
     * @param tagRequireTls Q8: whether the notice about a mail with REQUIRETLS demands it too, as RFC 8689 section 5 says
     * @param maxReturned up to how many bytes of a mail are returned in full
     * @param redact Q8: whether the sender's postmaster is told, in few words, of a notice that cannot go because it demands
     *     REQUIRETLS
     */
    public record Options(boolean tagRequireTls, long maxReturned, boolean redact) {
        public Options(boolean tagRequireTls, long maxReturned) {
            this(tagRequireTls, maxReturned, true);
        }

        /** RFC 8689 to the letter; mails up to 50,000 bytes in full. */
        public static Options defaults() {
            return new Options(true, 50_000);
        }
    }

    public Kind kind() {
        return reports.getFirst().action().kind();
    }

    /** The null reverse-path, so that no notice is ever told of (RFC 5321 section 4.5.5), and the original sender. */
    public Envelope envelope() {
        return new Envelope(
                Optional.empty(),
                List.of(new Envelope.Recipient(original.sender(), Optional.of(Set.of()), Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                demand() == Demand.REQUIRE_TLS);
    }

    /** Q8 and Q13: what was demanded of the mail is demanded of the notice. */
    public Demand demand() {
        return switch (original.demand()) {
            case ORDINARY -> Demand.ORDINARY;
            case REQUIRE_TLS -> options.tagRequireTls() ? Demand.REQUIRE_TLS : Demand.ORDINARY;
            case TLS_NOT_REQUIRED -> Demand.TLS_NOT_REQUIRED;
        };
    }

    /** Whether the way back must know SMTPUTF8: the sender's address needs it, or the sender used it (RFC 6533 section 3). */
    public boolean smtpUtf8() {
        return original.smtpUtf8() || !original.sender().ascii();
    }

    public Body body() {
        boolean sevenBit = !smtpUtf8() && original.body() == Body.SEVEN_BIT;
        return sevenBit ? Body.SEVEN_BIT : Body.EIGHT_BIT_MIME;
    }

    /** Whether the mail comes back whole. */
    boolean full() {
        return kind() == Kind.FAILURE // RFC 3461 section 4.3: RET is for failures
                && original.returned().orElse(Returned.FULL) == Returned.FULL
                && original.demand() != Demand.REQUIRE_TLS // Q8
                && original.body() != Body.BINARY_MIME // which cannot stand inside another mail
                && original.content().size() <= options.maxReturned();
    }

    /**
     * Writes header and body with CR LF at the end of each line.
     *
     * @param random makes boundary and Message-ID
     */
    public void writeTo(OutputStream out, RandomGenerator random) throws IOException {
        new NoticeWriter(this, random).write(out);
    }
}
