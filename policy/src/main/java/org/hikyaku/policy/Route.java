package org.hikyaku.policy;

import java.net.InetAddress;
import java.util.List;
import org.hikyaku.dns.Answer;

/** What a recipient domain comes to. */
public sealed interface Route {

    /**
     * MX hosts in order of preference, each with what it must show; hosts that must not be used are among them (D18:
     * DANE hosts are not promoted).
     */
    record Hosts(List<Host> hosts) implements Route {
        public Hosts {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * One MX host.
     *
     * @param preference as in the MX record; 0 for the implicit MX
     * @param addresses where it can be reached, IPv6 first, at most {@link HostAddresses#MAX_TRIED}; empty when the plan rules the host out
     * @param plan what it must show
     */
    record Host(int preference, List<InetAddress> addresses, DeliveryPlan plan) {
        public Host {
            addresses = List.copyOf(addresses);
        }
    }

    /** Mail is returned. */
    record NoMail(Reason reason, String why) implements Route {

        public enum Reason {
            /** The domain says so itself (RFC 7505). */
            NULL_MX,
            NO_SUCH_DOMAIN,
            /** Neither MX nor addresses, or MX hosts none of which has an address. */
            NO_ADDRESS
        }
    }

    /** The MX set cannot be known: mail waits (D1, D2). */
    record Unknown(Answer cause, String why) implements Route {}
}
