package org.hikyaku.check;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.grade.MailFacts;
import org.hikyaku.check.grade.MailFacts.Address;
import org.hikyaku.check.grade.MailFacts.Dane;
import org.hikyaku.check.grade.MailFacts.MxStatus;
import org.hikyaku.check.grade.MailFacts.Signed;
import org.hikyaku.check.grade.MailGrader;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Proof;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.DomainObservation.TlsaObservation;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.TlsaRrset;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.smtp.SessionOutcome.NotReached;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;

/** Measures the servers of a domain and says what its grade is to be made of. Who may be trusted was judged before. */
final class DomainGrading {
    private final MailGrader grader;
    private final ServerProbe probe;
    private final PathFinder paths;

    DomainGrading(Profile profile, ServerProbe probe, PathFinder paths) {
        this.grader = new MailGrader(profile);
        this.probe = probe;
        this.paths = paths;
    }

    DomainGrade grade(Evidence evidence) {
        return grader.grade(new MailFacts(
                mx(evidence),
                signed(List.of(evidence.observation().mx())),
                hosts(evidence),
                evidence.auth().map(AuthMarks::of).orElse(List.of())));
    }

    private static MxStatus mx(Evidence evidence) {
        if (!(evidence.observation().mx() instanceof Answer.Definite definite)) {
            return MxStatus.UNKNOWN;
        }
        List<Name> exchanges = definite.content().recordsOrNone().stream()
                .filter(MXRecord.class::isInstance)
                .map(r -> ((MXRecord) r).getTarget())
                .toList();
        boolean none = exchanges.contains(Name.root);
        if (exchanges.isEmpty()) {
            // internet.nl advises a null MX where there is an address and SPF says that nothing is sent.
            boolean nothing = evidence.auth().filter(MailAuthWords::nobodySends).isPresent();
            return nothing && evidence.route() instanceof Route.Hosts ? MxStatus.NO_NULL_MX : MxStatus.NO_MX;
        }
        return none ? exchanges.size() == 1 ? MxStatus.NULL_MX : MxStatus.NULL_MX_WITH_OTHER_MX : MxStatus.HAS_MX;
    }

    private static Signed signed(List<Answer> answers) {
        if (answers.stream().anyMatch(Answer.Bogus.class::isInstance)) {
            return Signed.BOGUS;
        }
        for (Answer answer : answers) {
            if (answer instanceof Answer.Insecure insecure) {
                return insecure.proof()
                                .firstNotSecure()
                                .filter(l -> l.delegation().vouching() == Proof.Vouching.UNSUPPORTED_DS)
                                .isPresent()
                        ? Signed.UNSUPPORTED_ALGORITHM
                        : Signed.INSECURE;
            }
        }
        return answers.stream().anyMatch(Answer.Secure.class::isInstance) ? Signed.SECURE : Signed.UNKNOWN;
    }

    private List<MailFacts.Host> hosts(Evidence evidence) {
        if (evidence.route() instanceof Route.NoMail) {
            // MX hosts without addresses: there is nobody to ask, which internet.nl counts as unreachable.
            return evidence.observation().hosts().values().stream()
                    .map(o -> host(evidence, Words.name(o.host()), Optional.of(o), Optional.empty(), List.of()))
                    .toList();
        }
        Set<String> graded = evidence.hosts().stream()
                .map(HostEvidence::name)
                .sorted()
                .limit(MailGrader.HOSTS)
                .collect(Collectors.toSet());
        boolean somebodyAnswers = evidence.hosts().stream()
                .flatMap(h -> h.addresses().stream())
                .anyMatch(a -> !(a.outcome() instanceof NotReached));
        return Together.run(evidence.hosts().stream()
                .<Callable<MailFacts.Host>>map(h -> () -> host(
                        evidence,
                        h.name(),
                        h.observed(),
                        Optional.of(h),
                        Together.run((graded.contains(h.name()) ? tried(h) : List.<AddressEvidence>of())
                                .stream()
                                        .<Callable<Address>>map(a -> () -> address(h, a, somebodyAnswers))
                                        .toList())))
                .toList());
    }

