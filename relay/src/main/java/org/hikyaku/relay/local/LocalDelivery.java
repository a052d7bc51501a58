package org.hikyaku.relay.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.hikyaku.delivery.Carried;
import org.hikyaku.delivery.Carrier;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.DeliveryLine;
import org.hikyaku.delivery.DeliveryLog;
import org.hikyaku.delivery.Fate;
import org.hikyaku.delivery.RecipientResult;
import org.hikyaku.delivery.Trust;
import org.hikyaku.mail.MailHeader;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Limit;
import org.hikyaku.relay.local.LocalAddresses.Meaning;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;

/** Delivers to own domains: into mailboxes, or out again for what an alias stands for. */
public final class LocalDelivery implements Carrier {
    /** How many aliases a mail may go through. */
    static final Limit STEPS = new Limit("aliases that one mail goes through", 10);

    /** The host of a result that only sent the mail on. */
    public static final String ALIAS = "alias";

    /** The host of a result about a TLS report: its sender is told nothing by mail. */
    public static final String REPORTS = "tls-reports";

    private static final EnhancedStatus DONE = new EnhancedStatus(2, 0, 0);
    private static final EnhancedStatus NOBODY = new EnhancedStatus(5, 1, 1);
    private static final EnhancedStatus LOOP = new EnhancedStatus(5, 4, 6);
    private static final EnhancedStatus NOT_NOW = new EnhancedStatus(4, 3, 0);

    private final Supplier<LocalAddresses> addresses;
    private final Store store;
    private final Forward forward;
    private final Reports reports;
    private final DeliveryLog log;
    private final InstantSource clock;

    /** Where mailboxes are. */
    interface Store {
        /** What became of each box, in order. */
        List<Fate> put(Consignment mail, List<Box> boxes);
    }

    /** A mailbox, and the recipient whose mail it is for. */
    record Box(Mailbox mailbox, Envelope.Recipient original) {}

    /** Sends mail for an alias out again. */
    @FunctionalInterface
    public interface Forward {
        /**
         * Puts a mail into the queue for other recipients; it is durable when this returns.
         *
         * @param deliveredTo the alias, for the field on top of the mail
         */
        void send(Consignment mail, Envelope envelope, Mailbox deliveredTo) throws IOException;
    }

    /** Takes TLS reports in. */
    @FunctionalInterface
    public interface Reports {
        /** What became of a mail to an address for reports; empty when there is no report in it. */
        Optional<Fate> take(Consignment mail);
    }

    LocalDelivery(
            Supplier<LocalAddresses> addresses,
            Store store,
            Forward forward,
            Reports reports,
            DeliveryLog log,
            InstantSource clock) {
        this.addresses = addresses;
        this.store = store;
        this.forward = forward;
        this.reports = reports;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public Carried carry(Consignment mail) {
        Instant begun = clock.instant();
        LocalAddresses known = addresses.get();
        List<Envelope.Recipient> recipients = mail.envelope().recipients();
        List<Optional<Fate>> fates = new ArrayList<>();
        List<Box> boxes = new ArrayList<>();
        Optional<Set<String>> followed = Optional.empty();
        Optional<Fate> report = Optional.empty();
        boolean asked = false;
        for (int i = 0; i < recipients.size(); i++) {
            Envelope.Recipient recipient = recipients.get(i);
            Meaning meaning = known.find(recipient.address(), Set.of());
            if (meaning instanceof Meaning.Reports at) {
                report = asked ? report : reports.take(mail);
                asked = true;
                if (report.isPresent()) {
                    fates.add(report);
                    continue;
                }
                meaning = at.otherwise();
                if (meaning instanceof Meaning.Nobody) {
                    fates.add(Optional.of(noReport(recipient.address())));
                    continue;
                }
            }
            if (meaning instanceof Meaning.Alias) {
                // The header is read only for mail that an alias is about to be followed for.
                try {
                    followed = followed.isPresent() ? followed : Optional.of(followed(mail));
                } catch (IOException e) {
                    fates.add(Optional.of(deferred("The mail cannot be read from the queue: " + e.getMessage())));
                    continue;
                }
                meaning = known.find(recipient.address(), followed.get());
                meaning = meaning instanceof Meaning.Reports at ? at.otherwise() : meaning;
            }
            fates.add(fate(meaning, recipient, mail, boxes, followed.orElse(Set.of())));
        }
        List<Fate> stored = boxes.isEmpty() ? List.of() : store.put(mail, boxes);
        List<RecipientResult> results = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < recipients.size(); i++) {
            Fate fate = fates.get(i).isPresent() ? fates.get(i).get() : stored.get(next++);
            results.add(new RecipientResult(recipients.get(i), fate));
            log.delivered(line(mail, recipients.get(i), fate, begun));
        }
        return new Carried.Tried(results);
    }

