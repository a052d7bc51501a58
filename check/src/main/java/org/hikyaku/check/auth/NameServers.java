package org.hikyaku.check.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/**
 * The name servers of a domain and their addresses.
 *
 * @param zone the name that has the NS records: the domain or a parent
 * @param servers in the order of the answer; empty when they are not known
 */
public record NameServers(Name zone, List<Server> servers) {
    public NameServers {
        servers = List.copyOf(servers);
    }

    /**
     * One name server.
     *
     * @param known whether both look-ups of its addresses succeeded
     * @param ip6 its IPv6 addresses; IPv4-mapped ones do not count
     */
    public record Server(Name name, boolean known, List<InetAddress> ip4, List<InetAddress> ip6) {
        public Server {
            ip4 = List.copyOf(ip4);
            ip6 = List.copyOf(ip6);
        }
    }

    /** Whether everything about them is known. */
    public boolean known() {
        return !servers.isEmpty() && servers.stream().allMatch(Server::known);
    }

    /** Those with at least one IPv6 address. */
    public List<Server> withIp6() {
        return servers.stream().filter(s -> !s.ip6().isEmpty()).toList();
    }

    public static NameServers read(Name domain, Asker asker) {
        return KnownAnswers.read(asker, known -> read(domain, known));
    }

    /** Where a domain is no zone of its own, its parent's servers answer for it. */
    private static NameServers read(Name domain, KnownAnswers known) {
        for (Name zone = domain; zone.labels() > 1; zone = new Name(zone, 1)) {
            Optional<Answer> answer = known.get(zone, Type.NS);
            if (answer.isEmpty() || !(answer.get() instanceof Answer.Definite definite)) {
                return new NameServers(zone, List.of());
            }
            List<Name> names = definite.content().recordsOrNone().stream()
                    .filter(NSRecord.class::isInstance)
                    .map(r -> ((NSRecord) r).getTarget())
                    .toList();
            if (!names.isEmpty()) {
                List<Server> servers = new ArrayList<>();
                names.forEach(n -> servers.add(server(n, known)));
                return new NameServers(zone, servers);
            }
        }
        return new NameServers(domain, List.of());
    }

    private static Server server(Name name, KnownAnswers known) {
        Optional<Answer> four = known.get(name, Type.A);
        Optional<Answer> six = known.get(name, Type.AAAA);
        List<InetAddress> ip4 = new ArrayList<>();
        List<InetAddress> ip6 = new ArrayList<>();
        if (four.isPresent() && four.get() instanceof Answer.Definite there) {
            there.content().recordsOrNone().forEach(r -> {
                if (r instanceof ARecord a) {
                    ip4.add(a.getAddress());
                }
            });
        }
        if (six.isPresent() && six.get() instanceof Answer.Definite there) {
            there.content().recordsOrNone().forEach(r -> {
                if (r instanceof AAAARecord a && a.getAddress() instanceof Inet6Address v6) {
                    ip6.add(v6);
                }
            });
        }
        boolean both = four.filter(Answer.Definite.class::isInstance).isPresent()
                && six.filter(Answer.Definite.class::isInstance).isPresent();
        return new Server(name, both, ip4, ip6);
    }
}
