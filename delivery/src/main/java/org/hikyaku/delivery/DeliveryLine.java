package org.hikyaku.delivery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Reply;

/**
 * One recipient's delivery, as it stands in the log. The names and meanings of the fields are a promise: {@code
 * docs/delivery.md}.
 *
 * @param at when the attempt ended
 * @param queueId the mail
 * @param recipient the address that it was for
 * @param outcome what became of it
 * @param status the enhanced status code
 * @param host the server that decided, as in the MX record; empty when none was asked
 * @param address its address and port; empty when no connection was tried
 * @param tls the TLS session; what was wanted is known even where there was none
 * @param delays where the time went
 * @param reused whether the connection had carried an earlier mail
 * @param reply the other side's words; empty when it was not they that decided
 * @param rule the rule that decided, when one did
 * @param sentence for people
 */
public record DeliveryLine(
        Instant at,
        String queueId,
        String recipient,
        Outcome outcome,
        EnhancedStatus status,
        Optional<String> host,
        Optional<InetSocketAddress> address,
        Tls tls,
        Delays delays,
        boolean reused,
        Optional<Reply> reply,
        Optional<String> rule,
        String sentence) {

    /** What became of a recipient. */
    public enum Outcome {
        DELIVERED("delivered"),
        DEFERRED("deferred"),
        FAILED("failed");

        private final String token;

        Outcome(String token) {
            this.token = token;
        }

        public String token() {
            return token;
        }
    }

    /**
     * The TLS session.
     *
     * @param trust how far the server was known
     * @param wanted what the plan demanded: {@code none}, {@code may}, {@code encrypt}, {@code dane}, {@code half-dane},
     *     {@code sts}, {@code dane+sts}, {@code verify}, {@code secure}, or {@code unknown} where no plan came about;
     *     {@code requiretls} is joined on with a plus where the message demands it
     * @param got what was met, in the same words, {@code clear} and {@code none} besides
     * @param session version, cipher and so on; empty where there was no TLS
     * @param by what authenticated the server: {@code TLSA 3 1 1 9F86D081 at depth 0}, {@code MTA-STS enforce},
     *     {@code CA}; empty when nothing did
     */
    public record Tls(Trust trust, String wanted, String got, Optional<Session> session, Optional<String> by) {}

    /**
     * What the handshake settled.
     *
     * @param version as in {@code TLSv1.3}
     * @param cipher the IANA name
     * @param group the key exchange group; empty for static RSA
     * @param bits of the cipher's key
     */
    public record Session(String version, String cipher, Optional<String> group, int bits) {}

    /**
     * Where the time went, as Postfix divides it.
     *
     * @param queued before the attempt began
     * @param waited in this attempt before a connection was tried: look-ups, and waiting for a free place
     * @param connecting for connection, greeting, handshake
     * @param sending for the mail itself
     */
    public record Delays(Duration queued, Duration waited, Duration connecting, Duration sending) {
        public Duration all() {
            return queued.plus(waited).plus(connecting).plus(sending);
        }
    }

    /** The line as text. */
    public String text() {
        return DeliveryLineText.of(this);
    }

    /** The line as one JSON object. */
    public String json() {
        return DeliveryLineJson.of(this);
    }
}
