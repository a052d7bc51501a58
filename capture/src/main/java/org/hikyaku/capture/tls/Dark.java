package org.hikyaku.capture.tls;

/**
 * Why a TLS connection, or a part of it, could not be decrypted.
 *
 * @param reason what to count it as
 * @param sentence what was seen, and what would help
 */
public record Dark(Reason reason, String sentence) {

    /** Reasons; the numbers of connections per reason stand at the end of a list. */
    public enum Reason {
        EPHEMERAL("no key log, and the key exchange is ephemeral"),
        TLS13("no key log, and TLS 1.3 has no static RSA"),
        NO_KEY("no key given"),
        NO_LINE("key log has no line for it"),
        INCOMPLETE_LINES("key log has only some of its lines"),
        WRONG_RSA_KEY("RSA key of another certificate"),
        PARENT_MISSING("resumed, and the first session is missing"),
        WRONG_SECRET("the secret does not fit"),
        CLIENT_HELLO_MISSING("ClientHello not captured"),
        SERVER_HELLO_MISSING("ServerHello not captured"),
        KEY_EXCHANGE_MISSING("key exchange not captured"),
        SNAPLEN("segments cut by the snapshot length"),
        BYTES_LOST("bytes lost"),
        UNSUPPORTED("cipher suite not supported"),
        NOT_TLS("answered by something that is not TLS"),
        MALFORMED("malformed"),
        ENDED_EARLY("ended before anything was encrypted");

        private final String title;

        Reason(String title) {
            this.title = title;
        }

        /** Whether lines in a key log would have opened it. */
        boolean mendedByAKeyLog() {
            return switch (this) {
                case EPHEMERAL, TLS13, NO_KEY, NO_LINE, INCOMPLETE_LINES, PARENT_MISSING, WRONG_RSA_KEY -> true;
                case WRONG_SECRET,
                        CLIENT_HELLO_MISSING,
                        SERVER_HELLO_MISSING,
                        KEY_EXCHANGE_MISSING,
                        SNAPLEN,
                        BYTES_LOST,
                        UNSUPPORTED,
                        NOT_TLS,
                        MALFORMED,
                        ENDED_EARLY -> false;
            };
        }

        /** In a few words. */
        public String title() {
            return title;
        }
    }
}
