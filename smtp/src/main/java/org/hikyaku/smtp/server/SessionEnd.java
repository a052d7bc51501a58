package org.hikyaku.smtp.server;

/**
 * How a session ended.
 *
 * @param why in one word
 * @param sentence for people; empty text when there is nothing to say
 * @param commands how many commands came
 * @param mails how many mails were taken
 * @param errors how many commands were refused as wrong
 */
public record SessionEnd(Why why, String sentence, int commands, int mails, int errors) {

    /** In one word. */
    public enum Why {
        /** The client said QUIT. */
        QUIT,
        /** The client hung up. */
        HUNG_UP,
        /** The client said nothing for too long, or too little in its time. */
        TIMED_OUT,
        /** The client exceeded a limit, or the policy turned it away. */
        REFUSED,
        /** The TLS handshake failed. */
        NO_TLS,
        /** The server is stopping. */
        STOPPING,
        /** Something of ours broke. */
        FAULT
    }
}
