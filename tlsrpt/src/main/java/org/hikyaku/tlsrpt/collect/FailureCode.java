package org.hikyaku.tlsrpt.collect;

import java.util.Optional;
import org.hikyaku.policy.ResultType;

/** libtlsrpt's numbers for the result types of RFC 8460 section 4.3. */
final class FailureCode {
    private FailureCode() {}

    /** Empty for numbers without a result type: errors inside the sender (901), and those of later versions. */
    static Optional<ResultType> type(int code) {
        return switch (code) {
            case 201 -> Optional.of(ResultType.STARTTLS_NOT_SUPPORTED);
            case 202 -> Optional.of(ResultType.CERTIFICATE_HOST_MISMATCH);
            case 203 -> Optional.of(ResultType.CERTIFICATE_NOT_TRUSTED);
            case 204 -> Optional.of(ResultType.CERTIFICATE_EXPIRED);
            case 205 -> Optional.of(ResultType.VALIDATION_FAILURE);
            case 301 -> Optional.of(ResultType.STS_POLICY_FETCH_ERROR);
            case 302 -> Optional.of(ResultType.STS_POLICY_INVALID);
            case 303 -> Optional.of(ResultType.STS_WEBPKI_INVALID);
            case 304 -> Optional.of(ResultType.TLSA_INVALID);
            case 305 -> Optional.of(ResultType.DNSSEC_INVALID);
            case 306 -> Optional.of(ResultType.DANE_REQUIRED);
            default -> Optional.empty();
        };
    }
}
