package org.hikyaku.dns;

import java.security.PublicKey;
import java.util.Optional;
import org.xbill.DNS.DNSKEYRecord;

/** A DNSKEY record with what is computed from it once: tag, and the key in the form that the verifier takes. */
final class ZoneKey {
    /** RFC 4034 section 2.1.1: bit 7 of the flags. */
    static final int ZONE_FLAG = 0x100;
    /** RFC 5011 section 3: bit 8. */
    static final int REVOKE_FLAG = 0x80;
    /** RFC 4034 section 2.1.1: bit 15. */
    static final int SEP_FLAG = 0x1;

    private static final int PROTOCOL_DNSSEC = 3;

    private final DNSKEYRecord dnskey;
    private final byte[] material;
    private final int tag;
    private final Optional<PublicKey> publicKey;

    ZoneKey(DNSKEYRecord dnskey, SignatureVerifier verifier) {
        this.dnskey = dnskey;
        this.material = material(dnskey);
        this.tag = dnskey.getFootprint();
        this.publicKey = verifier.publicKey(dnskey.getAlgorithm(), material);
    }

    /** The public key field; empty when the record has none, which is legal on the wire. */
    static byte[] material(DNSKEYRecord dnskey) {
        byte[] key = dnskey.getKey();
        return key == null ? new byte[0] : key;
    }

    /** The public key field of the record. Not to be changed. */
    byte[] material() {
        return material;
    }

    DNSKEYRecord dnskey() {
        return dnskey;
    }

    int tag() {
        return tag;
    }

    int algorithm() {
        return dnskey.getAlgorithm();
    }

    /** The key, where the algorithm goes through a JCA provider; empty for a key that cannot be read. */
    Optional<PublicKey> publicKey() {
        return publicKey;
    }

    /** False for a key that cannot be one of its algorithm: nothing will ever verify with it. */
    boolean isReadable() {
        return SignatureVerifier.isReadable(this);
    }

    boolean hasZoneBit() {
        return (dnskey.getFlags() & ZONE_FLAG) != 0;
    }

    boolean isRevoked() {
        return (dnskey.getFlags() & REVOKE_FLAG) != 0;
    }

    /** Whether it may sign records of its zone (RFC 4034 section 2.1, RFC 5011 section 2.1). */
    boolean maySign() {
        return hasZoneBit() && !isRevoked() && dnskey.getProtocol() == PROTOCOL_DNSSEC;
    }

    Proof.Key described() {
        return new Proof.Key(
                tag,
                algorithm(),
                SignatureVerifier.bits(algorithm(), material),
                (dnskey.getFlags() & SEP_FLAG) != 0,
                hasZoneBit(),
                isRevoked());
    }
}
