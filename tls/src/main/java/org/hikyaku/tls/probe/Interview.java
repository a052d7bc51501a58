package org.hikyaku.tls.probe;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.x509.Certificate;

/** The questions of a judgement in order of their weight: what is graded first, what is only told last. */
final class Interview {
    /** Bytes: Ethernet's segments carry at most 1460. */
    private static final int LONGER_THAN_A_SEGMENT = 1500;

    /** Renegotiations that are tried at most: internet.nl calls up to ten a low limit. */
    static final int RENEGOTIATIONS = 11;

    /** A version that nobody speaks yet, as the field of a hello has it. */
    private static final int FUTURE = 0x0305;

    private final Questions questions;
    private final SuitePreference preference;
    private final WeakHashes weakHashes;
    private final SessionResumption resumption;
    private final Facts facts;
    private final Service service;
    private final ProbeOptions options;
    private final Optional<String> sni;

    Interview(Questions questions, Facts facts, Service service, ProbeOptions options, Optional<String> sni) {
        this.questions = questions;
        this.preference = new SuitePreference(questions, facts);
        this.weakHashes = new WeakHashes(questions, facts);
        this.resumption = new SessionResumption(questions, facts);
        this.facts = facts;
        this.service = service;
        this.options = options;
        this.sni = sni;
    }

    /** @param first the handshake of the first question, with its tickets */
    void judgement(Optional<FinishedHandshake> first) throws Dialer.GaveUpException, Dialer.SpentException {
        Optional<FinishedHandshake> session = tls12();
        olderVersions();
        if (service.startTls()) {
            questions.startTlsManners();
        }
        boolean tls12 = facts.version(TlsVersion.TLSV1_2) == Known.YES;
        boolean tls13 = facts.version(TlsVersion.TLSV1_3) == Known.YES;
        Optional<TlsVersion> older = List.of(TlsVersion.TLSV1_2, TlsVersion.TLSV1_1, TlsVersion.TLSV1_0).stream()
                .filter(v -> facts.version(v) == Known.YES)
                .findFirst();
        if (older.isPresent()) {
            preference.before13(older.get());
            if (!facts.finiteFieldKnown()) {
                questions.anyOf(
                        older.get(),
                        Offers.suites(s -> s.keyExchange() == CipherSuite.KeyExchange.DHE && s.certificate()));
            }
        }
        if (tls12) {
            weakHashes.ask();
        }
        if (tls13) {
            hybrids();
        } else if (older.isPresent()) {
            largeHello(older.get());
        }
        List<TlsVersion> judged = Stream.concat(older.stream(), tls13 ? Stream.of(TlsVersion.TLSV1_3) : Stream.of())
                .toList();
        suiteClasses(judged);
        if (older.isPresent()) {
            // OpenSSL takes a shorter prime where there is no certificate whose key it should match. Settled already,
            // and no connection, when all poor suites were refused together.
            questions.anyOf(
                    older.get(),
                    Offers.suites(
                            s -> s.keyExchange() == CipherSuite.KeyExchange.DHE && s.anonymous() && s.bits() == 128));
        }
        groupClasses(judged);
        questions.sslv2();
        if (tls12 && tls13) {
            fallback();
        }
        if (service.startTls()) {
            questions.smuggleAgain();
        }
        otherCertificate(tls12);
        serverNames(tls12 ? session : first);
        if (tls12 && session.isPresent() && session.get().version() == TlsVersion.TLSV1_2) {
            resumption.tls12(session.get());
        }
        if (first.isPresent() && first.get().version() == TlsVersion.TLSV1_3) {
            resumption.tls13(first.get());
        }
        if (tls12) {
            versionTolerance();
        }
        if (tls13) {
            preference.tls13();
        }
        worstOfEach(older);
    }

    /** The worst suite of the versions beside the judged one, which grades nothing more: with the connections left. */
    private void worstOfEach(Optional<TlsVersion> judged) throws Dialer.GaveUpException, Dialer.SpentException {
        for (TlsVersion version :
                List.of(TlsVersion.TLSV1_3, TlsVersion.TLSV1_1, TlsVersion.TLSV1_0, TlsVersion.SSLV3)) {
            if (judged.filter(version::equals).isPresent() || facts.version(version) != Known.YES) {
                continue;
            }
            for (List<Integer> set : options.suiteClasses()) {
                if (questions.left() == 0) {
                    return;
                }
                if (anyOf(set, List.of(version))) {
                    break;
                }
            }
        }
    }

