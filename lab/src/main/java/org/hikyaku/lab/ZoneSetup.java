package org.hikyaku.lab;

import org.xbill.DNS.Name;

/** How one zone is signed, and what is wrong with it. */
public record ZoneSetup(
        Name apex,
        Signing signing,
        Denial denial,
        Signatures signatures,
        Delegation delegation,
        NameServers nameServers) {

    /** Signature algorithm. */
    public enum Signing {
        /** ECDSA P-256 with SHA-256, algorithm 13. */
        ECDSA,
        /** RSA with SHA-256, algorithm 8. */
        RSA,
        /** Algorithm 15. */
        ED25519,
        /** RSA with SHA-1, algorithm 5. */
        RSASHA1,
        NONE
    }

    /** How absence is proved. */
    public enum Denial {
        NSEC,
        NSEC3,
        NSEC3_OPTOUT,
        NSEC3_500
    }

    /** The state of the zone's signatures. */
    public enum Signatures {
        GOOD,
        CORRUPT,
        MISSING,
        EXPIRED,
        FUTURE,
        SKEW,
        EXPIRING
    }

    /** What the parent zone says of the zone's key. */
    public enum Delegation {
        GOOD,
        WRONG,
        NONE
    }

    /** Which name servers the zone names. */
    public enum NameServers {
        /** Two, with addresses of both families. */
        BOTH,
        /** One, with an IPv4 address alone. */
        V4
    }

    /** Whether the zone has keys at all. */
    boolean signed() {
        return signing != Signing.NONE;
    }

    /** Whether validators are meant to find every answer of the zone well signed. */
    boolean meantRight() {
        return signed() && (signatures == Signatures.GOOD || signatures == Signatures.EXPIRING);
    }
}
