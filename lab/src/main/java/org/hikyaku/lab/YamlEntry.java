package org.hikyaku.lab;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One mapping of the YAML file, read strictly: a key that nobody asked for is an error. */
final class YamlEntry {
    private final String where;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();

    /** The keys that were put over others. */
    private final Set<String> own = new TreeSet<>();

    YamlEntry(String where, Object node) {
        this.where = where;
        if (!(node instanceof Map<?, ?> map)) {
            throw new CatalogueException(where + ": a mapping is needed here, not: " + node);
        }
        map.forEach((key, value) -> values.put(String.valueOf(key), value));
    }

    /** The same mapping under the name that errors call it by. */
    YamlEntry called(String name) {
        return new YamlEntry(name, values);
    }

    /** This mapping with another's values in place of its own, where that has any. */
    YamlEntry with(YamlEntry over) {
        Map<String, Object> both = new LinkedHashMap<>(values);
        both.putAll(over.values);
        YamlEntry entry = new YamlEntry(over.where, both);
        entry.own.addAll(over.values.keySet());
        return entry;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        return optionalText(key).orElseThrow(() -> new CatalogueException(where + ": \"" + key + "\" is missing"));
    }

    String text(String key, String otherwise) {
        return optionalText(key).orElse(otherwise);
    }

    Optional<String> optionalText(String key) {
        return value(key).map(String::valueOf);
    }

    long number(String key, long otherwise) {
        return value(key).map(v -> asNumber(key, v)).orElse(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        return value(key).map(v -> "true".equals(String.valueOf(v))).orElse(otherwise);
    }

    /** The list of texts under the key, none when it is absent; a single text counts as a list of one. */
    List<String> texts(String key) {
        return optionalTexts(key).orElse(List.of());
    }

    Optional<List<String>> optionalTexts(String key) {
        return value(key)
                .map(v -> v instanceof List<?> list
                        ? list.stream().map(String::valueOf).toList()
                        : List.of(String.valueOf(v)));
    }

    List<YamlEntry> entries(String key) {
        List<YamlEntry> entries = new ArrayList<>();
        value(key).ifPresent(v -> {
            if (!(v instanceof List<?> list)) {
                throw new CatalogueException(where + ": \"" + key + "\" must be a list");
            }
            for (Object item : list) {
                entries.add(new YamlEntry(where + ", " + key, item));
            }
        });
        return entries;
    }

    Optional<YamlEntry> entry(String key) {
        return value(key).map(v -> new YamlEntry(where + ", " + key, v));
    }

    /** All keys, as with names of hosts. */
    Set<String> keys() {
        return values.keySet();
    }

    <E extends Enum<E>> E choice(String key, E otherwise) {
        return optionalText(key)
                .map(v -> choice(key, v, otherwise.getDeclaringClass()))
                .orElse(otherwise);
    }

    <E extends Enum<E>> E choice(String key, Class<E> type) {
        return choice(key, text(key), type);
    }

    <E extends Enum<E>> E choice(String key, String value, Class<E> type) {
        Set<String> allowed = new TreeSet<>();
        for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (word.equals(value)) {
                return constant;
            }
            allowed.add(word);
        }
        throw new CatalogueException(where + ": \"" + key + "\" is \"" + value + "\", but must be one of " + allowed);
    }

    /** Call when everything has been read. */
    void done() {
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(read);
        if (!unknown.isEmpty()) {
            throw new CatalogueException(where + ": unknown key " + unknown);
        }
    }

    /** As {@link #done}, of what was put over. */
    void doneOver() {
        Set<String> unknown = new TreeSet<>(own);
        unknown.removeAll(read);
        if (!unknown.isEmpty()) {
            throw new CatalogueException(where + ": unknown key " + unknown);
        }
    }

    String where() {
        return where;
    }

    private Optional<Object> value(String key) {
        read.add(key);
        return Optional.ofNullable(values.get(key));
    }

    private long asNumber(String key, Object value) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new CatalogueException(where + ": \"" + key + "\" must be a number, not: " + value);
    }
}
