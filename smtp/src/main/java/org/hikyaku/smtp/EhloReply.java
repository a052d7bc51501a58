package org.hikyaku.smtp;

import java.util.ArrayList;
import java.util.Collections;
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
        extensions = Collections.unmodifiableMap(new TreeMap<>(extensions));
    }

    /**
     * Reads the reply to EHLO (RFC 5321 section 4.1.1.1). Lines that begin with no keyword are passed over; a keyword
     * said twice keeps the parameters of both. The form {@code AUTH=LOGIN PLAIN} of long ago stands under
     * {@code AUTH=} and counts as {@code AUTH} as well.
     */
    public static EhloReply of(String greeting, Reply reply) {
        Map<String, List<String>> extensions = new TreeMap<>();
        for (String line : reply.lines().subList(1, reply.lines().size())) {
            String[] words = line.strip().split(" +");
            String keyword = words[0].toUpperCase(Locale.ROOT);
            List<String> parameters = List.of(words).subList(1, words.length);
            if (keyword.startsWith("AUTH=")) {
                List<String> mechanisms = new ArrayList<>(parameters);
                if (keyword.length() > "AUTH=".length()) {
                    mechanisms.addFirst(words[0].substring("AUTH=".length()));
                }
                add(extensions, "AUTH=", mechanisms);
                add(extensions, "AUTH", mechanisms);
            } else if (isKeyword(keyword)) {
                add(extensions, keyword, parameters);
            }
        }
        return new EhloReply(greeting, firstWord(reply), extensions);
    }

    /** What stands after HELO: a name, and no extensions. */
    static EhloReply ofHelo(String greeting, Reply reply) {
        return new EhloReply(greeting, firstWord(reply), Map.of());
    }

    public boolean offers(String keyword) {
        return extensions.containsKey(keyword.toUpperCase(Locale.ROOT));
    }

    private static String firstWord(Reply reply) {
        return reply.lines().getFirst().strip().split(" +")[0];
    }

    private static void add(Map<String, List<String>> extensions, String keyword, List<String> parameters) {
        List<String> all = new ArrayList<>(extensions.getOrDefault(keyword, List.of()));
        parameters.stream().filter(p -> !all.contains(p)).forEach(all::add);
        extensions.put(keyword, List.copyOf(all));
    }

    /** RFC 5321 section 4.1.1.1: a letter or digit, then letters, digits and hyphens. */
    private static boolean isKeyword(String upperCase) {
        for (int i = 0; i < upperCase.length(); i++) {
            char c = upperCase.charAt(i);
            boolean alphanumeric = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (c != '-' || i == 0)) {
                return false;
            }
        }
        return !upperCase.isEmpty();
    }
}
