package org.hikyaku.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an earlier run found: the JSON report of it. */
public final class Baseline {
    private static final String SCHEMA = "hikyaku.check/1";

    private final Map<FindingKey, Severity> known;

    private Baseline(Map<FindingKey, Severity> known) {
        this.known = Map.copyOf(known);
    }

    /** How a finding stands against the earlier run. */
    public enum Standing {
        NEW,
        /** It was there, and was less severe. */
        WORSE,
        UNCHANGED
    }

    /** Thrown for a file that is no report of {@code hikyaku check --json}; the message is a sentence for users. */
    public static final class BadBaselineException extends Exception {
        private static final long serialVersionUID = 1L;

        BadBaselineException(String message) {
            super(message);
        }
    }

    /**
     * Reads a report.
     *
     * @throws BadBaselineException when it is none
     * @throws IOException when the file cannot be read
     */
    public static Baseline read(Path file) throws IOException, BadBaselineException {
        return of(Files.readString(file), file.toString());
    }

    /**
     * As {@link #read}.
     *
     * @param name of the file, for the error
     */
    static Baseline of(String text, String name) throws BadBaselineException {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw new BadBaselineException(name + " is no JSON: " + e.getOriginalMessage());
        }
        String schema = json.path("schema").asStringOpt().orElse("");
        if (!schema.equals(SCHEMA)) {
            throw new BadBaselineException(name + " is no report of hikyaku check --json: its schema is "
                    + (schema.isEmpty() ? "missing" : schema) + ", not " + SCHEMA);
        }
        Map<FindingKey, Severity> known = new HashMap<>();
        for (JsonNode domain : json.path("domains")) {
            for (JsonNode finding : domain.path("findings")) {
                Optional<Severity> severity =
                        finding.path("severity").asStringOpt().flatMap(Baseline::severity);
                if (severity.isEmpty()) {
                    throw new BadBaselineException(name + " has a finding without a severity that is known here");
                }
                known.merge(
                        new FindingKey(
                                domain.path("domain").asString(""),
                                finding.path("id").asString(""),
                                finding.path("subject").asString("")),
                        severity.get(),
                        (a, b) -> a.compareTo(b) <= 0 ? a : b);
            }
        }
        return new Baseline(known);
    }

    private static Optional<Severity> severity(String token) {
        return Arrays.stream(Severity.values())
                .filter(s -> s.token().equals(token))
                .findFirst();
    }

    public Standing standing(DomainReport report, Finding finding) {
        Severity before = known.get(FindingKey.of(report, finding));
        if (before == null) {
            return Standing.NEW;
        }
        return finding.severity().compareTo(before) < 0 ? Standing.WORSE : Standing.UNCHANGED;
    }
}
