package org.hikyaku.delivery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.hikyaku.policy.Route;

/** In which order hosts and addresses are tried (RFC 5321 section 5.1). */
final class Addressing {
    private Addressing() {}

    /** By preference; those of equal preference in random order. */
    static List<Route.Host> hosts(List<Route.Host> route, RandomGenerator random) {
        List<Route.Host> ordered = new ArrayList<>(route);
        Collections.shuffle(ordered, Random.from(random));
        ordered.sort(java.util.Comparator.comparingInt(Route.Host::preference));
        return ordered;
    }

    /** One of each family in turn, so that a family without a way does not use up the tries. */
    static List<InetAddress> addresses(List<InetAddress> all, DeliveryOptions.Families families) {
        List<InetAddress> six =
                all.stream().filter(Inet6Address.class::isInstance).toList();
        List<InetAddress> four =
                all.stream().filter(a -> !(a instanceof Inet6Address)).toList();
        return switch (families) {
            case IPV6_FIRST -> inTurn(six, four);
            case IPV4_FIRST -> inTurn(four, six);
            case IPV6_ONLY -> six;
            case IPV4_ONLY -> four;
        };
    }

    private static List<InetAddress> inTurn(List<InetAddress> first, List<InetAddress> second) {
        List<InetAddress> both = new ArrayList<>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                both.add(first.get(i));
            }
            if (i < second.size()) {
                both.add(second.get(i));
            }
        }
        return both;
    }

    /**
     * Without ourselves, and without those that are no better than we: mail for a domain that we serve as well must not
     * go round in circles (RFC 5321 section 5.1).
     */
    static List<Route.Host> withoutUs(List<Route.Host> route, DeliveryOptions options) {
        int us = route.stream()
                .filter(h -> isUs(h, options))
                .mapToInt(Route.Host::preference)
                .min()
                .orElse(Integer.MAX_VALUE);
        return us == Integer.MAX_VALUE
                ? route
                : route.stream().filter(h -> h.preference() < us).toList();
    }

    private static boolean isUs(Route.Host host, DeliveryOptions options) {
        String name = host.plan().host().toString(true);
        return options.ownNames().stream().anyMatch(name::equalsIgnoreCase)
                || host.addresses().stream().anyMatch(options.ownAddresses()::contains);
    }
}
