package org.hikyaku.x509;

import java.util.Arrays;

/**
 * Finds the exact bytes of one field of a certificate. TLSA selector 1 digests the SubjectPublicKeyInfo as it stands in
 * the certificate (RFC 6698 section 2.1.2); encoding a parsed key again would change the bytes of a sloppy encoder.
 */
final class DerSlice {
    private final byte[] der;

    DerSlice(byte[] der) {
        this.der = der;
    }

    /** The SubjectPublicKeyInfo with its tag and length (RFC 5280 section 4.1). */
    byte[] subjectPublicKeyInfo() throws CertificateFormatException {
        int tbs = contentStart(0, 0x30);
        int at = contentStart(tbs, 0x30);
        if (at < der.length && (der[at] & 0xff) == 0xa0) {
            at = end(at); // version
        }
        for (int i = 0; i < 5; i++) {
            at = end(at); // serialNumber, signature, issuer, validity, subject
        }
        return Arrays.copyOfRange(der, at, end(at));
    }

    /** The part that is signed, with its tag and length. */
    byte[] tbsCertificate() throws CertificateFormatException {
        int at = contentStart(0, 0x30);
        return Arrays.copyOfRange(der, at, end(at));
    }

    private int contentStart(int at, int tag) throws CertificateFormatException {
        if (at >= der.length || (der[at] & 0xff) != tag) {
            throw malformed();
        }
        return header(at)[0];
    }

    private int end(int at) throws CertificateFormatException {
        int[] header = header(at);
        return header[0] + header[1];
    }

    /** Where the content starts, and its length. */
    private int[] header(int at) throws CertificateFormatException {
        if (at + 2 > der.length || (der[at] & 0x1f) == 0x1f) {
            throw malformed();
        }
        int first = der[at + 1] & 0xff;
        int start = at + 2;
        int length = first;
        if (first >= 0x80) {
            int count = first & 0x7f;
            if (count == 0 || count > 3 || start + count > der.length) {
                throw malformed();
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = (length << 8) | (der[start + i] & 0xff);
            }
            start += count;
        }
        if (length > der.length - start) {
            throw malformed();
        }
        return new int[] {start, length};
    }

    private static CertificateFormatException malformed() {
        return new CertificateFormatException("not an X.509 certificate in DER: its fields cannot be told apart");
    }
}
