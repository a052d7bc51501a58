package org.hikyaku.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.hikyaku.net.StatusServer;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueueFigures;
import org.hikyaku.relay.service.Counters;

/** What a relay tells over HTTP: metrics, health and readiness. */
final class StatusPages {
    private StatusPages() {}

    /** Numbers about the queue. */
    static void count(Counters counters, MailQueue queue) {
        counters.gauge(
                "queue_mails", "Mails in the queue.", () -> queue.figures().mails());
        counters.gauge(
                "queue_held", "Mails that are held.", () -> queue.figures().held());
        counters.gauge(
                "queue_bytes",
                "Bytes of the queue on disk.",
                () -> queue.figures().bytes());
        counters.gauge(
                "queue_usable_bytes",
                "Bytes left before mail is refused for want of room.",
                () -> queue.figures().usable());
        counters.gauge(
                "queue_oldest_seconds",
                "Age of the oldest mail.",
                () -> queue.figures().oldest());
        counters.gauge(
                "queue_destinations",
                "Domains that mail waits for.",
                () -> queue.figures().destinations());
    }

    /** Serves the pages; {@code /ready} says whether mail is taken. */
    static StatusServer serve(
            InetSocketAddress address, Counters counters, MailQueue queue, Supplier<Relay.State> state)
            throws StartException {
        Map<String, Supplier<StatusServer.Page>> pages = new LinkedHashMap<>();
        pages.put("/metrics", () -> new StatusServer.Page(200, StatusServer.PROMETHEUS, counters.text()));
        pages.put("/health", () -> StatusServer.Page.plain(200, "alive\n"));
        pages.put("/ready", () -> readiness(queue, state.get()));
        try {
            return StatusServer.start(address, pages);
        } catch (IOException e) {
            throw new StartException(
                    "\"metrics.listen\": nothing can listen at " + org.hikyaku.net.Addresses.text(address) + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static StatusServer.Page readiness(MailQueue queue, Relay.State state) {
        return switch (state) {
            case STARTING -> StatusServer.Page.plain(503, "starting\n");
            case STOPPING -> StatusServer.Page.plain(503, "stopping\n");
            case READY -> {
                QueueFigures figures = queue.figures();
                yield figures.usable() == 0
                        ? StatusServer.Page.plain(503, "no room for mail\n")
                        : StatusServer.Page.plain(200, "ready\n");
            }
        };
    }
}
