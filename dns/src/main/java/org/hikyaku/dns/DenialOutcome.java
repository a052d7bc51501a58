package org.hikyaku.dns;

/** What a set of NSEC or NSEC3 records, already verified, proves about a name. */
enum DenialOutcome {
    /** The name does not exist, and no wildcard stands in for it. */
    NAME_ERROR,
    /** The name exists, or a wildcard for it, without records of the type. */
    NO_DATA,
    /** No name closer than the wildcard exists: the expanded answer is right. */
    WILDCARD_FITS,
    /** A delegation without DS. */
    UNSIGNED_DELEGATION,
    /** No delegation at this name. */
    NO_DELEGATION,
    /** The name lies in an opt-out range: it may or may not be an unsigned delegation (RFC 5155 section 6). */
    OPT_OUT,
    /** More NSEC3 iterations than we compute (RFC 9276 section 3.2). */
    TOO_MANY_ITERATIONS,
    NOT_PROVED
}
