package org.hikyaku.dns;

/** The Extended DNS Errors that a validator gives (RFC 8914 section 4, RFC 9276 for 27). */
public enum ExtendedError {
    UNSUPPORTED_DNSKEY_ALGORITHM(1, "unsupported DNSKEY algorithm"),
    UNSUPPORTED_DS_DIGEST(2, "unsupported DS digest type"),
    DNSSEC_INDETERMINATE(5, "DNSSEC indeterminate"),
    DNSSEC_BOGUS(6, "DNSSEC bogus"),
    SIGNATURE_EXPIRED(7, "signature expired"),
    SIGNATURE_NOT_YET_VALID(8, "signature not yet valid"),
    DNSKEY_MISSING(9, "DNSKEY missing"),
    RRSIGS_MISSING(10, "RRSIGs missing"),
    NO_ZONE_KEY_BIT(11, "no zone key bit set"),
    NSEC_MISSING(12, "NSEC missing"),
    UNSUPPORTED_NSEC3_ITERATIONS(27, "unsupported NSEC3 iterations value");

    private final int code;
    private final String title;

    ExtendedError(int code, String title) {
        this.code = code;
        this.title = title;
    }

    /** The INFO-CODE. */
    public int code() {
        return code;
    }

    public String title() {
        return title;
    }
}
