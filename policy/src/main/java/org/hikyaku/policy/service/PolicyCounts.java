package org.hikyaku.policy.service;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What the service did since its start. */
public final class PolicyCounts {

    /** Things counted. */
    public enum Event {
        QUERY("queries_total", "Queries answered."),
        CACHED("cached_answers_total", "Queries answered without a new look."),
        SHARED("shared_looks_total", "Queries that waited for the look of another one."),
        LOOK("looks_total", "Look-ups of a next hop."),
        DANE("decisions_dane_total", "Look-ups that came to dane."),
        DANE_ONLY("decisions_dane_only_total", "Look-ups that came to dane-only."),
        SECURE("decisions_secure_total", "Look-ups that came to secure."),
        NOT_FOUND("decisions_notfound_total", "Look-ups that came to NOTFOUND."),
        TEMP("decisions_temp_total", "Look-ups that came to TEMP."),
        TIMEOUT("timeouts_total", "Queries whose look-up took too long."),
        REFUSED("bad_requests_total", "Requests that break the protocol."),
        CONNECTION("connections_total", "Connections taken.");

        private final String metric;
        private final String help;

        Event(String metric, String help) {
            this.metric = metric;
            this.help = help;
        }

        /** The metric's name without the prefix {@code hikyaku_policy_}. */
        public String metric() {
            return metric;
        }

        public String help() {
            return help;
        }
    }

    /** Has all of them from the beginning, and so is only read. */
    private final Map<Event, LongAdder> counts = new EnumMap<>(Event.class);

    public PolicyCounts() {
        for (Event event : Event.values()) {
            counts.put(event, new LongAdder());
        }
    }

    private LongAdder adder(Event event) {
        return Objects.requireNonNull(counts.get(event));
    }

    void count(Event event) {
        adder(event).increment();
    }

    void count(Event event, long times) {
        adder(event).add(times);
    }

    public long of(Event event) {
        return adder(event).sum();
    }
}
