package org.hikyaku.delivery;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.Route;
import org.xbill.DNS.Name;

/**
 * Where mail goes and what must be shown there. What was observed is used for a few seconds, so that a burst of mails to
 * one domain does not ask anew for each.
 */
final class RouteBook {
    static final Duration FRESH = Duration.ofSeconds(5);

    static final Limit KEPT = new Limit("routes kept", 20_000);

    private final Observer observer;
    private final int port;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock

    private record Key(Where where, Destination destination, Demand demand) {}

    private record Entry(Plotted plotted, long until) {}

    /** Where a route is asked for. */
    sealed interface Where {
        /** The MX hosts of a domain. */
        record MxOf(Name domain, int port) implements Where {}

        record Host(Name host, int port) implements Where {}

        record Address(InetAddress address, int port) implements Where {}
    }

    /**
     * A route.
     *
     * @param observation what it follows from; empty for an address
     * @param counted the route as it is for an ordinary message: by that a session is counted for TLS-RPT
     */
    record Plotted(Optional<DomainObservation> observation, Route route, Route counted) {}

    RouteBook(Seams seams, int port) {
        this.observer = new Observer(seams.lookup(), seams.sts(), seams.clock());
        this.port = port;
    }

    /** Where mail goes for a domain, or instead of it. */
    Where where(Name domain, Destination destination) {
        return destination
                .nextHop()
                .<Where>map(hop -> switch (hop.target()) {
                    case NextHop.Target.MxOf mx -> new Where.MxOf(mx.domain(), hop.port());
                    case NextHop.Target.Host host -> new Where.Host(host.host(), hop.port());
                    case NextHop.Target.Address address -> new Where.Address(address.address(), hop.port());
                })
                .orElseGet(() -> new Where.MxOf(domain, port));
    }

    Where where(InetAddress address, Destination destination) {
        return destination.nextHop().isPresent() ? where(Name.root, destination) : new Where.Address(address, port);
    }

    /** The route, perhaps one of a few seconds ago. */
    Plotted route(Where where, Destination destination, Demand demand) {
        Key key = new Key(where, destination, demand);
        lock.lock();
        try {
            Entry entry = entries.get(key);
            if (entry != null && entry.until() - System.nanoTime() > 0) {
                return entry.plotted();
            }
        } finally {
            lock.unlock();
        }
        return fresh(where, destination, demand);
    }

    /** The route as it is now. */
    Plotted fresh(Where where, Destination destination, Demand demand) {
        Plotted plotted = plot(where, destination, demand);
        if (keepable(plotted.route())) {
            keep(new Key(where, destination, demand), plotted);
        }
        return plotted;
    }

    private Plotted plot(Where where, Destination destination, Demand demand) {
        Planner planner = new Planner(destination.plannerOptions());
        return switch (where) {
            case Where.MxOf mx -> planned(planner, observer.observe(mx.domain(), mx.port()), demand);
            case Where.Host host -> planned(planner, observer.observeRoute(host.host(), host.port()), demand);
            case Where.Address address -> {
                Route route = planner.planAddress(address.address(), address.port(), demand);
                yield new Plotted(Optional.empty(), route, route);
            }
        };
    }

    private static Plotted planned(Planner planner, DomainObservation seen, Demand demand) {
        Route route = planner.plan(seen, demand);
        return new Plotted(
                Optional.of(seen), route, demand == Demand.REQUIRE_TLS ? planner.plan(seen, Demand.ORDINARY) : route);
    }

    /** What could not be found out is asked again. */
    private static boolean keepable(Route route) {
        return route instanceof Route.Hosts hosts
                && hosts.hosts().stream()
                        .noneMatch(h -> h.plan().requirement() instanceof Requirement.DoNotUse not
                                && not.cause() == Cause.UNDECIDABLE);
    }

    private void keep(Key key, Plotted plotted) {
        lock.lock();
        try {
            entries.put(key, new Entry(plotted, System.nanoTime() + FRESH.toNanos()));
            if (entries.size() > KEPT.value()) {
                entries.remove(entries.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}
