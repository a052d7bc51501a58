package org.hikyaku.policy;

import java.util.List;
import org.hikyaku.dns.Answer;

/** What a recipient domain comes to. */
public sealed interface Route {

    /** MX hosts in order of preference, each with what it must show; hosts that must not be used are among them. */
    record Hosts(List<Host> hosts) implements Route {
        public Hosts {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * One MX host.
     *
     * @param preference as in the MX record; 0 for the implicit MX
     * @param plan what it must show
     */
    record Host(int preference, DeliveryPlan plan) {}

    /** Null MX, no such domain, or a domain with neither MX nor addresses: mail is returned. */
    record NoMail(String why) implements Route {}

    /** The MX set cannot be known: mail waits (D1, D2). */
    record Unknown(Answer cause, String why) implements Route {}
}
