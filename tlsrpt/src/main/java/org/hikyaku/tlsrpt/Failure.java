package org.hikyaku.tlsrpt;

import java.util.Optional;
import org.hikyaku.policy.ResultType;

/**
 * One kind of failure: all that tells it from another (RFC 8460 section 4.4, {@code failure-details}, without the
 * number). All but the type may be absent: an MTA-STS policy fails before any address is known (T9).
 *
 * @param type the result type (T7); one of {@link ResultType}'s tokens in what we write, any text in what we read
 * @param sendingMtaIp {@code sending-mta-ip}
 * @param mxHostname {@code receiving-mx-hostname}
 * @param mxHelo {@code receiving-mx-helo}
 * @param receivingIp {@code receiving-ip}
 * @param additionalInformation {@code additional-information}: a URI
 * @param reasonCode {@code failure-reason-code}: an error code or a sentence
 */
public record Failure(
        String type,
        Optional<String> sendingMtaIp,
        Optional<String> mxHostname,
        Optional<String> mxHelo,
        Optional<String> receivingIp,
        Optional<String> additionalInformation,
        Optional<String> reasonCode) {

    /** A failure of which nothing is known but what happened and why. */
    public static Failure of(ResultType type, Optional<String> reasonCode) {
        return new Failure(
                type.token(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                reasonCode);
    }
}
