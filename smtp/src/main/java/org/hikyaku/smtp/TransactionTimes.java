package org.hikyaku.smtp;

import java.time.Duration;

/**
 * How long a client waits for each step of a mail (RFC 5321 section 4.5.3.2).
 *
 * @param sender for the reply to MAIL
 * @param recipient for the reply to RCPT
 * @param data for the reply to DATA
 * @param block for one block of the mail to be taken
 * @param end for the reply behind the last byte
 */
public record TransactionTimes(Duration sender, Duration recipient, Duration data, Duration block, Duration end) {

    /** Those of the RFC: 5 minutes, 5, 2, 3 and 10. */
    public static TransactionTimes rfc5321() {
        return new TransactionTimes(
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofMinutes(2),
                Duration.ofMinutes(3),
                Duration.ofMinutes(10));
    }

    /**
     * The same time for each step, except the RFC's 10 minutes at the end: whoever gives up there does not know whether
     * the mail was taken, and sends it twice.
     */
    public static TransactionTimes brisk(Duration step) {
        return new TransactionTimes(step, step, step, step, Duration.ofMinutes(10));
    }
}
