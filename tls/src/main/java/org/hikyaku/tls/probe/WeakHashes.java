package org.hikyaku.tls.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;

/** Which outdated hashes a server of TLS 1.2 signs its key exchange with, when it is offered no others. */
final class WeakHashes {
    private final Questions questions;
    private final Facts facts;

    WeakHashes(Questions questions, Facts facts) {
        this.questions = questions;
        this.facts = facts;
    }

    /** MD5, SHA-1 and SHA-224 together; a refusal, or a better hash in spite of the offer, settles all three. */
    void ask() throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> offered = union(Offers.SHA1_SCHEMES, union(Offers.SHA224_SCHEMES, Offers.MD5_SCHEMES));
        while (!offered.isEmpty()) {
            Hello hello = questions
                    .hello(TlsVersion.TLSV1_2)
                    .suites(Offers.suites(s -> !s.tls13()
                            && s.certificate()
                            && (s.keyExchange() == CipherSuite.KeyExchange.ECDHE
                                    || s.keyExchange() == CipherSuite.KeyExchange.DHE)))
                    .schemes(offered);
            HelloAnswer answer = questions.ask(hello);
            Optional<Integer> scheme = answer instanceof HelloAnswer.Agreed a ? a.scheme() : Optional.empty();
            if (scheme.isEmpty() && !answer.refusal()) {
                return;
            }
            if (scheme.isEmpty() || !offered.contains(scheme.get())) {
                settle(offered);
                return;
            }
            int hash = scheme.get() >>> 8;
            switch (hash) {
                case 1 -> facts.md5 = Known.YES;
                case 2 -> facts.sha1 = Known.YES;
                default -> facts.sha224 = Known.YES;
            }
            if (hash == 2) {
                // SHA-1 is the one that grades lowest among those that servers still use.
                return;
            }
            offered = offered.stream().filter(s -> s >>> 8 != hash).toList();
        }
    }

    private void settle(List<Integer> refused) {
        if (refused.contains(0x0101)) {
            facts.md5 = Known.NO;
        }
        if (refused.contains(0x0201)) {
            facts.sha1 = Known.NO;
        }
        if (refused.contains(0x0301)) {
            facts.sha224 = Known.NO;
        }
    }

    private static List<Integer> union(List<Integer> a, List<Integer> b) {
        List<Integer> both = new ArrayList<>(a);
        both.addAll(b);
        return List.copyOf(both);
    }
}
