package org.hikyaku.delivery;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.delivery.DeliveryLine.Tls;
import org.hikyaku.delivery.Fate.Circumstances;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.ContentScan;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Recipient;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.SmtpTransaction;
import org.hikyaku.smtp.SmtpTransaction.Transfer;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.TransactionOutcome.Answered;

/** Offers the mail over one open session, and tells each recipient's answer. For one use. */
final class Handover {
    /** RFC 5321 section 4.5.3.1.10: the server has had enough recipients for one mail. */
    private static final int ENOUGH_RECIPIENTS = 452;

    private static final int CLOSING = 421;

    private final Courier.Parts parts;
    private final Consignment mail;
    private final Tally tally;
    private final DeliveryPlan plan;
    private final OpenSession session;
    private final InetSocketAddress address;
    private final boolean bothFamilies;
    private final boolean reused;
    private final boolean requireTls;
    private final Tls tls;
    private final String host;

    private boolean offered;
    private boolean last;
    private boolean fit = true;

    Handover(
            Courier.Parts parts,
            Consignment mail,
            Tally tally,
            DeliveryPlan plan,
            OpenSession session,
            InetSocketAddress address,
            boolean bothFamilies,
            boolean reused) {
        this.parts = parts;
        this.mail = mail;
        this.tally = tally;
        this.plan = plan;
        this.session = session;
        this.address = address;
        this.bothFamilies = bothFamilies;
        this.reused = reused;
        this.requireTls = passesOn();
        this.tls = TlsWords.marked(session.tls(), mail.envelope().requireTls(), requireTls);
        this.host = Journey.name(plan.host());
    }

    /** Q6, Q14: whether the server is asked for REQUIRETLS. */
    private boolean passesOn() {
        if (!mail.envelope().requireTls()) {
            return false;
        }
        // Under a plan that demands it the verdict has made sure of all; SmtpTransaction looks once more.
        return plan.demand() == Demand.REQUIRE_TLS
                || (session.smtp().facts().isPresent()
                        && session.smtp().ehlo().offers("REQUIRETLS")
                        && session.verdict() instanceof Verdict.Authenticated authenticated
                        && authenticated.secureMx());
    }

    /** Whether the mail was offered to the server. */
    boolean offered() {
        return offered;
    }

    /** Whether nothing more may be tried now. */
    boolean last() {
        return last;
    }

    /** Does it; true when the session, a kept one, had died and taken nothing, so that a new one may be tried. */
    boolean run(SessionPool.Key key) throws InterruptedException {
        List<Integer> to = tally.candidates(address.getAddress());
        boolean died = false;
        while (!to.isEmpty() && fit && !last && !died) {
            session.another();
            tally.sending();
            TransactionOutcome outcome;
            try {
                outcome = transact(envelope(to));
            } catch (IOException e) {
                session.drop();
                unreadable(to, e);
                return false;
            } finally {
                tally.sent();
            }
            died = reused && session.mails() > 0 && isDead(outcome);
            if (!died) {
                to = told(outcome, to);
            }
        }
        if (died || !fit) {
            session.drop();
        } else {
            parts.pool().give(key, session);
        }
        return died;
    }

    /** A kept session that ends before it has taken anything has simply been waiting for too long. */
    private static boolean isDead(TransactionOutcome outcome) {
        return switch (outcome) {
            case TransactionOutcome.Broken broken -> !broken.unknown();
            case TransactionOutcome.SenderRefused refused -> refused.reply().code() == CLOSING;
            case TransactionOutcome.Taken _,
                    TransactionOutcome.NotSent _,
                    TransactionOutcome.RecipientsRefused _,
                    TransactionOutcome.ContentRefused _ -> false;
        };
    }

    private TransactionOutcome transact(Envelope envelope) throws IOException {
        EhloReply ehlo = session.smtp().ehlo();
        Body body = mail.body();
        if (body == Body.BINARY_MIME && !(ehlo.offers("BINARYMIME") && ehlo.offers("CHUNKING")) && inLines()) {
            body = Body.EIGHT_BIT_MIME; // binary by name only
        }
        return new SmtpTransaction(session.smtp(), parts.options().times().transaction())
                .run(envelope, mail.content(), body == Body.BINARY_MIME ? Transfer.CHUNKS : Transfer.DATA, body);
    }

    private boolean inLines() throws IOException {
        Optional<ContentScan> known = mail.content().scan();
        ContentScan scan = known.isPresent() ? known.get() : ContentScan.of(mail.content());
        return scan.unfit().isEmpty() && scan.ended() && scan.longest() <= ContentScan.LONGEST_LINE;
    }

    /** RFC 3461 section 5.2.2: a server that knows no DSN is asked for none. */
    private Envelope envelope(List<Integer> to) {
        Envelope whole = mail.envelope();
        boolean dsn = dsn();
        List<Recipient> recipients = to.stream()
                .map(whole.recipients()::get)
                .map(r -> dsn ? r : Recipient.of(r.address()))
                .toList();
        return new Envelope(
                whole.sender(),
                recipients,
                dsn ? whole.returned() : Optional.empty(),
                dsn ? whole.id() : Optional.empty(),
                requireTls);
    }

