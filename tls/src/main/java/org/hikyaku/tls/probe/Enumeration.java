package org.hikyaku.tls.probe;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite.Authentication;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;

/**
 * Every suite of every version, every group and every signature scheme: what was accepted is taken away and the rest asked
 * for again.
 */
final class Enumeration {
    private final Questions questions;
    private final Facts facts;

    Enumeration(Questions questions, Facts facts) {
        this.questions = questions;
        this.facts = facts;
    }

    /** The versions whose suites are now known completely. */
    Set<TlsVersion> everything() throws Dialer.GaveUpException, Dialer.SpentException {
        Set<TlsVersion> complete = EnumSet.noneOf(TlsVersion.class);
        for (TlsVersion version : TlsVersion.values()) {
            if (version != TlsVersion.SSLV2 && facts.version(version) == Known.YES && suites(version)) {
                complete.add(version);
            }
        }
        if (facts.version(TlsVersion.TLSV1_3) == Known.YES) {
            groups(TlsVersion.TLSV1_3, Offers.groups13());
            schemes13();
        }
        Optional<TlsVersion> older = Stream.of(TlsVersion.TLSV1_2, TlsVersion.TLSV1_1, TlsVersion.TLSV1_0)
                .filter(v -> facts.version(v) == Known.YES)
                .findFirst();
        if (older.isPresent()) {
            groups(older.get(), Offers.curves12());
        }
        if (facts.version(TlsVersion.TLSV1_2) == Known.YES) {
            schemes12(Authentication.RSA, Offers.RSA_SCHEMES);
            schemes12(Authentication.ECDSA, Offers.ECDSA_SCHEMES);
            schemes12(Authentication.DSS, Offers.DSA_SCHEMES);
        }
        return complete;
    }

    private boolean suites(TlsVersion version) throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> all = questions.hello(version).suites();
        Known more = Known.YES;
        while (more == Known.YES) {
            more = questions.another(version, all);
        }
        return more == Known.NO;
    }

    private void groups(TlsVersion version, List<Integer> all) throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> open = all;
        while (!open.isEmpty()) {
            Optional<Integer> found = questions.group(version, open);
            if (found.isEmpty()) {
                return;
            }
            facts.groups(version).add(found.get());
            open = without(open, found.get());
        }
    }

    /** With what the server signs in TLS 1.2, for one kind of key: what it chose is not offered again. */
    private void schemes12(Authentication kind, List<Integer> all)
            throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> suites = Offers.suites(s -> s.authentication() == kind
                && (s.keyExchange() == KeyExchange.ECDHE || s.keyExchange() == KeyExchange.DHE));
        List<Integer> open = suites.stream().anyMatch(facts.accepted(TlsVersion.TLSV1_2)::contains) ? all : List.of();
        while (!open.isEmpty()) {
            HelloAnswer answer = questions.ask(
                    questions.hello(TlsVersion.TLSV1_2).suites(suites).handshakeSchemes(open));
            Optional<Integer> scheme = answer instanceof HelloAnswer.Agreed a ? a.scheme() : Optional.empty();
            open = next(TlsVersion.TLSV1_2, open, scheme, answer.refusal());
        }
    }

    /** As {@link #schemes12}; here the signature is encrypted, and each question a whole handshake. */
    private void schemes13() throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> open = Offers.allSchemes13();
        while (!open.isEmpty()) {
            Questions.Finished answer = questions.finished(
                    questions.hello(TlsVersion.TLSV1_3).handshakeSchemes(open),
                    f -> f.session().close());
            Optional<Integer> scheme = answer.handshake().flatMap(FinishedHandshake::scheme);
            open = next(TlsVersion.TLSV1_3, open, scheme, answer.hello().refusal());
        }
    }

    /** What is still to be asked for; nothing when the server refuses, or signs with what was not offered. */
    private List<Integer> next(TlsVersion version, List<Integer> open, Optional<Integer> scheme, boolean refusal) {
        if (scheme.filter(open::contains).isPresent()) {
            facts.schemes(version).add(scheme.get());
            return without(open, scheme.get());
        }
        if (refusal || scheme.isPresent()) {
            facts.refusedSchemes(version).addAll(open);
        }
        return List.of();
    }

    private static List<Integer> without(List<Integer> all, int one) {
        return all.stream().filter(g -> g != one).toList();
    }
}
