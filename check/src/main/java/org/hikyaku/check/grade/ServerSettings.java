package org.hikyaku.check.grade;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Lines for the configuration of mail servers, by what they mend and for which software. */
public final class ServerSettings {
    private static final String HOST = "{host}";

    /** What the lines are called by: first the ids of a grade's subtests, then what findings need beyond them. */
    private final List<JsonNode> files = List.of(Profile.resource("mends.json"), Profile.resource("settings.json"));

    /**
     * The lines that mend one thing.
     *
     * @param id a subtest ({@code tls_available}) or a name of {@code settings.json} ({@code server_name})
     * @param host the host to put into the lines
     * @return by software: {@code postfix}, {@code exim} with OpenSSL, {@code exim-gnutls}, {@code stalwart},
     *     {@code nginx}; lines that begin with # are for people
     * @throws IllegalArgumentException if there is no such id
     */
    public Map<String, List<String>> of(String id, String host) {
        JsonNode found = files.stream()
                .filter(f -> f.has(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no settings " + id))
                .get(id);
        Map<String, List<String>> settings = new LinkedHashMap<>();
        found.properties().forEach(software -> {
            List<String> lines = new ArrayList<>();
            software.getValue().forEach(line -> lines.add(line.asString().replace(HOST, host)));
            settings.put(software.getKey(), List.copyOf(lines));
        });
        return Collections.unmodifiableMap(settings);
    }
}
