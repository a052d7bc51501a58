package org.hikyaku.relay.service;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Numbers for Prometheus. The names are promises: {@code docs/relay.md} has them all. */
public final class Counters {
    private static final String PREFIX = "hikyaku_relay_";

    private final Map<String, Family> families = new ConcurrentHashMap<>();

    private record Family(String type, String help, Map<String, LongSupplier> values) {}

    /** A counter without labels. */
    public LongAdder counter(String name, String help) {
        return counter(name, help, "");
    }

    /**
     * A counter.
     *
     * @param labels {@code key="value"} pairs joined by commas; values of our own choosing, never a stranger's words
     */
    public LongAdder counter(String name, String help, String labels) {
        Adder adder = (Adder) family(name, "counter", help).values().computeIfAbsent(labels, _ -> new Adder());
        return adder.sum;
    }

    private record Adder(LongAdder sum) implements LongSupplier {
        Adder() {
            this(new LongAdder());
        }

        @Override
        public long getAsLong() {
            return sum.sum();
        }
    }

    /** A number that is asked for when it is fetched. */
    public void gauge(String name, String help, LongSupplier value) {
        gauge(name, help, "", value);
    }

    /**
     * A number that is asked for when it is fetched.
     *
     * @param labels as for {@link #counter(String, String, String)}
     */
    public void gauge(String name, String help, String labels, LongSupplier value) {
        family(name, "gauge", help).values().put(labels, value);
    }

    /**
     * A counter that is kept elsewhere and asked for when it is fetched; it only grows.
     *
     * @param labels as for {@link #counter(String, String, String)}
     */
    public void counted(String name, String help, String labels, LongSupplier value) {
        family(name, "counter", help).values().put(labels, value);
    }

    private Family family(String name, String type, String help) {
        return families.computeIfAbsent(name, _ -> new Family(type, help, new ConcurrentHashMap<>()));
    }

    /** A label's value from a constant of ours. */
    public static String label(String key, Enum<?> value) {
        return key + "=\"" + value.name().toLowerCase(Locale.ROOT).replace('_', '-') + "\"";
    }

    /** All in the text format of Prometheus, in the order of names. */
    public String text() {
        StringBuilder text = new StringBuilder(4096);
        new TreeMap<>(families).forEach((name, family) -> {
            String whole = PREFIX + name;
            text.append("# HELP ")
                    .append(whole)
                    .append(' ')
                    .append(family.help())
                    .append('\n');
            text.append("# TYPE ")
                    .append(whole)
                    .append(' ')
                    .append(family.type())
                    .append('\n');
            new TreeMap<>(family.values()).forEach((labels, value) -> {
                text.append(whole);
                if (!labels.isEmpty()) {
                    text.append('{').append(labels).append('}');
                }
                text.append(' ').append(value.getAsLong()).append('\n');
            });
        });
        return text.toString();
    }
}
