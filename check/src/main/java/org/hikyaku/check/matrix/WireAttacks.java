package org.hikyaku.check.matrix;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.TlsaRrset;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Name;

/** What a sender sees of a session when somebody on the way has his hands in it. */
final class WireAttacks {
    private final ModelCertificates certificates;
    private final TrustAnchors authorities;
    private final PathFinder paths;
    private final List<Certificate> ownChain;

    WireAttacks(ModelCertificates certificates, TrustAnchors authorities) {
        this.certificates = certificates;
        this.authorities = authorities;
        this.paths = new PathFinder(authorities);
        this.ownChain = certificates.issued(Set.of(text(ForgedDns.HOST)));
    }

    /**
     * What the sender sees, and the plan that it is judged by: the sender's own, but where the attacker is the very
     * authority that the plan relies on, that authority is the model's.
     */
    record Session(DeliveryPlan plan, SessionOutcome outcome) {}

    /** All that an attacker can try at one host. */
    @FunctionalInterface
    interface Attack {
        List<Session> on(DeliveryPlan plan);
    }

    /** A certificate that the attacker has by right: for his own name, from an authority that senders trust. */
    List<Certificate> ownChain() {
        return ownChain;
    }

    List<Session> stripped(DeliveryPlan plan) {
        return List.of(new Session(plan, withoutTls()));
    }

    /**
     * No handshake succeeds; or only one of an older version does, with the server itself.
     *
     * @param seen what came of true sessions with the host
     */
    List<Session> broken(DeliveryPlan plan, List<SessionOutcome> seen) {
        SessionOutcome failed = new SessionOutcome.HandshakeFailed(
                attacker(),
                new HandshakeFailure(
                        HandshakeFailure.Stage.HELLO,
                        Optional.of("handshake_failure"),
                        true,
                        "every attempt ends with a forged alert"));
        List<Certificate> chain = chains(seen).findFirst().orElse(List.of());
        return List.of(new Session(plan, failed), new Session(plan, established(TlsVersion.TLSV1_0, chain)));
    }

    /** He answers in the server's place: without TLS, or with a certificate that nobody vouches for. */
    List<Session> fake(DeliveryPlan plan) {
        return List.of(
                new Session(plan, withoutTls()),
                new Session(plan, established(TlsVersion.TLSV1_3, certificates.selfSigned(names(plan)))));
    }

    /** As {@link #fake}, or with the certificate of his own name. */
    List<Session> fakeWithOwnName(DeliveryPlan plan) {
        return Stream.concat(fake(plan).stream(), Stream.of(own(plan))).toList();
    }

    /** The sender came to the attacker's host by its name. */
    List<Session> atHisOwnHost(DeliveryPlan plan) {
        return List.of(own(plan), new Session(plan, withoutTls()));
    }

    private Session own(DeliveryPlan plan) {
        return new Session(plan, established(TlsVersion.TLSV1_3, ownChain));
    }

    /**
     * He has a certificate for the server's name from a publicly trusted authority. Which one, he chooses: under DANE-TA
     * the one that the record names, where that is a public one (RFC 7671 section 5.2).
     *
     * @param seen what came of true sessions with the host
     */
    List<Session> rogue(DeliveryPlan plan, List<SessionOutcome> seen) {
        return List.of(new Session(
                withModelFor(publicAuthorities(seen), plan),
                established(TlsVersion.TLSV1_3, certificates.issued(names(plan)))));
    }

    private Set<Certificate> publicAuthorities(List<SessionOutcome> seen) {
        Set<Certificate> all = new HashSet<>(authorities.certificates());
        chains(seen).forEach(chain -> {
            if (paths.findIgnoringDates(chain) instanceof PathResult.Trusted trusted) {
                all.addAll(trusted.path().subList(1, trusted.path().size()));
            }
        });
        return all;
    }

    private DeliveryPlan withModelFor(Set<Certificate> authorities, DeliveryPlan plan) {
        Requirement requirement = switch (plan.requirement()) {
            case Requirement.Dane dane -> withModelFor(authorities, dane);
            case Requirement.Both both -> new Requirement.Both(withModelFor(authorities, both.dane()), both.sts());
            case Requirement.Opportunistic _,
                    Requirement.Encrypt _,
                    Requirement.StsPkix _,
                    Requirement.VerifiedName _,
                    Requirement.Configured _,
                    Requirement.DoNotUse _ -> plan.requirement();
        };
        return new DeliveryPlan(
                plan.host(), plan.port(), requirement, plan.testing(), plan.sni(), plan.demand(), plan.why());
    }

    private Requirement.Dane withModelFor(Set<Certificate> authorities, Requirement.Dane dane) {
        List<TlsaRecord> records = dane.rrset().records().stream()
                .map(r -> r.usable()
                                && r.usage() == TlsaRecord.DANE_TA
                                && authorities.stream().anyMatch(r::selects)
                        ? TlsaRecord.of(r.usage(), r.selector(), r.matchingType(), certificates.authority())
                        : r)
                .toList();
        try {
            return new Requirement.Dane(dane.base(), TlsaRrset.of(records), dane.names(), dane.secureMx());
        } catch (LimitExceededException e) {
            throw new IllegalStateException("as many records as before", e);
        }
    }

    private static Stream<List<Certificate>> chains(List<SessionOutcome> seen) {
        return seen.stream()
                .filter(Established.class::isInstance)
                .map(o -> ((Established) o).facts().chain())
                .filter(c -> !c.isEmpty());
    }

    /** All names by which the plan may know the server. */
    private static Set<String> names(DeliveryPlan plan) {
        Set<String> names = new TreeSet<>(List.of(text(plan.host()), text(plan.sni())));
        List<Name> references = new ArrayList<>();
        switch (plan.requirement()) {
            case Requirement.Dane dane -> references.addAll(dane.names());
            case Requirement.Both both -> references.addAll(both.dane().names());
            case Requirement.Opportunistic _,
                    Requirement.Encrypt _,
                    Requirement.StsPkix _,
                    Requirement.VerifiedName _,
                    Requirement.Configured _,
                    Requirement.DoNotUse _ -> {
                // known by the host's name alone
            }
        }
        references.forEach(n -> names.add(text(n)));
        return names;
    }

    private static String text(Name name) {
        return name.toString(true);
    }

    private static SessionOutcome withoutTls() {
        return new SessionOutcome.NoStartTls(attacker(), ehlo(), Optional.empty());
    }

    private static SessionOutcome established(TlsVersion version, List<Certificate> chain) {
        boolean modern = version.atLeast(TlsVersion.TLSV1_3);
        SessionFacts facts = new SessionFacts(
                version,
                modern ? "TLS_AES_128_GCM_SHA256" : "TLS_RSA_WITH_AES_128_CBC_SHA",
                modern ? 0x1301 : 0x002f,
                128,
                modern ? Optional.of("x25519") : Optional.empty(),
                modern ? Optional.of("ecdsa_secp256r1_sha256") : Optional.empty(),
                chain,
                Optional.empty(),
                Optional.empty(),
                false,
                modern,
                modern);
        return new Established(attacker(), facts, ehlo());
    }

    private static EhloReply ehlo() {
        return new EhloReply("", "", Map.of());
    }

    private static InetSocketAddress attacker() {
        return new InetSocketAddress(ForgedDns.address(), 25);
    }
}
