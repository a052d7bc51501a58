package org.hikyaku.smtp.sasl;

/** The conversation cannot go on: what the server said is wrong, or what we were given cannot be said. */
public final class SaslException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for programs. */
    public enum Kind {
        /** What the server sent is not what the mechanism wants there. */
        MALFORMED,
        /** The server did not prove that it knows the user: it may be somebody else in between. */
        SERVER_NOT_PROVED,
        /** The user name or password cannot be said in this mechanism. */
        UNUSABLE
    }

    private final Kind kind;

    /** @param sentence for people; never with a secret in it */
    public SaslException(Kind kind, String sentence) {
        super(sentence);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
