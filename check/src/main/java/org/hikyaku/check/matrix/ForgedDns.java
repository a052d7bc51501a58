package org.hikyaku.check.matrix;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.BogusReason;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.ExtendedError;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.DomainObservation.TlsaObservation;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.x509.Certificate;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;

/**
 * What a sender observes when somebody forges DNS answers: where the true answer is secure, a validating sender sees
 * that the forged one is bogus; where it is insecure, it sees what the attacker says (RFC 4035 section 4.3).
 */
final class ForgedDns {
    /** The attacker's own host; below a name that never exists (RFC 6761 section 6.4). */
    static final Name HOST = Name.fromConstantString("mx.attacker.invalid.");

    private static final long TTL = 300;
    private static final Duration LIFE = Duration.ofSeconds(TTL);

    private ForgedDns() {}

    /** Where the attacker's host stands: an address of documentation (RFC 5737). */
    static InetAddress address() {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, 66});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** What a sender sees that does not validate: contents without their status. */
    static DomainObservation unvalidated(DomainObservation observation) {
        Map<Name, HostObservation> hosts = new HashMap<>();
        observation
                .hosts()
                .forEach((name, host) -> hosts.put(
                        name,
                        new HostObservation(
                                host.host(),
                                unvalidated(host.a()),
                                unvalidated(host.aaaa()),
                                host.cname().map(ForgedDns::unvalidated),
                                List.of())));
        return new DomainObservation(
                observation.domain(),
                observation.port(),
                unvalidated(observation.mx()),
                hosts,
                observation.sts(),
                observation.at());
    }

    private static Answer unvalidated(Answer answer) {
        return switch (answer) {
            case Answer.Definite definite -> new Answer.Insecure(definite.question(), definite.content(), Proof.NONE);
            case Answer.Bogus bogus ->
                // what such a sender takes for true was thrown away with the answer
                new Answer.Failed(
                        bogus.question(),
                        new Failure(
                                Failure.Kind.UNANSWERABLE,
                                "What a sender that does not validate makes of this answer is not known: "
                                        + bogus.reason().sentence()));
            case Answer.Failed failed -> failed;
        };
    }

    /**
     * The MX answer is forged: mail is to go to the attacker's own host.
     *
     * @param tlsa the records that the attacker publishes, signed, for his host; empty: his zone is not signed
     */
    static DomainObservation otherMx(
            DomainObservation view, StsObservation sts, boolean validates, Optional<Certificate> tlsa) {
        Question question = new Question(view.domain(), Type.MX);
        Content content =
                new Content.Records(List.of(), List.of(new MXRecord(view.domain(), DClass.IN, TTL, 1, HOST)), LIFE);
        return new DomainObservation(
                view.domain(),
                view.port(),
                forged(view.mx(), question, content, validates),
                Map.of(HOST, attackersHost(view.port(), tlsa)),
                sts,
                view.at());
    }

    private static HostObservation attackersHost(int port, Optional<Certificate> tlsa) {
        Content a = new Content.Records(List.of(), List.of(new ARecord(HOST, DClass.IN, TTL, address())), LIFE);
        Content none = new Content.NoData(List.of(), LIFE);
        Question forA = new Question(HOST, Type.A);
        Question forAaaa = new Question(HOST, Type.AAAA);
        if (tlsa.isEmpty()) {
            return new HostObservation(
                    HOST,
                    new Answer.Insecure(forA, a, Proof.NONE),
                    new Answer.Insecure(forAaaa, none, Proof.NONE),
                    Optional.empty(),
                    List.of());
        }
        TlsaRecord record = TlsaRecord.of(TlsaRecord.DANE_EE, TlsaRecord.PUBLIC_KEY, TlsaRecord.SHA2_256, tlsa.get());
        Name owner = Name.fromConstantString("_" + port + "._tcp." + HOST);
        Content records = new Content.Records(
                List.of(),
                List.of(new TLSARecord(
                        owner,
                        DClass.IN,
                        TTL,
                        record.usage(),
                        record.selector(),
                        record.matchingType(),
                        record.data())),
                LIFE);
        return new HostObservation(
                HOST,
                new Answer.Secure(forA, a, Proof.NONE),
                new Answer.Secure(forAaaa, none, Proof.NONE),
                Optional.empty(),
                List.of(new TlsaObservation(
                        HOST, new Answer.Secure(new Question(owner, Type.TLSA), records, Proof.NONE))));
    }

    /** The MX answer is left alone; every address is forged to be the attacker's. */
    static DomainObservation otherAddresses(DomainObservation view, StsObservation sts, boolean validates) {
        Set<Name> open = zonesWithoutDenial(view);
        Map<Name, HostObservation> hosts = new HashMap<>();
        view.hosts().forEach((name, host) -> {
            boolean notices = validates && !isBelowOne(open, name);
            hosts.put(
                    name,
                    new HostObservation(
                            host.host(),
                            forged(host.a(), new Question(name, Type.A), attackersAddress(host.a(), name), notices),
                            forged(
                                    host.aaaa(),
                                    new Question(name, Type.AAAA),
                                    new Content.NoData(aliases(host.aaaa()), LIFE),
                                    notices),
                            host.cname(),
                            host.tlsa()));
        });
        return new DomainObservation(view.domain(), view.port(), view.mx(), hosts, sts, view.at());
    }

    /**
     * Signed zones whose denials prove nothing, because they use more NSEC3 iterations than are computed (RFC 9276 section
     * 3.2): that a name below the apex is no delegation to an unsigned zone cannot be shown, so a forged answer for it
     * counts as insecure, not as bogus.
     */
    private static Set<Name> zonesWithoutDenial(DomainObservation view) {
        Stream<Answer> ofHosts = view.hosts().values().stream()
                .flatMap(h -> Stream.of(
                                Stream.of(h.a(), h.aaaa()),
                                h.cname().stream(),
                                h.tlsa().stream().map(TlsaObservation::answer))
                        .flatMap(answers -> answers));
        return Stream.concat(Stream.of(view.mx(), view.sts().record()), ofHosts)
                .filter(Answer.Definite.class::isInstance)
                .flatMap(a -> ((Answer.Definite) a).proof().links().stream())
                .filter(l -> l.noticed().contains(ExtendedError.UNSUPPORTED_NSEC3_ITERATIONS))
                .map(Proof.Link::zone)
                .collect(Collectors.toSet());
    }

    private static boolean isBelowOne(Set<Name> zones, Name name) {
        return zones.stream().anyMatch(zone -> name.subdomain(zone) && !name.equals(zone));
    }

    /** An alias may be signed although what it leads to is not (D5): it stays, or the forgery shows. */
    private static List<org.xbill.DNS.CNAMERecord> aliases(Answer answer) {
        return answer instanceof Answer.Definite definite ? definite.content().aliases() : List.of();
    }

    private static Content attackersAddress(Answer honest, Name host) {
        List<org.xbill.DNS.CNAMERecord> aliases = aliases(honest);
        Name owner = aliases.isEmpty() ? host : aliases.getLast().getTarget();
        return new Content.Records(aliases, List.of(new ARecord(owner, DClass.IN, TTL, address())), LIFE);
    }

    /** The attacker says that there is none; whoever validates may notice. */
    static Answer absent(Answer honest, boolean validates) {
        return forged(honest, honest.question(), new Content.NoData(List.of(), LIFE), validates);
    }

    private static Answer forged(Answer honest, Question question, Content content, boolean validates) {
        if (!validates) {
            return new Answer.Insecure(question, content, Proof.NONE);
        }
        return switch (honest) {
            case Answer.Insecure _ -> new Answer.Insecure(question, content, Proof.NONE);
            case Answer.Secure secure ->
                new Answer.Bogus(
                        question,
                        new BogusReason(
                                ExtendedError.RRSIGS_MISSING,
                                question.name(),
                                "The answer for " + question
                                        + " is forged: the zone is signed, and the attacker does not"
                                        + " hold its key.",
                                "Nothing is to be mended; this is DNSSEC at work."),
                        secure.proof());
            // whether the zone is signed is not known, or it is and nothing of it can be used anyway
            case Answer.Bogus bogus -> bogus;
            case Answer.Failed failed -> failed;
        };
    }
}
