package org.hikyaku.x509;

/** Why no path from a certificate to a trust anchor holds. */
public enum Fault {
    /** A certificate on the path is past its notAfter. */
    EXPIRED,
    /** A certificate on the path is before its notBefore. */
    NOT_YET_VALID,
    /** Nobody known vouches for the chain: an unknown root, or a missing intermediate. */
    NO_ANCHOR,
    /** The leaf is signed by its own key and is no anchor itself. */
    SELF_SIGNED,
    /** The issuer is there, but the signature does not verify with its key. */
    BAD_SIGNATURE,
    /** A certificate that may not issue certificates has issued one. */
    NOT_A_CA,
    /** More intermediates than an authority allows below it. */
    PATH_LENGTH,
    /** A name that an authority on the path may not certify. */
    NAME_CONSTRAINT,
    /** Key usage or extended key usage do not allow a TLS server. */
    PURPOSE,
    /** A key or a signature that can be forged. */
    WEAK,
    /** More certificates, or more work, than the limit. */
    TOO_LONG,
    /** An extension whose bytes do not parse, or a critical one that is unknown (RFC 5280 section 4.2). */
    EXTENSION
}