    /** IPv6 addresses that this machine cannot reach are no matter of the host when it has others. */
    private static List<AddressEvidence> tried(HostEvidence host) {
        List<AddressEvidence> reachable = host.addresses().stream()
                .filter(a -> !MxExamination.noIpv6Here(a))
                .toList();
        return reachable.isEmpty() ? host.addresses() : reachable;
    }

    private MailFacts.Host host(
            Evidence evidence,
            String name,
            Optional<HostObservation> observed,
            Optional<HostEvidence> host,
            List<Address> addresses) {
        Optional<TlsaRrset> records = host.flatMap(DomainGrading::records);
        Optional<List<Certificate>> chain = chain(host, addresses);
        return new MailFacts.Host(
                name,
                observed.map(o -> signed(List.of(o.a(), o.aaaa()))).orElse(Signed.UNKNOWN),
                ipv6(observed, host),
                host.map(h -> dane(h, observed, records)).orElse(Dane.UNKNOWN),
                records.filter(r -> r.usable().size() > 1).isPresent(),
                chain.map(c -> Known.of(paths.find(c, evidence.at()) instanceof PathResult.Trusted))
                        .orElse(Known.UNKNOWN),
                chain.map(c -> Known.of(NameMatch.matches(c.getFirst(), name, CommonName.NEVER)))
                        .orElse(Known.UNKNOWN),
                records.filter(r -> r.usable().stream().anyMatch(t -> t.usage() == TlsaRecord.DANE_TA))
                        .isPresent(),
                addresses);
    }

    private static MailFacts.Ipv6 ipv6(Optional<HostObservation> observed, Optional<HostEvidence> host) {
        Optional<Content> answer = observed.flatMap(o -> Answers.content(o.aaaa()));
        List<AddressEvidence> over6 = host.map(HostEvidence::addresses).orElse(List.of()).stream()
                .filter(a -> a.address().getAddress() instanceof Inet6Address)
                .filter(a -> !MxExamination.noIpv6Here(a))
                .toList();
        // IPv4-mapped addresses are no IPv6 (internet.nl issues 146 and 655); Java makes IPv4 of them.
        int addresses = (int) answer.map(Content::recordsOrNone).orElse(List.of()).stream()
                .filter(r -> r instanceof AAAARecord a && a.getAddress() instanceof Inet6Address)
                .count();
        return new MailFacts.Ipv6(answer.isPresent(), addresses, over6.size(), (int)
                over6.stream().filter(a -> connected(a.outcome())).count());
    }

    /** internet.nl asks for a TCP connection only. */
    private static boolean connected(SessionOutcome outcome) {
        return switch (outcome) {
            case NotReached not ->
                switch (not.reason()) {
                    case REFUSED, TIMEOUT, NO_ROUTE, LIMIT -> false;
                    case BROKEN, TURNED_AWAY_FOR_NOW, TURNED_AWAY -> true;
                };
            case SessionOutcome.NoStartTls _, SessionOutcome.HandshakeFailed _, Established _ -> true;
        };
    }

    private static Optional<TlsaRrset> records(HostEvidence host) {
        return Answers.secureTlsa(host)
                .flatMap(t -> Answers.content(t.answer()))
                .flatMap(c -> {
                    try {
                        return Optional.of(TlsaRrset.of(c));
                    } catch (LimitExceededException e) {
                        return Optional.empty(); // a finding of DaneExamination
                    }
                });
    }

