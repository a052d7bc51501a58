package org.hikyaku.delivery;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hikyaku.policy.Judge;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** The carrier: knows the routes, keeps open sessions for the next mail, and bounds how much goes on at once. */
public final class Courier implements Carrier, Closeable {
    private final Parts parts;
    private final Lanes lanes;
    private final Hops hops = new Hops();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Replaced as a whole when the configuration is read again. */
    private volatile Destinations destinations;

    /** What all journeys share. */
    record Parts(
            DeliveryOptions options,
            Seams seams,
            RouteBook routes,
            Dialer dialer,
            SessionPool pool,
            Judge judge,
            TlsWords words,
            Counting counting,
            DeliveryLog log) {}

    public Courier(
            DeliveryOptions options, Destinations destinations, Seams seams, SessionCounter counter, DeliveryLog log) {
        Judge judge = new Judge(seams.authorities(), seams.clock());
        this.destinations = destinations;
        this.parts = new Parts(
                options,
                seams,
                new RouteBook(seams, options.port()),
                new Dialer(options, seams),
                new SessionPool(options.kept(), System::nanoTime),
                judge,
                new TlsWords(judge),
                new Counting(judge, counter, seams.clock()),
                log);
        this.lanes = new Lanes(options.concurrency());
        Thread.ofVirtual().name("kept sessions").start(this::sweep);
    }

    /** Another table of destinations from now on; deliveries under way go on as they began. */
    public void use(Destinations other) {
        destinations = other;
    }

    /**
     * The next host of this domain's mail, as far as it is known: the smart host, or the best MX host that was seen last;
     * the domain itself before that. Domains with the same one share its lanes.
     */
    public String hop(String domain) {
        return hops.of(domain, destinations.of(domain));
    }

    /** Whether enough waits for that host: more need not be brought now. */
    public boolean full(String domain) {
        return lanes.full(hop(domain));
    }

    /** How many consignments for this domain may be under way at once; it changes with what its next host takes. */
    public int room(String domain) {
        return lanes.width(hop(domain));
    }

    /** Sessions that are open and wait for a mail. */
    public int kept() {
        return parts.pool().size();
    }

    @Override
    public Carried carry(Consignment mail) throws InterruptedException {
        Destination destination = destinations.of(mail.domain());
        Journey journey = new Journey(parts, mail, destination);
        Optional<RouteBook.Where> where = where(mail.domain(), destination);
        if (where.isEmpty()) {
            return new Carried.Tried(journey.impossible());
        }
        // Looked up before the lane: the names of one domain may take their time without holding up another's.
        RouteBook.Plotted plotted = parts.routes().route(where.get(), destination, mail.demand());
        long seen = System.nanoTime();
        Optional<Lanes.Place> place = lanes.enter(hops.learn(mail.domain(), destination, plotted.route()));
        if (place.isEmpty()) {
            return new Carried.NoPlace();
        }
        Lanes.Reached reached = Lanes.Reached.NOT_TRIED;
        try {
            boolean old = System.nanoTime() - seen > RouteBook.FRESH.toNanos();
            List<RecipientResult> results = journey.run(
                    where.get(), old ? parts.routes().route(where.get(), destination, mail.demand()) : plotted);
            reached = journey.reached();
            return new Carried.Tried(results);
        } finally {
            place.get().leave(reached);
        }
    }

    /** Begins no more deliveries: those that wait for a host are given back. Those under way go on. */
    public void stop() {
        lanes.close();
    }

    private Optional<RouteBook.Where> where(String domain, Destination destination) {
        Optional<InetAddress> literal = literal(domain);
        if (literal.isPresent()) {
            return Optional.of(parts.routes().where(literal.get(), destination));
        }
        try {
            return domain.startsWith("[")
                    ? Optional.empty()
                    : Optional.of(parts.routes().where(Name.fromString(domain, Name.root), destination));
        } catch (TextParseException e) {
            return Optional.empty();
        }
    }

    /** RFC 5321 section 4.1.3. */
    static Optional<InetAddress> literal(String domain) {
        if (!domain.startsWith("[") || !domain.endsWith("]")) {
            return Optional.empty();
        }
        String inside = domain.substring(1, domain.length() - 1);
        boolean six = inside.regionMatches(true, 0, "IPv6:", 0, 5);
        try {
            InetAddress address = InetAddress.ofLiteral(six ? inside.substring(5) : inside);
            return (address instanceof Inet6Address) == six ? Optional.of(address) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void sweep() {
        try {
            while (!closing.await(1, TimeUnit.SECONDS)) {
                parts.pool().sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says goodbye on all kept sessions. Deliveries under way end as they do. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        parts.pool().close();
    }
}
