package org.hikyaku.tls.probe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;

/** Whose order of cipher suites counts, the server's or the client's: the same suites are offered the other way round. */
final class SuitePreference {
    private final Questions questions;
    private final Facts facts;

    SuitePreference(Questions questions, Facts facts) {
        this.questions = questions;
        this.facts = facts;
    }

    /** The same suites in reverse: a server that chooses by its own order does not care. */
    void before13(TlsVersion version) throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> reversed = new ArrayList<>(questions.hello(version).suites());
        Collections.reverse(reversed);
        Optional<Integer> before = facts.accepted(version).stream().findFirst();
        HelloAnswer answer =
                questions.ask(questions.hello(version).suites(reversed).compressions(List.of(1, 0)));
        if (answer instanceof HelloAnswer.Agreed a && a.is(version) && before.isPresent()) {
            if (a.hello().suite() != before.get()) {
                facts.order(version, Known.NO);
            } else if (questions.another(version, reversed) == Known.YES) {
                facts.order(version, Known.YES);
            }
        }
    }

    void tls13() throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> reversed = List.of(0x1301, 0x1303, 0x1302);
        Optional<Integer> before = facts.accepted(TlsVersion.TLSV1_3).stream().findFirst();
        HelloAnswer answer = questions.ask(questions.hello(TlsVersion.TLSV1_3).suites(reversed));
        if (!(answer instanceof HelloAnswer.Agreed a) || !a.is(TlsVersion.TLSV1_3) || before.isEmpty()) {
            return;
        }
        int chosen = a.hello().suite();
        if (chosen != before.get()) {
            facts.order(TlsVersion.TLSV1_3, Known.NO);
            return;
        }
        // The same both ways is its own order, when it had another choice: each other one came first once.
        List<Integer> others = reversed.stream().filter(s -> s != chosen).toList();
        if (others.stream().anyMatch(facts.accepted(TlsVersion.TLSV1_3)::contains)
                // Not graded: only when there is a connection left.
                || questions.left() > 0 && questions.another(TlsVersion.TLSV1_3, others) == Known.YES) {
            facts.order(TlsVersion.TLSV1_3, Known.YES);
        }
    }
}
