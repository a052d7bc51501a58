package org.hikyaku.check.auth.spf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A domain with macros in it (RFC 7208 section 7).
 *
 * @param text as it stands in the record
 * @param parts what it is made of, in order
 */
public record DomainSpec(String text, List<Part> parts) {

    public DomainSpec {
        parts = List.copyOf(parts);
    }

    /** A piece of the text. */
    public sealed interface Part {
        /** Text that stands for itself; {@code %%}, {@code %_} and {@code %-} are resolved. */
        record Literal(String text) implements Part {}

        /**
         * A macro: {@code %{ir.}}.
         *
         * @param letter in lower case
         * @param keep how many right-most parts are kept; 0 for all
         * @param reversed whether the parts are turned round first
         * @param delimiters at which the value is split; empty for a dot
         */
        record Macro(char letter, int keep, boolean reversed, String delimiters) implements Part {}
    }

    /** The letters of the macros in it, each once. */
    public String letters() {
        return parts.stream()
                .filter(Part.Macro.class::isInstance)
                .map(p -> String.valueOf(((Part.Macro) p).letter()))
                .distinct()
                .collect(Collectors.joining());
    }

    /**
     * The name that it stands for, when that can be known without a mail.
     *
     * @param current the domain whose record is being read ({@code %{d}})
     * @param sender the domain of the sender, with which reading began ({@code %{o}})
     */
    public Optional<String> expand(String current, String sender) {
        StringBuilder name = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal literal -> name.append(literal.text());
                case Part.Macro macro -> {
                    Optional<String> value = switch (macro.letter()) {
                        case 'd' -> Optional.of(current);
                        case 'o' -> Optional.of(sender);
                        default -> Optional.empty(); // who sends, from where, is not known before a mail comes
                    };
                    if (value.isEmpty()) {
                        return Optional.empty();
                    }
                    name.append(transformed(macro, value.get()));
                }
            }
        }
        return Optional.of(truncated(name.toString()));
    }

    /** Section 7.3: split, turned round, cut to the right-most parts, joined by dots. */
    private static String transformed(Part.Macro macro, String value) {
        String delimiters = macro.delimiters().isEmpty() ? "." : macro.delimiters();
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (delimiters.indexOf(c) >= 0) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        if (macro.reversed()) {
            Collections.reverse(parts);
        }
        int kept = macro.keep() == 0 ? parts.size() : Math.min(macro.keep(), parts.size());
        return String.join(".", parts.subList(parts.size() - kept, parts.size()));
    }

    /** Section 7.3: labels are taken from the left until the name has at most 253 characters. */
    private static String truncated(String name) {
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        while (bare.length() > LONGEST_NAME && bare.indexOf('.') >= 0) {
            bare = bare.substring(bare.indexOf('.') + 1);
        }
        return bare;
    }

    private static final int LONGEST_NAME = 253;
}
