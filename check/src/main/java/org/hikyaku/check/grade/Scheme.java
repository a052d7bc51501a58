package org.hikyaku.check.grade;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** How a profile makes points of what its subtests come to: internet.nl's categories, as data. */
public record Scheme(List<Category> categories) {
    public Scheme {
        categories = List.copyOf(categories);
    }

    /** Whether a failure fails the category, only warns, or is only told. */
    public enum Level {
        REQUIRED,
        RECOMMENDED,
        OPTIONAL;

        public String token() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One category; all weigh the same in the total.
     *
     * @param id ours
     * @param api internet.nl's name in its API
     * @param mandatory whether it has subtests that fail the category; not so for RPKI
     * @param alone the subtest whose status is the category's when no other was tested
     */
    public record Category(
            String id, String api, String title, boolean mandatory, Optional<String> alone, List<Rule> rules) {
        public Category {
            rules = List.copyOf(rules);
        }

        Optional<Rule> rule(String id) {
            return rules.stream().filter(r -> r.id().equals(id)).findFirst();
        }
    }

    /**
     * One subtest.
     *
     * @param full points that can be had
     * @param field where its points are kept; two subtests may share one
     */
    public record Rule(
            String id, String api, String title, Level level, int full, String field, Map<String, Outcome> outcomes) {
        public Rule {
            outcomes = Map.copyOf(outcomes);
        }

        /** What this outcome is worth; an outcome that the data file does not name was not tested. */
        public Outcome outcome(String name) {
            return outcomes.getOrDefault(name, Outcome.NOT_TESTED);
        }
    }

    /**
     * One result of a subtest.
     *
     * @param points what it adds to the field
     * @param counts whether it makes the subtest part of what can be had
     */
    public record Outcome(Status status, int points, boolean counts) {
        static final Outcome NOT_TESTED = new Outcome(Status.NOT_TESTED, 0, false);

        /** {@code passed 10}: status and points. What was not tested counts only where {@code counts} says so. */
        static Outcome of(String text) {
            String[] words = text.split(" ", -1);
            Status status = Status.ofToken(words[0]);
            boolean pointed = words.length > 1;
            boolean counts = status != Status.NOT_TESTED ? pointed : words.length > 2 && words[2].equals("counts");
            return new Outcome(status, pointed ? Integer.parseInt(words[1]) : 0, counts);
        }
    }

    public Optional<Category> category(String id) {
        return categories.stream().filter(c -> c.id().equals(id)).findFirst();
    }

    Optional<Rule> rule(String id) {
        return categories.stream().flatMap(c -> c.rule(id).stream()).findFirst();
    }

    static Scheme of(JsonNode json) {
        List<Category> categories = new ArrayList<>();
        for (JsonNode category : json) {
            List<Rule> rules = new ArrayList<>();
            category.get("subtests").forEach(r -> rules.add(rule(r)));
            categories.add(new Category(
                    category.get("id").asString(),
                    category.get("api").asString(),
                    category.get("title").asString(),
                    category.get("mandatory").asBoolean(),
                    category.has("alone") ? Optional.of(category.get("alone").asString()) : Optional.empty(),
                    rules));
        }
        return new Scheme(categories);
    }

    private static Rule rule(JsonNode json) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        json.get("outcomes")
                .properties()
                .forEach(e -> outcomes.put(e.getKey(), Outcome.of(e.getValue().asString())));
        String id = json.get("id").asString();
        return new Rule(
                id,
                json.get("api").asString(),
                json.get("title").asString(),
                Level.valueOf(json.get("level").asString().toUpperCase(Locale.ROOT)),
                json.get("full").asInt(),
                json.has("field") ? json.get("field").asString() : id,
                outcomes);
    }
}
