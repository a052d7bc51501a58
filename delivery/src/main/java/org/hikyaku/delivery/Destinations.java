package org.hikyaku.delivery;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Which domain is delivered how. The exact domain counts first, then the longest {@code .parent} that it lies below, then
 * the fallback.
 */
public final class Destinations {
    private final Map<String, Destination> rows = new HashMap<>();
    private final Destination fallback;

    /**
     * @param rows by domain in A-labels without a final dot; a dot in front means every domain below; an address literal in
     *     brackets stands for itself
     */
    public Destinations(Map<String, Destination> rows, Destination fallback) {
        rows.forEach((domain, destination) -> this.rows.put(domain.toLowerCase(Locale.ROOT), destination));
        this.fallback = fallback;
    }

    /** All alike. */
    public static Destinations all(Destination destination) {
        return new Destinations(Map.of(), destination);
    }

    /** How mail to this domain is delivered. */
    public Destination of(String domain) {
        String key = domain.toLowerCase(Locale.ROOT);
        Destination exact = rows.get(key);
        if (exact != null) {
            return exact;
        }
        if (!key.startsWith("[")) {
            for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
                Destination parent = rows.get(key.substring(dot));
                if (parent != null) {
                    return parent;
                }
            }
        }
        return fallback;
    }
}
