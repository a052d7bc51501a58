package org.hikyaku.smtp;

import java.time.Duration;

/**
 * How a client introduces itself and how long it waits.
 *
 * @param ehloName the name given with EHLO: a domain name, or an address literal in brackets (RFC 5321 section 4.1.4)
 * @param connect for the connection to stand
 * @param greeting for the whole greeting, from the connection on
 * @param command for the whole reply to a command
 * @param handshake for the TLS handshake
 */
public record SmtpClientOptions(
        String ehloName, Duration connect, Duration greeting, Duration command, Duration handshake) {

    /** How long QUIT's reply is waited for: it is politeness, not information. */
    static final Duration QUIT = Duration.ofSeconds(2);

    public SmtpClientOptions {
        if (ehloName.isBlank() || !ehloName.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException("\"" + Wire.clean(ehloName) + "\" is no name to say EHLO with: it must"
                    + " be a domain name in its ASCII form or an address in brackets");
        }
    }

    /** With the same time for a command and for the TLS handshake. */
    public SmtpClientOptions(String ehloName, Duration connect, Duration greeting, Duration command) {
        this(ehloName, connect, greeting, command, command);
    }

    /** The times of RFC 5321 section 4.5.3.2 (5 minutes each; 30 s to connect), for delivering mail. */
    public static SmtpClientOptions patient(String ehloName) {
        return new SmtpClientOptions(ehloName, Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(5));
    }

    /**
     * Times for looking at a server while a person waits: 10 s to connect, 30 s for the greeting (many servers hold it
     * back for up to 20 s to see whether a client talks too early), 15 s for a reply.
     */
    public static SmtpClientOptions brisk(String ehloName) {
        return new SmtpClientOptions(ehloName, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(15));
    }
}