    /** Empty for a mailbox, which is noted. */
    private Optional<Fate> fate(
            Meaning meaning, Envelope.Recipient recipient, Consignment mail, List<Box> boxes, Set<String> followed) {
        return switch (meaning) {
            case Meaning.Box box -> {
                boxes.add(new Box(box.name(), recipient));
                yield Optional.empty();
            }
            case Meaning.Alias alias ->
                Optional.of(
                        followed.size() >= STEPS.value()
                                ? failed(
                                        LOOP,
                                        "The mail has gone through " + followed.size()
                                                + " aliases and still is not at a mailbox; the limit is "
                                                + STEPS.value() + " " + STEPS.name() + ".")
                                : forward(alias, recipient, mail));
            case Meaning.Nobody _ ->
                Optional.of(
                        followed.isEmpty()
                                ? failed(NOBODY, "There is no mailbox " + recipient.address() + " here.")
                                : failed(
                                        LOOP,
                                        "The mail has come back to " + recipient.address()
                                                + ", an alias that it went through before."));
            case Meaning.Reports at -> fate(at.otherwise(), recipient, mail, boxes, followed);
        };
    }

    private Fate forward(Meaning.Alias alias, Envelope.Recipient recipient, Consignment mail) {
        try {
            forward.send(mail, AliasEnvelope.of(mail.envelope(), recipient, alias.targets()), alias.name());
            boolean one = alias.targets().size() == 1;
            String sentence = "Sent on to "
                    + (one ? alias.targets().getFirst() : alias.targets().size() + " addresses") + ", which "
                    + alias.name() + " stands for.";
            return new Fate.Delivered(
                    new Fate.Circumstances(
                            DONE, Optional.empty(), Optional.of(ALIAS), Optional.empty(), Optional.empty(), sentence),
                    one);
        } catch (IOException e) {
            return deferred(
                    "The mail for the alias " + alias.name() + " cannot be put into the queue: " + e.getMessage());
        }
    }

    private static Set<String> followed(Consignment mail) throws IOException {
        Set<String> names = new HashSet<>();
        for (String name : MailHeader.of(mail.content()).values("Delivered-To")) {
            names.add(name.toLowerCase(Locale.ROOT));
        }
        return names;
    }

    static Fate delivered(String sentence, Optional<Reply> reply) {
        return new Fate.Delivered(circumstances(DONE, reply, sentence), false);
    }

    static Fate deferred(String sentence) {
        return new Fate.Deferred(circumstances(NOT_NOW, Optional.empty(), sentence));
    }

    private static Fate failed(EnhancedStatus status, String sentence) {
        return new Fate.Failed(circumstances(status, Optional.empty(), sentence));
    }

    /** What a store's reply comes to. */
    static Fate of(Reply reply, InetSocketAddress server) {
        EnhancedStatus given =
                reply.enhanced().orElse(new EnhancedStatus(reply.code() / 100 == 3 ? 5 : reply.code() / 100, 0, 0));
        String who = "The mail store at " + Addresses.text(server) + " ";
        return switch (reply.kind()) {
            case POSITIVE -> new Fate.Delivered(circumstances(given, Optional.of(reply), who + "has it."), false);
            case TRANSIENT ->
                new Fate.Deferred(circumstances(given, Optional.of(reply), who + "does not take it now: " + reply));
            case INTERMEDIATE, PERMANENT ->
                new Fate.Failed(circumstances(given, Optional.of(reply), who + "refuses it: " + reply));
        };
    }

    /** Nobody is told of it by mail: the address stands in the DNS for everybody, and whatever comes to it comes unasked. */
    private static Fate noReport(Mailbox address) {
        return new Fate.Failed(new Fate.Circumstances(
                NOBODY,
                Optional.empty(),
                Optional.of(REPORTS),
                Optional.empty(),
                Optional.empty(),
                "There is no TLS report in the mail, and " + address + " has no mailbox for other mail."));
    }

    private static Fate.Circumstances circumstances(EnhancedStatus status, Optional<Reply> reply, String sentence) {
        return new Fate.Circumstances(
                status, reply, Optional.of("local"), Optional.empty(), Optional.empty(), sentence);
    }

    private DeliveryLine line(Consignment mail, Envelope.Recipient recipient, Fate fate, Instant begun) {
        Instant now = clock.instant();
        Fate.Circumstances how = fate.circumstances();
        return new DeliveryLine(
                now,
                mail.queueId(),
                recipient.address().toString(),
                switch (fate) {
                    case Fate.Delivered _ -> DeliveryLine.Outcome.DELIVERED;
                    case Fate.Deferred _ -> DeliveryLine.Outcome.DEFERRED;
                    case Fate.Failed _ -> DeliveryLine.Outcome.FAILED;
                },
                how.status(),
                how.host(),
                how.address(),
                new DeliveryLine.Tls(Trust.NONE, "none", "none", Optional.empty(), Optional.empty()),
                new DeliveryLine.Delays(
                        positive(Duration.between(mail.received(), begun)),
                        Duration.ZERO,
                        Duration.ZERO,
                        positive(Duration.between(begun, now))),
                false,
                how.reply(),
                how.rule(),
                how.sentence());
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
