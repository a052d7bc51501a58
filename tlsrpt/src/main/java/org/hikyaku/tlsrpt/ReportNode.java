package org.hikyaku.tlsrpt;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A place in a report's JSON, read without taking offence (T9). */
record ReportNode(JsonNode node) {
    /** No sender has more sessions with one domain in a day; more is cut to this, so that sums hold. */
    static final long MAX_COUNT = 1_000_000_000_000L;

    boolean isObject() {
        return node.isObject();
    }

    /** The member of this name, in upper or lower case, with {@code _} for {@code -}; empty also when it is null. */
    Optional<ReportNode> member(String name) {
        JsonNode exact = node.get(name);
        if (exact == null && node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                if (member.getKey()
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-')
                        .equals(name)) {
                    exact = member.getValue();
                    break;
                }
            }
        }
        return exact == null || exact.isNull() || exact.isMissingNode()
                ? Optional.empty()
                : Optional.of(new ReportNode(exact));
    }

    /** The elements of an array without its nulls; anything else is an array of one. */
    List<ReportNode> items() {
        if (!node.isArray()) {
            return List.of(this);
        }
        List<ReportNode> items = new ArrayList<>(node.size());
        for (JsonNode item : node) {
            if (!item.isNull()) {
                items.add(new ReportNode(item));
            }
        }
        return items;
    }

    /** A member's text, cut to {@link ReportReader#MAX_TEXT}; empty when it is not there or blank. */
    Optional<String> text(String name) {
        return member(name).flatMap(ReportNode::text);
    }

    /** Text, or a number or a truth value as text. */
    Optional<String> text() {
        if (!node.isValueNode() || node.isNull()) {
            return Optional.empty();
        }
        String text = node.isString() ? node.stringValue() : node.asString();
        int most = (int) ReportReader.MAX_TEXT.value();
        String cut = text.length() <= most ? text : text.substring(0, most);
        return cut.isBlank() ? Optional.empty() : Optional.of(cut.strip());
    }

    /** A member's number of sessions, 0 to {@link #MAX_COUNT}; empty when it is no number. */
    Optional<Long> number(String name) {
        return member(name).flatMap(ReportNode::number);
    }

    private Optional<Long> number() {
        try {
            double number = node.isNumber() ? node.doubleValue() : Double.parseDouble(text().orElse(""));
            // sessions are counted in whole numbers that a double holds exactly
            return Double.isNaN(number) ? Optional.empty() : Optional.of((long) Math.clamp(number, 0, MAX_COUNT));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
