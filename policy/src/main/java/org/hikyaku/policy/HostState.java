package org.hikyaku.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.DomainObservation.TlsaObservation;
import org.xbill.DNS.Name;

/** What the look-ups for one MX host come to (RFC 7672 section 2.2). Pure. */
final class HostState {

    private HostState() {}

    /** What follows from A and AAAA. */
    sealed interface Addresses {
        record Known(List<InetAddress> addresses) implements Addresses {
            public Known {
                addresses = List.copyOf(addresses);
            }
        }

        record None(String why) implements Addresses {}

        record Undecidable(String why) implements Addresses {}
    }

    /** What follows for DANE. */
    sealed interface Dane {
        /** No secure TLSA records: DANE does not decide here. */
        record Absent(String why) implements Dane {}

        /** Could not find out: not the same as absent (D1, S1). */
        record Undecidable(String rule, String why) implements Dane {}

        record Present(Name base, TlsaRrset rrset) implements Dane {}
    }

    /** Which names are asked for TLSA records, in order. */
    sealed interface Candidates {
        record Bases(List<Name> names, String why) implements Candidates {
            public Bases {
                names = List.copyOf(names);
            }
        }

        /** The addresses are insecure behind an alias: first it must be known whether the alias itself is secure (D5). */
        record AskCname() implements Candidates {}

        record Undecidable(String why) implements Candidates {}
    }

    static Addresses addresses(HostObservation host) {
        List<InetAddress> addresses = HostAddresses.atMost(HostAddresses.all(host), HostAddresses.MAX_TRIED.value());
        if (!addresses.isEmpty()) {
            return new Addresses.Known(addresses); // D4: a family that fails is skipped when the other answers
        }
        // D1: neither family answered with addresses, and one that failed may have some
        for (Answer answer : List.of(host.a(), host.aaaa())) {
            Optional<String> failure = AnswerText.failure(answer);
            if (failure.isPresent()) {
                return new Addresses.Undecidable(failure.get());
            }
        }
        boolean exists = host.a() instanceof Answer.Definite d && !(d.content() instanceof Content.NxDomain);
        return new Addresses.None(
                exists
                        ? AnswerText.name(host.host()) + " has no address."
                        : "The name " + AnswerText.name(host.host()) + " does not exist.");
    }

    /** D3 to D6: the TLSA base domains to try. */
    static Candidates candidates(HostObservation host) {
        // D4: secure when the address records of either family are
        for (Answer answer : List.of(host.a(), host.aaaa())) {
            if (answer instanceof Answer.Secure secure
                    && !secure.content().recordsOrNone().isEmpty()) {
                Name expanded = secure.content().canonicalName(secure.question());
                // D6: the whole chain is secure: the expanded name, then the original; those in between never
                return new Candidates.Bases(
                        expanded.equals(host.host()) ? List.of(expanded) : List.of(expanded, host.host()), "");
            }
        }
        boolean alias = Stream.of(host.a(), host.aaaa())
                .anyMatch(a ->
                        a instanceof Answer.Insecure i && !i.content().aliases().isEmpty());
        if (!alias) {
            // D3: nameservers of unsigned zones are not asked for TLSA: some fail on it
            return new Candidates.Bases(
                    List.of(), "the addresses of " + AnswerText.name(host.host()) + " are not signed");
        }
        if (host.cname().isEmpty()) {
            return new Candidates.AskCname();
        }
        return switch (host.cname().get()) {
            // D5 (RFC 7672 section 2.1.3): a secure alias to an insecure zone: the original name is the base
            case Answer.Secure secure
            when !secure.content().recordsOrNone().isEmpty() -> new Candidates.Bases(List.of(host.host()), "");
            case Answer.Definite _ ->
                new Candidates.Bases(
                        List.of(),
                        AnswerText.name(host.host()) + " is an alias, and neither it nor its addresses are signed");
            case Answer.Bogus bogus -> new Candidates.Undecidable(AnswerText.sentence(bogus));
            case Answer.Failed failed -> new Candidates.Undecidable(AnswerText.sentence(failed));
        };
    }

    /** What follows for DANE from all look-ups. */
    static Dane dane(HostObservation host) {
        return switch (candidates(host)) {
            case Candidates.Bases bases -> dane(host, bases);
            case Candidates.Undecidable undecidable -> new Dane.Undecidable("D1", undecidable.why());
            case Candidates.AskCname _ ->
                new Dane.Undecidable("D1", "The alias " + AnswerText.name(host.host()) + " was not looked up.");
        };
    }

    private static Dane dane(HostObservation host, Candidates.Bases bases) {
        for (Name base : bases.names()) {
            Optional<Answer> asked = host.tlsa().stream()
                    .filter(t -> t.base().equals(base))
                    .map(TlsaObservation::answer)
                    .findFirst();
            if (asked.isEmpty()) {
                return new Dane.Undecidable(
                        "D1", "The TLSA records of " + AnswerText.name(base) + " were not looked up.");
            }
            switch (asked.get()) {
                case Answer.Secure secure
                when !secure.content().recordsOrNone().isEmpty() -> {
                    return present(base, secure.content()); // D7: the answer's own aliases do not move the base
                }
                case Answer.Definite _ -> {
                    // no secure records under this name: the next candidate
                }
                // D6: an error at the first candidate is final; the second might be an attacker's choice
                case Answer.Bogus bogus -> {
                    return new Dane.Undecidable("D1", AnswerText.sentence(bogus));
                }
                case Answer.Failed failed -> {
                    return new Dane.Undecidable("D1", AnswerText.sentence(failed));
                }
            }
        }
        return new Dane.Absent(
                bases.names().isEmpty()
                        ? bases.why()
                        : AnswerText.name(host.host()) + " has no TLSA records that DNSSEC vouches for");
    }

    private static Dane present(Name base, Content content) {
        try {
            return new Dane.Present(base, TlsaRrset.of(content));
        } catch (LimitExceededException e) {
            return new Dane.Undecidable("D30", AnswerText.name(base) + " has " + e.getMessage() + ".");
        }
    }
}