    private static Dane dane(HostEvidence host, Optional<HostObservation> observed, Optional<TlsaRrset> records) {
        List<Answer> answers = observed.map(HostObservation::tlsa).orElse(List.of()).stream()
                .map(TlsaObservation::answer)
                .toList();
        if (answers.stream().anyMatch(Answer.Bogus.class::isInstance)) {
            return Dane.BOGUS;
        }
        if (records.filter(r -> !r.usable().isEmpty()).isEmpty()) {
            return answers.stream().anyMatch(Answer.Failed.class::isInstance) ? Dane.UNKNOWN : Dane.ABSENT;
        }
        boolean refused = host.addresses().stream().anyMatch(DomainGrading::doesNotMatch);
        boolean proved = host.addresses().stream()
                .anyMatch(a -> a.verdict() instanceof Verdict.Authenticated v
                                && (v.by() instanceof Verdict.By.Dane || v.by() instanceof Verdict.By.Both)
                        || wrongNameOnly(a));
        return refused ? Dane.BROKEN : proved ? Dane.VALID : Dane.UNKNOWN;
    }

    private static boolean doesNotMatch(AddressEvidence attempt) {
        return attempt.outcome() instanceof Established
                && attempt.verdict() instanceof Verdict.Refused refused
                && refused.refusal().rule().startsWith("D")
                && !wrongNameOnly(attempt);
    }

    /** internet.nl's DANE subtest does not look at names; the certificate's name is a subtest of its own. */
    private static boolean wrongNameOnly(AddressEvidence attempt) {
        return attempt.verdict() instanceof Verdict.Refused refused
                && refused.refusal().rule().startsWith("D")
                && refused.refusal()
                        .type()
                        .filter(ResultType.CERTIFICATE_HOST_MISMATCH::equals)
                        .isPresent();
    }

    private static Optional<List<Certificate>> chain(Optional<HostEvidence> host, List<Address> addresses) {
        Stream<List<Certificate>> dialled = host.map(HostEvidence::addresses).orElse(List.of()).stream()
                .map(AddressEvidence::outcome)
                .filter(Established.class::isInstance)
                .map(o -> ((Established) o).facts().chain());
        Stream<List<Certificate>> probed = addresses.stream()
                .filter(Address.Probed.class::isInstance)
                .flatMap(a -> ((Address.Probed) a).facts().chains().stream());
        return Stream.concat(dialled, probed).filter(c -> !c.isEmpty()).findFirst();
    }

    private Address address(HostEvidence host, AddressEvidence attempt, boolean somebodyAnswers) {
        InetSocketAddress address = attempt.address();
        return switch (attempt.outcome()) {
            case NotReached not -> {
                boolean mayBeUs = switch (not.reason()) {
                    case NO_ROUTE, TURNED_AWAY_FOR_NOW -> true;
                    case TIMEOUT -> !somebodyAnswers; // many networks drop port 25 on the way out
                    case REFUSED, BROKEN, TURNED_AWAY, LIMIT -> false;
                };
                yield mayBeUs
                        ? new Address.NotFoundOut(address, not.sentence())
                        : new Address.Unreachable(address, not.sentence());
            }
            case SessionOutcome.NoStartTls none ->
                new Address.NoTls(
                        address,
                        none.refusal().map(r -> "STARTTLS is refused: " + r).orElse("STARTTLS is not offered"));
            case SessionOutcome.HandshakeFailed failed -> {
                ServerFacts facts = probe(host, address);
                yield facts.reached() || facts.refusing()
                        ? probed(facts)
                        : new Address.NoTls(address, failed.failure().sentence());
            }
            case Established _ -> probed(probe(host, address));
        };
    }

    private ServerFacts probe(HostEvidence host, InetSocketAddress address) {
        return probe.probe(address, Optional.of(Words.name(host.host().plan().sni())));
    }

    private static Address probed(ServerFacts facts) {
        List<String> trouble = new ArrayList<>(facts.trouble());
        return facts.reached()
                ? new Address.Probed(facts)
                : new Address.NotFoundOut(
                        facts.address(), trouble.isEmpty() ? "the server stopped answering" : trouble.getFirst());
    }
}
