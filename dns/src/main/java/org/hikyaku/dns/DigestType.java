package org.hikyaku.dns;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;

/** The digest types of DS records that are supported: 1 SHA-1, 2 SHA-256 (RFC 4509), 4 SHA-384 (RFC 6605). */
final class DigestType {
    static final int SHA1 = 1;
    static final int SHA256 = 2;
    static final int SHA384 = 4;

    private DigestType() {}

    static boolean isSupported(int type) {
        return length(type) != 0;
    }

    /** Length of the digest in bytes; 0 when the type is not supported. */
    static int length(int type) {
        return switch (type) {
            case SHA1 -> 20;
            case SHA256 -> 32;
            case SHA384 -> 48;
            default -> 0;
        };
    }

    /** RFC 4034 section 5.1.4: digest(canonical owner name | DNSKEY RDATA). */
    static boolean matches(DSRecord ds, DNSKEYRecord key) {
        byte[] digest = ds.getDigest();
        if (digest == null || digest.length != length(ds.getDigestID())) {
            return false;
        }
        MessageDigest hash = hash(ds.getDigestID());
        hash.update(key.getName().toWireCanonical());
        hash.update(key.rdataToWireCanonical());
        return Arrays.equals(hash.digest(), digest);
    }

    private static MessageDigest hash(int type) {
        String name = switch (type) {
            case SHA1 -> "SHA-1";
            case SHA256 -> "SHA-256";
            case SHA384 -> "SHA-384";
            default -> throw new IllegalArgumentException("digest type " + type);
        };
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }
}
