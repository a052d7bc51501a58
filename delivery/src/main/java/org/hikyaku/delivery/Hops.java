package org.hikyaku.delivery;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Route;

/**
 * Which host the mail of a domain goes to next, remembered from one mail to the next, so that domains behind one host share
 * its lanes: a thousand domains at a provider that is down are one dead destination and not a thousand.
 */
final class Hops {
    static final Limit REMEMBERED = new Limit("domains whose next host is remembered", 100_000);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, String> hosts = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock

    /** As far as it is known; the domain itself before a first look. */
    String of(String domain, Destination destination) {
        return destination.nextHop().map(Hops::smartHost).orElseGet(() -> {
            String name = domain.toLowerCase(Locale.ROOT);
            lock.lock();
            try {
                return hosts.getOrDefault(name, name);
            } finally {
                lock.unlock();
            }
        });
    }

    /** Remembers what a look has brought. */
    String learn(String domain, Destination destination, Route route) {
        if (destination.nextHop().isPresent()) {
            return smartHost(destination.nextHop().get());
        }
        String name = domain.toLowerCase(Locale.ROOT);
        String host = route instanceof Route.Hosts some ? best(some, name) : name;
        lock.lock();
        try {
            hosts.put(name, host);
            if (hosts.size() > REMEMBERED.value()) {
                hosts.remove(hosts.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
        return host;
    }

    private static String smartHost(NextHop hop) {
        return "by way of " + hop.target() + ":" + hop.port();
    }

    /** Of hosts with the best preference the first by name, whatever order they came in. */
    private static String best(Route.Hosts route, String domain) {
        return route.hosts().stream()
                .filter(h -> !(h.plan().requirement() instanceof Requirement.DoNotUse))
                .min(Comparator.comparingInt(Route.Host::preference)
                        .thenComparing(h -> h.plan().host()))
                .map(h -> "host " + Journey.name(h.plan().host()).toLowerCase(Locale.ROOT) + ":"
                        + h.plan().port())
                .orElse(domain);
    }
}
