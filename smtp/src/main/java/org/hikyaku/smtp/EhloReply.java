package org.hikyaku.smtp;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The extensions that a server offers (RFC 5321 section 4.1.1.1).
 *
 * @param greeting the greeting's text, after {@code 220}
 * @param name the name by which the server calls itself in its EHLO reply; may be empty
 * @param extensions keyword, in upper case, to its parameters as they stand
 */
public record EhloReply(String greeting, String name, Map<String, List<String>> extensions) {

    public EhloReply {
        extensions = java.util.Collections.unmodifiableMap(new TreeMap<>(extensions));
    }

    public boolean offers(String keyword) {
        return extensions.containsKey(keyword.toUpperCase(Locale.ROOT));
    }
}