    private Optional<FinishedHandshake> tls12() throws Dialer.GaveUpException, Dialer.SpentException {
        Hello hello = questions.hello(TlsVersion.TLSV1_2);
        Optional<FinishedHandshake> finished = questions.finish(hello, this::renegotiate);
        if (finished.isEmpty() && facts.version(TlsVersion.TLSV1_2) != Known.YES) {
            // Some servers give up on hellos of hundreds of suites: once more with few.
            finished = questions.finish(
                    hello.suites(Offers.suites(s -> !s.tls13() && s.certificate() && Offers.rank(s) <= 5)),
                    this::renegotiate);
        }
        finished.ifPresent(f -> {
            facts.preferred(f.version(), f.suite().code());
            sentinel(f.hello());
        });
        if (facts.version(TlsVersion.TLSV1_2) != Known.YES) {
            facts.version(TlsVersion.TLSV1_2, Known.NO);
        }
        return finished;
    }

    private void sentinel(ServerHello hello) {
        if (facts.version(TlsVersion.TLSV1_3) == Known.YES) {
            facts.downgradeSentinel = Known.of(hello.downgradeSentinel().isPresent());
        }
    }

    private void renegotiate(FinishedHandshake finished) throws IOException {
        if (finished.version() == TlsVersion.TLSV1_3) {
            return;
        }
        int accepted = 0;
        while (accepted < RENEGOTIATIONS
                && finished.session().renegotiate() == FinishedHandshake.Renegotiated.ACCEPTED) {
            accepted++;
        }
        facts.clientRenegotiation = Optional.of(accepted);
        // Servers forget a session that ends without goodbye, and it is to be taken up again.
        finished.session().close();
    }

    /** From TLS 1.1 down: each answer names the best of what is left; a refusal settles all that is older. */
    private void olderVersions() throws Dialer.GaveUpException, Dialer.SpentException {
        List<TlsVersion> down = List.of(TlsVersion.TLSV1_1, TlsVersion.TLSV1_0, TlsVersion.SSLV3);
        for (int i = 0; i < down.size(); i++) {
            TlsVersion version = down.get(i);
            Hello hello = questions.hello(version);
            HelloAnswer answer = questions.ask(hello);
            if (answer instanceof HelloAnswer.Agreed a && a.version().isPresent()) {
                facts.preferred(a.version().get(), a.hello().suite());
                while (down.get(i) != a.version().get()) {
                    facts.version(down.get(i), Known.NO);
                    i++;
                    if (i == down.size()) {
                        return;
                    }
                }
            } else if (answer.refusal()) {
                down.subList(i, down.size()).forEach(v -> facts.version(v, Known.NO));
                return;
            }
        }
    }

    /**
     * Is any suite of these sets accepted? The worst decides the grade, the next one whether the order matters; once one
     * of them is accepted, the best set needs no question.
     */
    private void suiteClasses(List<TlsVersion> versions) throws Dialer.GaveUpException, Dialer.SpentException {
        List<List<Integer>> sets = options.suiteClasses();
        boolean found = false;
        for (int i = 0; i < sets.size() && !(found && i == sets.size() - 1); i++) {
            found |= anyOf(sets.get(i), versions);
        }
    }

    private boolean anyOf(List<Integer> set, List<TlsVersion> versions)
            throws Dialer.GaveUpException, Dialer.SpentException {
        for (TlsVersion version : versions) {
            List<Integer> offered = questions.hello(version).suites();
            if (questions.anyOf(version, set.stream().filter(offered::contains).toList()) == Known.YES) {
                return true;
            }
        }
        return false;
    }

    /** As for suites. */
    private void groupClasses(List<TlsVersion> versions) throws Dialer.GaveUpException, Dialer.SpentException {
        for (List<Integer> set : options.groupClasses()) {
            if (set.stream().anyMatch(facts.groups()::contains)) {
                return;
            }
            for (TlsVersion version : versions) {
                List<Integer> offered = version == TlsVersion.TLSV1_3 ? Offers.groups13() : Offers.curves12();
                List<Integer> open = set.stream().filter(offered::contains).toList();
                Optional<Integer> found = open.isEmpty() ? Optional.empty() : questions.group(version, open);
                if (found.isPresent()) {
                    facts.groups(version).add(found.get());
                    return;
                }
            }
        }
    }

    /** Hybrids alone, with a share of 1216 bytes: the hello needs two segments, which some servers do not survive. */
    private void hybrids() throws Dialer.GaveUpException, Dialer.SpentException {
        Hello hello = questions
                .hello(TlsVersion.TLSV1_3)
                .groups(Offers.HYBRID_GROUPS)
                .shares(List.of(Offers.HYBRID_GROUPS.getFirst()));
        HelloAnswer answer = questions.ask(hello);
        switch (answer) {
            case HelloAnswer.Agreed _ -> facts.largeHello = Known.YES;
            case HelloAnswer.Refused _ -> {
                facts.largeHello = Known.YES;
                facts.refusedGroups(TlsVersion.TLSV1_3).addAll(Offers.HYBRID_GROUPS);
            }
            // Is it the groups that it hangs up for, or the length?
            case HelloAnswer.HungUp _, HelloAnswer.Silent _, HelloAnswer.Garbled _ -> largeHello(TlsVersion.TLSV1_3);
        }
    }

