package org.hikyaku.policy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.Name;

/**
 * Everything that was observed about one recipient domain before any SMTP connection. Pure data: an attacker who forges
 * DNS or blocks port 443 is modelled by editing it.
 *
 * @param domain the next-hop domain as asked for, absolute, in A-labels
 * @param port the port that mail goes to; part of the TLSA prefix (D8)
 * @param mx the answer for MX
 * @param hosts what was looked up for each exchange (or for the domain itself when it has no MX), by its name as it
 *     stands in the MX record
 * @param sts what is known of the domain's MTA-STS policy
 * @param at when
 */
public record DomainObservation(
        Name domain, int port, Answer mx, Map<Name, HostObservation> hosts, StsObservation sts, Instant at) {

    public DomainObservation {
        hosts = Map.copyOf(hosts);
    }

    /**
     * Look-ups for one MX host, in the order of RFC 7672 section 2.2: addresses first, TLSA only where these are secure
     * (D3).
     *
     * @param host the exchange as it stands in the MX record
     * @param a the answer for A
     * @param aaaa the answer for AAAA
     * @param cname the answer for CNAME, asked only where the addresses are insecure behind an alias (D5)
     * @param tlsa the TLSA look-ups made, in order of the candidates (D6); empty where DANE is ruled out
     */
    public record HostObservation(
            Name host, Answer a, Answer aaaa, Optional<Answer> cname, List<TlsaObservation> tlsa) {
        public HostObservation {
            tlsa = List.copyOf(tlsa);
        }
    }

    /**
     * One TLSA look-up.
     *
     * @param base the TLSA base domain that was tried
     * @param answer the answer for {@code _port._tcp.base}
     */
    public record TlsaObservation(Name base, Answer answer) {}
}
