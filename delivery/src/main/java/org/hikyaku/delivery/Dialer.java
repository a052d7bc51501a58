package org.hikyaku.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tls.TlsVersion;

/**
 * Opens sessions as a plan wants them. The hybrid post-quantum key share makes a ClientHello of more than one packet; a
 * server that dies of that gets a short one on a new connection, and for an hour from then on.
 */
final class Dialer {
    /** How long a server gets short hellos after it died of a long one. */
    static final Duration SHORT_HELLOS = Duration.ofHours(1);

    static final Limit SHORT_HELLOS_KEPT = new Limit("servers that get short hellos", 10_000);

    /** Alerts that say what is wrong, and it is not the length. */
    private static final Set<String> OTHER_REASONS =
            Set.of("protocol_version", "handshake_failure", "insufficient_security", "unrecognized_name");

    private final DeliveryOptions options;
    private final Seams seams;
    private final SmtpClientOptions client;
    private final ConcurrentMap<TlsClientOptions, SmtpClient> clients = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<InetAddress, Long> shortUntil = new LinkedHashMap<>(); // guarded by lock

    Dialer(DeliveryOptions options, Seams seams) {
        this.options = options;
        this.seams = seams;
        DeliveryOptions.Times times = options.times();
        this.client = new SmtpClientOptions(
                options.ehloName(), times.connect(), times.greeting(), times.command(), times.handshake());
    }

    /** One attempt; two connections when the first died of a long hello. */
    SmtpAttempt open(InetSocketAddress address, DeliveryPlan plan, Optional<NextHop> hop) {
        TlsUse use = use(plan, hop);
        Optional<String> sni = byName(plan) ? Optional.of(plan.sni().toString(true)) : Optional.empty();
        boolean longHello = options.postQuantum() && !isShort(address.getAddress());
        SmtpAttempt attempt = client(plan, hop, longHello).open(address, use, sni);
        if (!longHello
                || !(attempt.outcome() instanceof SessionOutcome.HandshakeFailed failed)
                || !diedOfLength(failed.failure())) {
            return attempt;
        }
        SmtpAttempt second = client(plan, hop, false).open(address, use, sni);
        if (second.outcome() instanceof SessionOutcome.Established) {
            remember(address.getAddress());
        }
        return second;
    }

    /** In clear, where nothing forbids it. */
    SmtpAttempt openInClear(InetSocketAddress address, DeliveryPlan plan, Optional<NextHop> hop) {
        return client(plan, hop, false).open(address, TlsUse.NONE, Optional.empty());
    }

    static TlsUse use(DeliveryPlan plan, Optional<NextHop> hop) {
        if (hop.map(NextHop::implicitTls).orElse(false)) {
            return TlsUse.IMPLICIT;
        }
        return plan.requirement() instanceof Requirement.Configured c && c.level() == org.hikyaku.policy.TlsLevel.NONE
                ? TlsUse.NONE
                : TlsUse.STARTTLS;
    }

    /** An address literal is no server name (RFC 6066 section 3). */
    static boolean byName(DeliveryPlan plan) {
        return !plan.host().toString().startsWith("[");
    }

    private static boolean diedOfLength(HandshakeFailure failure) {
        boolean early = switch (failure.stage()) {
            case HELLO, CLOSED, TIMEOUT -> true;
            case NOT_TLS, AUTHENTICATION, FINISHED -> false;
        };
        return early && failure.alert().filter(OTHER_REASONS::contains).isEmpty();
    }

    private SmtpClient client(DeliveryPlan plan, Optional<NextHop> hop, boolean postQuantum) {
        TlsClientOptions tls = new TlsClientOptions(
                plan.oldest(),
                TlsVersion.TLSV1_3,
                java.util.List.of(),
                postQuantum,
                seams.keyLog(),
                hop.flatMap(NextHop::certificate),
                plan.terms().suites(),
                java.util.List.of(),
                Optional.empty());
        return clients.computeIfAbsent(
                tls, t -> new SmtpClient(seams.network(), new TlsClient(t, seams.secureRandom()), client));
    }

    private boolean isShort(InetAddress address) {
        lock.lock();
        try {
            Long until = shortUntil.get(address);
            if (until == null) {
                return false;
            }
            if (until - System.nanoTime() > 0) {
                return true;
            }
            shortUntil.remove(address);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void remember(InetAddress address) {
        lock.lock();
        try {
            shortUntil.put(address, System.nanoTime() + SHORT_HELLOS.toNanos());
            if (shortUntil.size() > SHORT_HELLOS_KEPT.value()) {
                shortUntil.remove(shortUntil.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}
