package org.hikyaku.smtp;

import java.util.List;

/** What came of handing one mail to a server. The session is of use afterwards unless it is {@link Broken}. */
public sealed interface TransactionOutcome {

    /** A recipient and what the server said to it. */
    record Answered(Mailbox recipient, Reply reply) {}

    /**
     * The server has taken the mail, for those recipients that it accepted.
     *
     * @param accepted at least one
     */
    record Taken(Reply reply, List<Answered> accepted, List<Answered> refused) implements TransactionOutcome {
        public Taken {
            accepted = List.copyOf(accepted);
            refused = List.copyOf(refused);
        }
    }

    /**
     * Nothing was sent, since this server cannot take this mail as it is, or no server may.
     *
     * @param lack what is missing, for programs
     * @param sentence for people
     */
    record NotSent(Lack lack, String sentence) implements TransactionOutcome {}

    /** What a server lacks, or a mail. */
    enum Lack {
        /** The mail is larger than the server takes (RFC 1870). */
        SIZE,
        /** The mail has bytes above 127, and the server does not offer 8BITMIME (RFC 6152). */
        EIGHT_BIT,
        /** An address or the header has letters beyond ASCII, and the server does not offer SMTPUTF8 (RFC 6531). */
        SMTPUTF8,
        /** Notices are asked for, and the server does not offer DSN (RFC 3461). */
        DSN,
        /** REQUIRETLS is asked for, and the server does not offer it inside TLS (RFC 8689). */
        REQUIRETLS,
        /** The mail's last line has no end or its bytes must not be touched, and the server does not offer CHUNKING. */
        CHUNKING,
        /** The mail is BINARYMIME, and the server does not offer CHUNKING with BINARYMIME (RFC 3030). */
        BINARY,
        /** The bytes are no mail: line ends other than CR LF, or zeros. */
        UNFIT
    }

    /** The server refused the sender. */
    record SenderRefused(Reply reply) implements TransactionOutcome {}

    /** The server refused each recipient. */
    record RecipientsRefused(List<Answered> refused) implements TransactionOutcome {
        public RecipientsRefused {
            refused = List.copyOf(refused);
        }
    }

    /** The server refused the mail itself, at DATA or behind its last byte. */
    record ContentRefused(Reply reply, List<Answered> accepted, List<Answered> refused) implements TransactionOutcome {
        public ContentRefused {
            accepted = List.copyOf(accepted);
            refused = List.copyOf(refused);
        }
    }

    /**
     * The connection ended in between.
     *
     * @param at in which step
     * @param unknown true when all bytes had been sent: whether the mail was taken cannot be known
     * @param sentence what happened
     */
    record Broken(Step at, boolean unknown, String sentence) implements TransactionOutcome {}

    /** A step of a transaction. */
    enum Step {
        SENDER,
        RECIPIENT,
        CONTENT
    }
}
