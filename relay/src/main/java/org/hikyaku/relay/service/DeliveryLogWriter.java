package org.hikyaku.relay.service;

import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.hikyaku.delivery.DeliveryLine;
import org.hikyaku.delivery.DeliveryLog;
import org.hikyaku.delivery.Trust;

/** Writes one line per delivery, and counts them. */
public final class DeliveryLogWriter implements DeliveryLog {
    private final LineWriter lines;
    private final boolean json;
    private final Map<DeliveryLine.Outcome, Map<Trust, LongAdder>> counts = new EnumMap<>(DeliveryLine.Outcome.class);

    public DeliveryLogWriter(LineWriter lines, boolean json, Counters counters) {
        this.lines = lines;
        this.json = json;
        for (DeliveryLine.Outcome outcome : DeliveryLine.Outcome.values()) {
            Map<Trust, LongAdder> each = new EnumMap<>(Trust.class);
            for (Trust trust : Trust.values()) {
                each.put(
                        trust,
                        counters.counter(
                                "deliveries_total",
                                "Recipients by what an attempt came to, and by how far the server was known.",
                                Counters.label("outcome", outcome) + "," + Counters.label("trust", trust)));
            }
            counts.put(outcome, each);
        }
    }

    @Override
    public void delivered(DeliveryLine line) {
        lines.write(json ? line.json() : line.at().truncatedTo(ChronoUnit.MILLIS) + " " + line.text());
        Map<Trust, LongAdder> each = counts.get(line.outcome());
        LongAdder count = each == null ? null : each.get(line.tls().trust());
        if (count != null) {
            count.increment();
        }
    }
}
