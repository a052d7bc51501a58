package org.hikyaku.check.grade;

import java.net.InetSocketAddress;
import java.util.List;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;

/**
 * What a mail domain is graded by. Pure data.
 *
 * @param mx what the domain's MX records say
 * @param signed how far DNSSEC vouches for the domain
 * @param hosts the MX hosts
 * @param elsewhere marks of subtests that others measured: name servers, mail authentication, RPKI
 */
public record MailFacts(MxStatus mx, Signed signed, List<Host> hosts, List<Mark> elsewhere) {
    public MailFacts {
        hosts = List.copyOf(hosts);
        elsewhere = List.copyOf(elsewhere);
    }

    /** internet.nl's cases (checks/tasks/shared.py). */
    public enum MxStatus {
        HAS_MX("has_mx"),
        NO_MX("no_mx"),
        /** No MX, an address, and SPF {@code -all}: a null MX would say it better. */
        NO_NULL_MX("no_null_mx"),
        NULL_MX("null_mx"),
        NULL_MX_WITH_OTHER_MX("null_mx_with_other_mx"),
        NULL_MX_WITHOUT_ADDRESSES("null_mx_without_addresses"),
        /** The look-up failed. */
        UNKNOWN(Mark.UNKNOWN);

        private final String outcome;

        MxStatus(String outcome) {
            this.outcome = outcome;
        }

        /** The name of this outcome in the data file. */
        String outcome() {
            return outcome;
        }
    }

    public enum Signed {
        SECURE,
        INSECURE,
        /** Signed, by algorithms that no longer count. */
        UNSUPPORTED_ALGORITHM,
        BOGUS,
        UNKNOWN
    }

    /** TLSA records and what the server shows. */
    public enum Dane {
        ABSENT,
        /** The answer for TLSA does not validate. */
        BOGUS,
        VALID,
        /** There are usable records and the server does not match them. */
        BROKEN,
        UNKNOWN
    }

    /**
     * One MX host.
     *
     * @param ipv6 its IPv6 addresses
     * @param rollover whether there is a TLSA record more than the present key needs
     * @param trusted a known authority vouches for the certificate
     * @param named the certificate has the host's name
     * @param anchored a TLSA record of usage 2 makes the name count
     * @param addresses what was found at each address that was tried
     */
    public record Host(
            String name,
            Signed signed,
            Ipv6 ipv6,
            Dane dane,
            boolean rollover,
            Known trusted,
            Known named,
            boolean anchored,
            List<Address> addresses) {
        public Host {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * @param known whether the look-up succeeded
     * @param tried how many were tried; none when this machine has no IPv6
     */
    public record Ipv6(boolean known, int addresses, int tried, int reached) {}

    /** One address of an MX host. */
    public sealed interface Address {
        InetSocketAddress address();

        /** TLS came about, or was seen not to. */
        record Probed(ServerFacts facts) implements Address {
            @Override
            public InetSocketAddress address() {
                return facts.address();
            }
        }

        /** It answers, and TLS is not to be had. */
        record NoTls(InetSocketAddress address, String sentence) implements Address {}

        /** Nobody answers. */
        record Unreachable(InetSocketAddress address, String sentence) implements Address {}

        /** It may be us: no route, silence on the way out, "come back later". */
        record NotFoundOut(InetSocketAddress address, String sentence) implements Address {}
    }
}
