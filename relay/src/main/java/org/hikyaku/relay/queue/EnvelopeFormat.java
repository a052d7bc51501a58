package org.hikyaku.relay.queue;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;

/** An envelope as bytes. */
final class EnvelopeFormat {
    /** In the place of a set of {@link Envelope.Notify}: nothing was asked for. */
    private static final int NOT_SAID = 0xFF;

    private static final int LEAST_RECIPIENT = 10;

    private EnvelopeFormat() {}

    static void write(Packer out, QueuedEnvelope mail) {
        Envelope envelope = mail.envelope();
        out.u8(envelope.sender().isPresent() ? 1 : 0);
        envelope.sender().ifPresent(sender -> write(out, sender));
        out.i32(envelope.recipients().size());
        for (Envelope.Recipient recipient : envelope.recipients()) {
            write(out, recipient.address());
            out.u8(recipient.when().map(EnvelopeFormat::mask).orElse(NOT_SAID));
            out.u8(recipient.original().isPresent() ? 1 : 0);
            recipient.original().ifPresent(original -> out.text(original.type()).text(original.address()));
        }
        out.u8(envelope.returned().map(EnvelopeFormat::code).orElse(0));
        out.text(envelope.id()).u8(envelope.requireTls() ? 1 : 0);
        out.u8(code(mail.body())).u8(mail.smtpUtf8() ? 1 : 0).u8(code(mail.demand()));
        Instant received = mail.received();
        out.i64(received.getEpochSecond()).i32(received.getNano());
        out.text(mail.user()).text(mail.client());
    }

    private static void write(Packer out, Mailbox mailbox) {
        out.text(mailbox.local()).text(mailbox.domain());
    }

    private static int mask(Set<Envelope.Notify> when) {
        int mask = 0;
        for (Envelope.Notify one : when) {
            mask |= bit(one);
        }
        return mask;
    }

    static QueuedEnvelope read(Unpacker in) throws DamagedRecordException {
        try {
            Optional<Mailbox> sender = in.flag() ? Optional.of(mailbox(in)) : Optional.empty();
            int count = in.count(LEAST_RECIPIENT);
            List<Envelope.Recipient> recipients = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                recipients.add(recipient(in));
            }
            Envelope envelope = new Envelope(sender, recipients, returned(in), in.optionalText(), in.flag());
            return new QueuedEnvelope(
                    envelope,
                    in.one(Body.values(), EnvelopeFormat::code),
                    in.flag(),
                    in.one(Demand.values(), EnvelopeFormat::code),
                    Instant.ofEpochSecond(in.i64(), in.i32()),
                    in.optionalText(),
                    in.text());
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            DamagedRecordException damaged = new DamagedRecordException("its envelope is none: " + e.getMessage());
            damaged.initCause(e);
            throw damaged;
        }
    }

    private static Optional<Envelope.Returned> returned(Unpacker in) throws DamagedRecordException {
        int code = in.u8();
        for (Envelope.Returned one : Envelope.Returned.values()) {
            if (code(one) == code) {
                return Optional.of(one);
            }
        }
        if (code != 0) {
            throw new DamagedRecordException("it wants an unknown part of the mail back");
        }
        return Optional.empty();
    }

    // What stands on disk; never to be given another meaning.

    private static int code(Envelope.Returned returned) {
        return switch (returned) {
            case FULL -> 1;
            case HDRS -> 2;
        };
    }

    private static int bit(Envelope.Notify when) {
        return switch (when) {
            case SUCCESS -> 1;
            case FAILURE -> 2;
            case DELAY -> 4;
        };
    }

    private static int code(Body body) {
        return switch (body) {
            case SEVEN_BIT -> 0;
            case EIGHT_BIT_MIME -> 1;
            case BINARY_MIME -> 2;
        };
    }

    private static int code(Demand demand) {
        return switch (demand) {
            case ORDINARY -> 0;
            case REQUIRE_TLS -> 1;
            case TLS_NOT_REQUIRED -> 2;
        };
    }

    private static Envelope.Recipient recipient(Unpacker in) throws DamagedRecordException {
        Mailbox address = mailbox(in);
        int mask = in.u8();
        Optional<Set<Envelope.Notify>> when = Optional.empty();
        if (mask != NOT_SAID) {
            EnumSet<Envelope.Notify> set = EnumSet.noneOf(Envelope.Notify.class);
            for (Envelope.Notify one : Envelope.Notify.values()) {
                if ((mask & bit(one)) != 0) {
                    set.add(one);
                }
            }
            when = Optional.of(set);
        }
        Optional<Envelope.Original> original =
                in.flag() ? Optional.of(new Envelope.Original(in.text(), in.text())) : Optional.empty();
        return new Envelope.Recipient(address, when, original);
    }

    private static Mailbox mailbox(Unpacker in) throws DamagedRecordException {
        return new Mailbox(in.text(), in.text());
    }
}
