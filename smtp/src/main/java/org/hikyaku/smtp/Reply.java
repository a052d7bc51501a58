package org.hikyaku.smtp;

import java.util.List;
import java.util.Optional;

/**
 * A server's reply (RFC 5321 section 4.2).
 *
 * @param code 200 to 599
 * @param lines the text of each line, without code and separator, at least one; control characters are spelled out
 */
public record Reply(int code, List<String> lines) {

    public Reply {
        lines = List.copyOf(lines);
    }

    /** What the first digit says. */
    public enum Kind {
        /** {@code 2yz}: done. */
        POSITIVE,
        /** {@code 3yz}: go on. */
        INTERMEDIATE,
        /** {@code 4yz}: not now. */
        TRANSIENT,
        /** {@code 5yz}: no. */
        PERMANENT
    }

    public Kind kind() {
        return switch (code / 100) {
            case 2 -> Kind.POSITIVE;
            case 3 -> Kind.INTERMEDIATE;
            case 4 -> Kind.TRANSIENT;
            default -> Kind.PERMANENT;
        };
    }

    public Optional<EnhancedStatus> enhanced() {
        return EnhancedStatus.of(code, lines.getFirst());
    }

    /** All lines' text, with a newline between two. */
    public String text() {
        return String.join("\n", lines);
    }

    /** Code and text on one line, for people. */
    @Override
    public String toString() {
        String text = String.join(" / ", lines).strip();
        return text.isEmpty() ? String.valueOf(code) : code + " " + text;
    }
}