    private boolean dsn() {
        return session.smtp().ehlo().offers("DSN");
    }

    /** Tells the answers; those that may be offered again over this session. */
    private List<Integer> told(TransactionOutcome outcome, List<Integer> to) throws InterruptedException {
        offered = !(outcome instanceof TransactionOutcome.NotSent);
        switch (outcome) {
            case TransactionOutcome.Taken taken -> {
                Note note = note(taken.reply(), host + " took it.");
                places(taken.accepted(), to).forEach((i, reply) -> tally.deliver(i, note, dsn()));
                return refused(taken.refused(), to, true);
            }
            case TransactionOutcome.RecipientsRefused none -> refused(none.refused(), to, false);
            case TransactionOutcome.SenderRefused refused -> to.forEach(i -> refused(i, refused.reply()));
            case TransactionOutcome.ContentRefused refused -> {
                places(refused.accepted(), to).forEach((i, reply) -> refused(i, refused.reply()));
                refused(refused.refused(), to, false);
            }
            case TransactionOutcome.NotSent lacking -> lacking(lacking);
            case TransactionOutcome.Broken broken -> broken(broken, to);
        }
        return List.of();
    }

    private List<Integer> refused(List<Answered> answers, List<Integer> to, boolean othersTaken) {
        List<Integer> again = new ArrayList<>();
        places(answers, to).forEach((i, reply) -> {
            if (othersTaken && reply.code() == ENOUGH_RECIPIENTS) {
                again.add(i);
            } else {
                refused(i, reply);
            }
        });
        return again;
    }

    private void refused(int recipient, Reply reply) {
        fit &= reply.code() != CLOSING;
        if (reply.kind() != Reply.Kind.PERMANENT) {
            tally.soft(recipient, note(reply, host + " put it off: " + reply));
            return;
        }
        Note note = note(reply, host + " refused it: " + reply);
        EnhancedStatus status = note.circumstances().status();
        // X: a policy may be one for this address family only (a missing PTR record, a block list); the other is tried
        if (bothFamilies && status.subject() == 7 && !tally.isHeld(recipient)) {
            tally.hold(recipient, note, address.getAddress());
        } else {
            tally.fail(recipient, note);
        }
    }

    private void lacking(TransactionOutcome.NotSent lacking) {
        boolean ascii = mail.envelope().sender().map(Mailbox::ascii).orElse(true)
                && mail.envelope().recipients().stream()
                        .allMatch(r -> r.address().ascii());
        Note note = new Note(
                new Circumstances(
                        Statuses.of(lacking.lack(), ascii),
                        Optional.empty(),
                        Optional.of(host),
                        Optional.of(address),
                        Optional.empty(),
                        host + " cannot take this mail: " + lacking.sentence() + "."),
                tls,
                reused,
                Note.Weight.REPLY);
        if (lacking.lack() == TransactionOutcome.Lack.REQUIRETLS) {
            // Q6; the verdict has seen to it before, and this is the last door
            tally.soft(new Note(note.circumstances(), tls, reused, Note.Weight.LACKS_REQUIRETLS));
        } else {
            tally.lacks(note);
        }
    }

    private void broken(TransactionOutcome.Broken broken, List<Integer> to) throws InterruptedException {
        fit = false;
        if (Thread.currentThread().isInterrupted() && !broken.unknown() && !tally.anySettled()) {
            session.drop();
            throw new InterruptedException("interrupted before the mail was handed over");
        }
        String what = "the connection with " + host + " broke ("
                + broken.sentence() + ")"
                + (broken.unknown()
                        ? " when all of the mail had been sent and before the answer came. It may have been taken: a"
                                + " duplicate is possible."
                        : " before the mail was handed over.");
        Note note = new Note(
                new Circumstances(
                        Statuses.BROKEN,
                        Optional.empty(),
                        Optional.of(host),
                        Optional.of(address),
                        Optional.empty(),
                        what.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + what.substring(1)),
                tls,
                reused,
                Note.Weight.UNREACHED);
        if (broken.unknown()) {
            last = true;
            to.forEach(i -> tally.defer(i, note));
        } else {
            tally.soft(note);
        }
    }

    private void unreadable(List<Integer> to, IOException e) {
        last = true;
        Note note = Note.ours(
                Statuses.OURS, Optional.empty(), "The mail could not be read from the queue: " + e.getMessage(), tls);
        to.forEach(i -> tally.defer(i, note));
    }

    private Note note(Reply reply, String sentence) {
        return new Note(
                new Circumstances(
                        Statuses.of(reply),
                        Optional.of(reply),
                        Optional.of(host),
                        Optional.of(address),
                        Optional.empty(),
                        sentence),
                tls,
                reused,
                Note.Weight.REPLY);
    }

    /** Answers by the recipients' places; an address that stands there twice was asked twice. */
    private Map<Integer, Reply> places(List<Answered> answers, List<Integer> to) {
        Map<Integer, Reply> places = new LinkedHashMap<>();
        for (Answered answer : answers) {
            for (int i : to) {
                if (!places.containsKey(i)
                        && mail.envelope().recipients().get(i).address().equals(answer.recipient())) {
                    places.put(i, answer.reply());
                    break;
                }
            }
        }
        return places;
    }
}
