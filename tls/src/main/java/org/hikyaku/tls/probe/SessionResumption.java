package org.hikyaku.tls.probe;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hikyaku.tls.TlsVersion;

/** Whether a server takes up sessions again that it had with us before. */
final class SessionResumption {
    private final Questions questions;
    private final Facts facts;

    SessionResumption(Questions questions, Facts facts) {
        this.questions = questions;
        this.facts = facts;
    }

    /** Comes back with the ticket of a session, or with its identifier when there was no ticket. */
    void tls12(FinishedHandshake session) throws Dialer.GaveUpException, Dialer.SpentException {
        facts.sessionTicket = Known.of(session.ticket().isPresent());
        byte[] ticket = session.ticket().map(FinishedHandshake.Ticket::ticket).orElse(new byte[0]);
        byte[] id =
                ticket.length > 0 ? new byte[] {1, 2, 3, 4} : session.hello().sessionId();
        if (id.length == 0) {
            facts.resumption12 = Known.NO;
            return;
        }
        Hello hello = questions.hello(TlsVersion.TLSV1_2).resume(new Hello.Resumption.BySession(id, ticket));
        if (questions.ask(hello) instanceof HelloAnswer.Agreed a) {
            facts.resumption12 = Known.of(a.resumed());
        }
    }

    /** Comes back with a ticket of the first session; the handshake is finished, so that both sides have the same key. */
    void tls13(FinishedHandshake first) throws Dialer.GaveUpException, Dialer.SpentException {
        List<FinishedHandshake.Ticket> tickets = first.session().tickets();
        if (tickets.isEmpty()) {
            // Known only when the server was heard to the end of what it sends unasked.
            facts.resumption13 = facts.maxEarlyData.isPresent() ? Known.NO : Known.UNKNOWN;
            return;
        }
        FinishedHandshake.Ticket ticket = tickets.getFirst();
        long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ticket.received());
        Hello hello = questions
                .hello(TlsVersion.TLSV1_3)
                .suites(List.of(first.suite().code()))
                .resume(new Hello.Resumption.ByTicket(ticket, age, first.suite().prf()));
        Optional<FinishedHandshake> again =
                questions.finish(hello, f -> f.session().close());
        again.ifPresent(f -> facts.resumption13 = Known.of(f.resumed()));
    }
}