    /** A hello that is understood, made longer than a segment by padding alone (RFC 7685). */
    private void largeHello(TlsVersion version) throws Dialer.GaveUpException, Dialer.SpentException {
        HelloAnswer answer = questions.ask(questions.hello(version).padded(LONGER_THAN_A_SEGMENT));
        facts.largeHello = Known.of(answer instanceof HelloAnswer.Agreed);
    }

    private void fallback() throws Dialer.GaveUpException, Dialer.SpentException {
        HelloAnswer answer = questions.ask(questions.hello(TlsVersion.TLSV1_2).withFallback());
        facts.fallbackScsv =
                answer instanceof HelloAnswer.Agreed ? Known.NO : answer.refusal() ? Known.YES : Known.UNKNOWN;
    }

    /** The certificate for the other kind of key, where there is one. */
    private void otherCertificate(boolean tls12) throws Dialer.GaveUpException, Dialer.SpentException {
        Optional<Certificate> first =
                facts.chains().values().stream().findFirst().map(List::getFirst);
        if (first.isEmpty()) {
            return;
        }
        boolean rsa = first.get()
                .holder()
                .getSubjectPublicKeyInfo()
                .getAlgorithm()
                .getAlgorithm()
                .getId()
                .startsWith("1.2.840.113549.1.1.");
        if (tls12) {
            CipherSuite.Authentication other = rsa ? CipherSuite.Authentication.ECDSA : CipherSuite.Authentication.RSA;
            questions.another(
                    TlsVersion.TLSV1_2,
                    Offers.suites(s -> !s.tls13()
                            && s.authentication() == other
                            && s.keyExchange() == CipherSuite.KeyExchange.ECDHE));
        } else if (facts.version(TlsVersion.TLSV1_3) == Known.YES) {
            questions.finish(
                    questions
                            .hello(TlsVersion.TLSV1_3)
                            .handshakeSchemes(rsa ? Offers.ECDSA_SCHEMES_13 : Offers.RSA_SCHEMES_13),
                    f -> f.session().close());
        }
    }

    /** @param named the handshake with our name, with the same offers as here */
    private void serverNames(Optional<FinishedHandshake> named) throws Dialer.GaveUpException, Dialer.SpentException {
        boolean tls12 = facts.version(TlsVersion.TLSV1_2) == Known.YES;
        if (sni.isEmpty() || !tls12 && facts.version(TlsVersion.TLSV1_3) != Known.YES) {
            return;
        }
        Hello hello = questions.hello(tls12 ? TlsVersion.TLSV1_2 : TlsVersion.TLSV1_3);
        Questions.Finished without =
                questions.finished(hello.sni(Optional.empty()), f -> f.session().close());
        facts.answersWithoutSni = answered(without.hello());
        Optional<byte[]> other = leaf(without.handshake());
        Optional<byte[]> ours = leaf(named);
        if (other.isPresent() && ours.isPresent()) {
            facts.otherWithoutSni = Known.of(!Arrays.equals(other.get(), ours.get()));
        }
        Hello unknown = hello.sni(Optional.of("no-such-name.invalid"));
        // An agreement answers two questions at once.
        if (tls12 && questions.ask(unknown.legacyVersion(FUTURE)) instanceof HelloAnswer.Agreed) {
            facts.answersUnknownSni = Known.YES;
            facts.versionTolerance = Known.YES;
            return;
        }
        facts.answersUnknownSni = answered(questions.ask(unknown));
    }

    private static Optional<byte[]> leaf(Optional<FinishedHandshake> handshake) {
        return handshake
                .map(FinishedHandshake::certificates)
                .flatMap(c -> c.stream().findFirst());
    }

    private static Known answered(HelloAnswer answer) {
        return answer instanceof HelloAnswer.Agreed ? Known.YES : answer.refusal() ? Known.NO : Known.UNKNOWN;
    }

    /** A version field of the future without supported_versions: RFC 5246 appendix E.1 wants the server's best. */
    private void versionTolerance() throws Dialer.GaveUpException, Dialer.SpentException {
        if (facts.versionTolerance == Known.UNKNOWN) {
            HelloAnswer answer =
                    questions.ask(questions.hello(TlsVersion.TLSV1_2).legacyVersion(FUTURE));
            facts.versionTolerance = answered(answer);
        }
    }
}
