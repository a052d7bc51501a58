package org.hikyaku.policy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.DomainObservation.TlsaObservation;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Makes the look-ups of RFC 7672 section 2.2 and RFC 8461 section 3 for a domain, in their right order, those at the
 * same time that do not depend on each other. Each look-up has its own time-out; this class adds none.
 */
public final class Observer {
    /** D2: an MX RRset can be enormous; hosts past this, by preference, are not looked up. */
    public static final Limit MAX_HOSTS = new Limit("MX hosts of one domain", 100);

    private final Lookup lookup;
    private final StsSource sts;
    private final InstantSource clock;

    public Observer(Lookup lookup, StsSource sts, InstantSource clock) {
        this.lookup = lookup;
        this.sts = sts;
        this.clock = clock;
    }

    /**
     * Looks up everything that a sender needs to know before it connects.
     *
     * @param domain the next-hop domain, absolute, in A-labels
     * @param port the port that mail goes to (D8)
     */
    public DomainObservation observe(Name domain, int port) {
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            // S14: the policy is looked up at the domain as given, never at what it is an alias of
            Future<StsObservation> policy = tasks.submit(() -> sts.observe(domain));
            Answer mx = lookup.lookup(domain, Type.MX);
            Map<Name, Future<HostObservation>> hosts = new LinkedHashMap<>();
            for (Name host : hosts(domain, mx)) {
                hosts.put(host, tasks.submit(() -> observeHost(host, port)));
            }
            Map<Name, HostObservation> observed = new LinkedHashMap<>();
            hosts.forEach((name, future) -> observed.put(name, Futures.result(future)));
            return new DomainObservation(domain, port, mx, observed, Futures.result(policy), clock.instant());
        }
    }

    /** Which hosts an MX answer leads to: D20, the domain itself when it is known to have none. */
    private static List<Name> hosts(Name domain, Answer mx) {
        if (!(mx instanceof Answer.Definite definite)) {
            return List.of();
        }
        return switch (definite.content()) {
            case Content.Records records ->
                Planner.exchanges(records).keySet().stream()
                        .limit(MAX_HOSTS.value())
                        .toList();
            case Content.NoData _ -> List.of(domain);
            case Content.NxDomain _ -> List.of();
        };
    }

    /**
     * Looks up a host that mail is configured to go to instead of the domain's own. What is configured is nobody's to
     * forge: the host stands there as under a signed answer, and its own policies are the ones that count (S14).
     */
    public DomainObservation observeRoute(Name host, int port) {
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<StsObservation> policy = tasks.submit(() -> sts.observe(host));
            HostObservation seen = observeHost(host, port);
            Answer configured = new Answer.Secure(
                    new Question(host, Type.MX), new Content.NoData(List.of(), Duration.ZERO), Proof.NONE);
            return new DomainObservation(
                    host, port, configured, Map.of(host, seen), Futures.result(policy), clock.instant());
        }
    }

    /** Looks up one host that mail goes to: an MX host, or the host of a configured route. */
    public HostObservation observeHost(Name host, int port) {
        HostObservation seen;
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> aaaa = tasks.submit(() -> lookup.lookup(host, Type.AAAA));
            Answer a = lookup.lookup(host, Type.A);
            seen = new HostObservation(host, a, Futures.result(aaaa), Optional.empty(), List.of());
        }
        // D3: addresses first; whether anything more is asked depends on their status
        if (HostState.candidates(seen) instanceof HostState.Candidates.AskCname) {
            Answer cname = lookup.lookup(host, Type.CNAME); // D5
            seen = new HostObservation(host, seen.a(), seen.aaaa(), Optional.of(cname), List.of());
        }
        return HostState.candidates(seen) instanceof HostState.Candidates.Bases bases
                ? new HostObservation(host, seen.a(), seen.aaaa(), seen.cname(), tlsa(bases.names(), port))
                : seen;
    }

    /** D6: the candidates in turn, until one has secure records or cannot be found out. */
    private List<TlsaObservation> tlsa(List<Name> bases, int port) {
        List<TlsaObservation> made = new ArrayList<>();
        for (Name base : bases) {
            Answer answer = tlsa(base, port);
            made.add(new TlsaObservation(base, answer));
            boolean next = answer instanceof Answer.Insecure
                    || (answer instanceof Answer.Secure s
                            && s.content().recordsOrNone().isEmpty());
            if (!next) {
                break;
            }
        }
        return made;
    }

    private Answer tlsa(Name base, int port) {
        try {
            return lookup.lookup(tlsaOwner(base, port), Type.TLSA);
        } catch (NameTooLongException e) {
            // a name that no zone can hold has no records
            return new Answer.Insecure(
                    new Question(base, Type.TLSA), new Content.NxDomain(List.of(), Duration.ZERO), Proof.NONE);
        }
    }

    /** {@code _25._tcp.mx.example.} (D8: with the real port). */
    public static Name tlsaOwner(Name base, int port) throws NameTooLongException {
        try {
            return Name.concatenate(Name.fromString("_" + port + "._tcp"), base);
        } catch (NameTooLongException e) {
            throw e;
        } catch (TextParseException e) {
            throw new IllegalStateException("a port makes a good label", e);
        }
    }
}
