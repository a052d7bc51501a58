package org.hikyaku.check;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.auth.Asker;
import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.check.auth.NameServers;
import org.hikyaku.check.auth.Reverse;
import org.hikyaku.check.auth.caa.CaaReader;
import org.hikyaku.check.auth.caa.CaaReport;
import org.hikyaku.check.auth.dkim.DkimReader;
import org.hikyaku.check.auth.dkim.DkimReport;
import org.hikyaku.check.auth.dkim.DkimSelectors;
import org.hikyaku.check.auth.dmarc.DmarcReader;
import org.hikyaku.check.auth.dmarc.DmarcReport;
import org.hikyaku.check.auth.spf.SpfReader;
import org.hikyaku.check.auth.spf.SpfReport;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Question;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.HostAddresses;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Looks up what one domain publishes about sending and issuing, everything side by side, each question once. */
final class AuthObserver {
    /** Hosts and addresses past these are left alone, as internet.nl leaves MX hosts past ten. */
    private static final int MOST_HOSTS = 10;

    private static final int MOST_ADDRESSES = 40;

    private final Lookup lookup;
    private final CheckOptions options;
    private final Map<Question, Answer> answers = new ConcurrentHashMap<>();

    AuthObserver(Lookup lookup, CheckOptions options) {
        this.lookup = lookup;
        this.options = options;
    }

    /** What hangs on the domain alone. */
    record OfDomain(SpfReport spf, DmarcReport dmarc, DkimReport dkim, NameServers nameServers, List<Answer> own) {}

    /** What hangs on its mail servers. */
    record OfHosts(Map<Name, CaaReport> caa, List<Reverse> reverse) {}

    OfDomain ofDomain(Name domain) {
        Asker asker = this::ask;
        Together.Both<Together.Both<SpfReport, DmarcReport>, Together.Both<DkimReport, NameServers>> seen =
                Together.both(
                        () -> Together.both(() -> SpfReader.read(domain, asker), () -> DmarcReader.read(domain, asker)),
                        () -> Together.both(
                                () -> DkimReader.read(domain, options.dkimSelectors(), DkimSelectors.common(), asker),
                                () -> NameServers.read(domain, asker)));
        return new OfDomain(
                seen.first().first(),
                seen.first().second(),
                seen.second().first(),
                seen.second().second(),
                own(domain));
    }

    OfHosts ofHosts(DomainObservation observation, Route route) {
        if (!(route instanceof Route.Hosts hosts)) {
            return new OfHosts(Map.of(), List.of());
        }
        List<Name> names = new ArrayList<>(hosts.hosts().stream()
                .map(h -> h.plan().host())
                .limit(MOST_HOSTS)
                .toList());
        if (observation.sts() instanceof StsObservation.InForce) {
            below("mta-sts", observation.domain()).ifPresent(names::add);
        }
        List<InetAddress> addresses = hosts.hosts().stream()
                .flatMap(h ->
                        Optional.ofNullable(observation.hosts().get(h.plan().host())).stream())
                .flatMap(o -> HostAddresses.all(o).stream())
                .distinct()
                .limit(MOST_ADDRESSES)
                .toList();
        Asker asker = this::ask;
        Together.Both<List<CaaReport>, List<Reverse>> seen = Together.both(
                () -> Together.run(names.stream()
                        .distinct()
                        .<Callable<CaaReport>>map(n -> () -> CaaReader.read(n, asker))
                        .toList()),
                () -> Reverse.read(addresses, asker));
        return new OfHosts(seen.first().stream().collect(Collectors.toMap(CaaReport::host, r -> r)), seen.second());
    }

    MailAuth together(OfDomain domain, OfHosts hosts) {
        return new MailAuth(
                domain.spf(),
                domain.dmarc(),
                domain.dkim(),
                domain.nameServers(),
                hosts.caa(),
                hosts.reverse(),
                domain.own());
    }

    private List<Answer> own(Name domain) {
        return Stream.of(Optional.of(domain), below("_dmarc", domain), below("_domainkey", domain))
                .flatMap(Optional::stream)
                .flatMap(n -> Optional.ofNullable(answers.get(new Question(n, Type.TXT))).stream())
                .toList();
    }

    private List<Answer> ask(List<Question> questions) {
        return Together.run(
                questions.stream().<Callable<Answer>>map(q -> () -> answer(q)).toList());
    }

    private Answer answer(Question question) {
        Answer known = answers.get(question);
        if (known != null) {
            return known;
        }
        Answer found = lookup.lookup(question);
        answers.put(question, found);
        return found;
    }

    private static Optional<Name> below(String label, Name domain) {
        try {
            return Optional.of(Name.concatenate(Name.fromString(label), domain));
        } catch (NameTooLongException e) {
            return Optional.empty(); // no such name can exist
        } catch (TextParseException e) {
            throw new IllegalStateException("a constant label parses", e);
        }
    }
}
