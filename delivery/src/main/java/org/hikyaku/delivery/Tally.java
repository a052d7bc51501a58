package org.hikyaku.delivery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.delivery.DeliveryLine.Delays;
import org.hikyaku.delivery.DeliveryLine.Outcome;
import org.hikyaku.smtp.Envelope.Recipient;

/** Keeps count of a journey: what became of each recipient so far, and where the time went. */
final class Tally {
    private final Consignment mail;
    private final boolean enforced;
    private final DeliveryLog log;
    private final InstantSource clock;
    private final Instant begun;
    private final long start = System.nanoTime();

    private final List<Recipient> recipients;
    private final Map<Integer, Fate> fates = new HashMap<>();
    private final Map<Integer, Note> putOff = new HashMap<>();
    private final Map<Integer, Held> held = new HashMap<>();
    private final List<Note> hosts = new ArrayList<>();
    private Optional<Note> lack = Optional.empty();

    private long connectingSince;
    private long connecting;
    private long sendingSince;
    private long sending;

    /** A refusal that the other address family might not share (part X of the rules). */
    private record Held(Note note, boolean six) {}

    /** @param enforced whether the message's REQUIRETLS is kept to the letter at this destination */
    Tally(Consignment mail, boolean enforced, DeliveryLog log, InstantSource clock) {
        this.mail = mail;
        this.enforced = enforced;
        this.log = log;
        this.clock = clock;
        this.begun = clock.instant();
        this.recipients = mail.envelope().recipients();
    }

    boolean anyOpen() {
        return fates.size() < recipients.size();
    }

    boolean anySettled() {
        return !fates.isEmpty();
    }

    /** Those that this address may be offered, by their place in the envelope. */
    List<Integer> candidates(InetAddress address) {
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < recipients.size(); i++) {
            Held refusal = held.get(i);
            if (!fates.containsKey(i) && (refusal == null || refusal.six() != address instanceof Inet6Address)) {
                open.add(i);
            }
        }
        return open;
    }

    /** A host, or the DNS, stands in the way of all. */
    void soft(Note note) {
        hosts.add(note);
    }

    /** A server put off one recipient. */
    void soft(int recipient, Note note) {
        putOff.put(recipient, note);
        held.remove(recipient);
    }

    /** A server refused one for good, by a policy that it may have for one address family only. */
    void hold(int recipient, Note note, InetAddress address) {
        held.put(recipient, new Held(note, address instanceof Inet6Address));
    }

    boolean isHeld(int recipient) {
        return held.containsKey(recipient);
    }

    /** The host has no other address: what it refused is refused. */
    void leaveHost() {
        Map.copyOf(held).forEach((recipient, refusal) -> fail(recipient, refusal.note()));
    }

    /** The server cannot take the mail as it is; another might. */
    void lacks(Note note) {
        lack = Optional.of(note);
    }

    void deliver(int recipient, Note note, boolean noticesPassedOn) {
        settle(recipient, new Fate.Delivered(note.circumstances(), noticesPassedOn), note, Outcome.DELIVERED);
    }

    void defer(int recipient, Note note) {
        settle(recipient, new Fate.Deferred(note.circumstances()), note, Outcome.DEFERRED);
    }

    void fail(int recipient, Note note) {
        held.remove(recipient);
        settle(recipient, new Fate.Failed(note.circumstances()), note, Outcome.FAILED);
    }

    void failAll(Note note) {
        for (int i = 0; i < recipients.size(); i++) {
            if (!fates.containsKey(i)) {
                fail(i, note);
            }
        }
    }

    /**
     * Q5: whether a message with REQUIRETLS fails for good: every host has been asked, and every one either may not get it
     * or is not there.
     */
    boolean requireTlsFails() {
        Set<Note.Weight> seen = EnumSet.noneOf(Note.Weight.class);
        hosts.forEach(n -> seen.add(n.weight()));
        boolean refused = seen.removeAll(EnumSet.of(Note.Weight.REFUSED_TLS, Note.Weight.LACKS_REQUIRETLS));
        seen.remove(Note.Weight.ABSENT);
        return enforced && refused && seen.isEmpty() && putOff.isEmpty();
    }

    /** The hosts are walked once more, as if nothing had been. */
    void again() {
        hosts.clear();
    }

    /** No host is left: what is open waits, or fails. */
    void finish() {
        boolean requireTls = requireTlsFails();
        Optional<Note> most = most();
        for (int i = 0; i < recipients.size(); i++) {
            if (fates.containsKey(i)) {
                continue;
            }
            Note own = putOff.get(i);
            if (lack.isPresent()) {
                fail(i, lack.get());
            } else if (own != null) {
                defer(i, own);
            } else if (requireTls && most.isPresent()) {
                boolean keyword = most.get().weight() == Note.Weight.LACKS_REQUIRETLS;
                fail(
                        i,
                        most.get()
                                .failing(
                                        keyword ? Statuses.NO_REQUIRETLS : Statuses.NO_TLS_FOR_REQUIRETLS,
                                        "The message demands REQUIRETLS, and no MX host of " + mail.domain()
                                                + " may get it. "));
            } else {
                defer(
                        i,
                        most.orElseGet(() -> Note.ours(
                                Statuses.OURS,
                                Optional.empty(),
                                "No server was left to be tried.",
                                TlsWords.unknown(mail.envelope().requireTls()))));
            }
        }
    }

    /** What says most; of equals the first, which is the better host. */
    private Optional<Note> most() {
        Optional<Note> most = Optional.empty();
        for (Note note : hosts) {
            if (most.isEmpty() || note.weight().compareTo(most.get().weight()) > 0) {
                most = Optional.of(note);
            }
        }
        return most;
    }

    List<RecipientResult> results() {
        List<RecipientResult> results = new ArrayList<>(recipients.size());
        for (int i = 0; i < recipients.size(); i++) {
            Fate fate = fates.get(i);
            if (fate == null) {
                throw new IllegalStateException("a recipient without a fate");
            }
            results.add(new RecipientResult(recipients.get(i), fate));
        }
        return results;
    }

    void connecting() {
        connectingSince = System.nanoTime();
    }

    void connected() {
        connecting += System.nanoTime() - connectingSince;
    }

    void sending() {
        sendingSince = System.nanoTime();
    }

    void sent() {
        sending += System.nanoTime() - sendingSince;
    }

    private void settle(int recipient, Fate fate, Note note, Outcome outcome) {
        if (fates.putIfAbsent(recipient, fate) != null) {
            return;
        }
        Fate.Circumstances c = note.circumstances();
        Duration queued = Duration.between(mail.received(), begun);
        long passed = System.nanoTime() - start;
        log.delivered(new DeliveryLine(
                clock.instant(),
                mail.queueId(),
                recipients.get(recipient).address().toString(),
                outcome,
                c.status(),
                c.host(),
                c.address(),
                note.tls(),
                new Delays(
                        queued.isNegative() ? Duration.ZERO : queued,
                        Duration.ofNanos(Math.max(0, passed - connecting - sending)),
                        Duration.ofNanos(connecting),
                        Duration.ofNanos(sending)),
                note.reused(),
                c.reply(),
                c.rule(),
                c.sentence()));
    }
}
