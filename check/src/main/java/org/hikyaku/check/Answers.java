package org.hikyaku.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.DomainObservation.TlsaObservation;
import org.xbill.DNS.Name;

/** Simple questions about DNS answers. */
final class Answers {
    private Answers() {}

    /** The content of an answer that has some, secure or not. */
    static Optional<Content> content(Answer answer) {
        return answer instanceof Answer.Definite definite ? Optional.of(definite.content()) : Optional.empty();
    }

    static boolean hasRecords(Answer answer) {
        return content(answer).filter(c -> !c.recordsOrNone().isEmpty()).isPresent();
    }

    /**
     * A useless answer speaks against the domain only when the chain of trust breaks below the root. No domain can mend
     * the root, or a look-up that came to nothing.
     */
    static boolean faultOfTheDomain(Answer useless) {
        return useless instanceof Answer.Bogus bogus && !bogus.reason().zone().equals(Name.root);
    }

    /** The secure, non-empty TLSA answer of a host, if it has one. */
    static Optional<TlsaObservation> secureTlsa(HostEvidence host) {
        return host.observed().stream()
                .flatMap(o -> o.tlsa().stream())
                .filter(t -> t.answer() instanceof Answer.Secure && hasRecords(t.answer()))
                .findFirst();
    }

    /** The host is known to have no address at all. */
    static boolean addressless(HostObservation host) {
        return content(host.a()).isPresent()
                && content(host.aaaa()).isPresent()
                && !hasRecords(host.a())
                && !hasRecords(host.aaaa());
    }

    /** Every answer that was looked up for the domain and its hosts, MX first. */
    static List<Answer> all(Evidence evidence) {
        List<Answer> answers = new ArrayList<>();
        answers.add(evidence.observation().mx());
        for (HostEvidence host : evidence.hosts()) {
            host.observed().ifPresent(o -> answers.addAll(of(o)));
        }
        answers.add(evidence.observation().sts().record());
        evidence.tlsRpt().ifPresent(answers::add);
        evidence.judgedAuth().ifPresent(a -> answers.addAll(a.own()));
        return answers;
    }

    static List<Answer> of(HostObservation host) {
        return Stream.of(
                        Stream.of(host.a(), host.aaaa()),
                        host.cname().stream(),
                        host.tlsa().stream().map(TlsaObservation::answer))
                .flatMap(s -> s)
                .toList();
    }
}
