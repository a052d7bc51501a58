package org.hikyaku.mail.dkim;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A list of {@code tag=value} (RFC 6376 section 3.2); a tag that stands twice voids it. */
record DkimTags(Map<String, String> tags) {

    static Optional<DkimTags> parse(String text) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String part : text.split(";", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals < 1) {
                return Optional.empty();
            }
            String name = part.substring(0, equals).strip();
            if (tags.put(name, part.substring(equals + 1).strip()) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new DkimTags(tags));
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(tags.get(name));
    }

    /** A value in which white space means nothing. */
    Optional<String> compact(String name) {
        return get(name).map(v -> v.replaceAll("\\s+", ""));
    }

    /** The members of a list with colons, without blanks around them. */
    List<String> list(String name) {
        return get(name)
                .map(v -> Arrays.stream(v.split(":", -1)).map(String::strip).toList())
                .orElse(List.of());
    }
}
