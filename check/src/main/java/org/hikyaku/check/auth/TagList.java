package org.hikyaku.check.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A list of {@code name=value} parted by semicolons, the form of DKIM keys (RFC 6376 section 3.2) and DMARC records.
 *
 * @param tags those that have a name and an equals sign, in order
 * @param faults pieces that have none, and names that stand twice
 */
public record TagList(List<Tag> tags, List<Fault> faults) {
    public TagList {
        tags = List.copyOf(tags);
        faults = List.copyOf(faults);
    }

    /**
     * One tag.
     *
     * @param name as it stands; names tell upper from lower case
     * @param value without the spaces around it
     * @param position of the name's first character, from 1
     * @param valuePosition of the value's first character, from 1
     */
    public record Tag(String name, String value, int position, int valuePosition) {}

    public static TagList read(String text) {
        List<Tag> tags = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        int start = 0;
        while (start <= text.length()) {
            int end = text.indexOf(';', start);
            end = end < 0 ? text.length() : end;
            piece(text, start, end, tags, faults);
            start = end + 1;
        }
        return new TagList(tags, faults);
    }

    private static void piece(String text, int from, int to, List<Tag> tags, List<Fault> faults) {
        int start = skipSpace(text, from, to);
        if (start == to) {
            if (to < text.length()) {
                faults.add(new Fault(to + 1, "there is nothing before this semicolon."));
            }
            return; // after the last semicolon nothing need follow
        }
        int equals = text.indexOf('=', start);
        if (equals < 0 || equals >= to) {
            faults.add(new Fault(
                    start + 1,
                    Shown.quoted(text.substring(start, to).strip())
                            + " has no \"=\"; a tag is a name, \"=\" and a value."));
            return;
        }
        String name = text.substring(start, equals).strip();
        if (!isName(name)) {
            faults.add(new Fault(start + 1, Shown.quoted(name) + " is no name of a tag."));
            return;
        }
        if (tags.stream().anyMatch(t -> t.name().equals(name))) {
            faults.add(new Fault(start + 1, "the tag \"" + name + "\" stands a second time."));
            return;
        }
        int value = skipSpace(text, equals + 1, to);
        tags.add(new Tag(name, text.substring(value, to).strip(), start + 1, value + 1));
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && (i == 0 || !(c >= '0' && c <= '9' || c == '_'))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static int skipSpace(String text, int from, int to) {
        int i = from;
        while (i < to && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    public Optional<Tag> tag(String name) {
        return tags.stream().filter(t -> t.name().equals(name)).findFirst();
    }
}
