package org.hikyaku.smtp;

/**
 * Something that a server should not do but that did not stop us.
 *
 * @param sentence what was seen
 */
public record Anomaly(Kind kind, String sentence) {

    public enum Kind {
        /** Plain text came behind the {@code 220} to STARTTLS and before the handshake; it was thrown away (part X of the rules). */
        PLAINTEXT_BEHIND_STARTTLS,
        /** The server spoke although nothing had been asked; it was thrown away. */
        OUT_OF_TURN,
        /** A line ended with LF alone. */
        BARE_LF,
        /** EHLO was refused and HELO taken: the server has no extensions. */
        EHLO_REFUSED
    }
}
