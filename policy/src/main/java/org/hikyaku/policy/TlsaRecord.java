package org.hikyaku.policy;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.hikyaku.x509.Certificate;
import org.xbill.DNS.Record;
import org.xbill.DNS.TLSARecord;

/**
 * The data of one TLSA record (RFC 6698 section 2.1), usable or not.
 *
 * @param usage certificate usage, 0 to 255
 * @param selector selector, 0 to 255
 * @param matchingType matching type, 0 to 255
 * @param data certificate association data
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record TlsaRecord(int usage, int selector, int matchingType, byte[] data) {

    /** A trust anchor in the server's chain, or above it (RFC 7671 section 5.2). */
    public static final int DANE_TA = 2;
    /** The server's own certificate or key (RFC 7671 section 5.1). */
    public static final int DANE_EE = 3;

    public static final int FULL_CERTIFICATE = 0;
    public static final int PUBLIC_KEY = 1;

    public static final int EXACT = 0;
    public static final int SHA2_256 = 1;
    public static final int SHA2_512 = 2;

    /** The largest association data taken from a text: what fits into a resource record (RFC 1035 section 3.2.1). */
    private static final int MAX_DATA = 65_535 - 3;

    public TlsaRecord {
        if ((usage & ~0xff) != 0 || (selector & ~0xff) != 0 || (matchingType & ~0xff) != 0) {
            throw new IllegalArgumentException("TLSA fields are 0 to 255");
        }
        data = data.clone();
    }

    /** A field that a record is too short for: reserved as usage, selector and matching type (RFC 7218). */
    private static final int MISSING = 255;

    /**
     * Record data as received; whether it is usable is another question ({@link #unusable()}). What a record that is cut
     * short does not have counts as 255, or as no data (D10).
     */
    public static TlsaRecord of(Record received) {
        if (!(received instanceof TLSARecord wire)) {
            byte[] octets = Arrays.copyOf(received.rdataToWireCanonical(), 3);
            int length = received.rdataToWireCanonical().length;
            return new TlsaRecord(
                    length > 0 ? octets[0] & 0xff : MISSING,
                    length > 1 ? octets[1] & 0xff : MISSING,
                    length > 2 ? octets[2] & 0xff : MISSING,
                    new byte[0]);
        }
        return new TlsaRecord(
                wire.getCertificateUsage(),
                wire.getSelector(),
                wire.getMatchingType(),
                wire.getCertificateAssociationData());
    }

    /** The record that a publisher would make of a certificate. */
    public static TlsaRecord of(int usage, int selector, int matchingType, Certificate certificate) {
        byte[] selected = selector == FULL_CERTIFICATE ? certificate.der() : certificate.subjectPublicKeyInfo();
        return new TlsaRecord(usage, selector, matchingType, digest(matchingType, selected));
    }

    /** The record with selector 1 for a key alone, a SubjectPublicKeyInfo in DER. */
    public static TlsaRecord ofKey(int usage, int matchingType, byte[] subjectPublicKeyInfo) {
        return new TlsaRecord(usage, PUBLIC_KEY, matchingType, digest(matchingType, subjectPublicKeyInfo));
    }

    /**
     * Presentation form, {@code 3 1 1 9f86…} (RFC 6698 section 2.2): three numbers and hexadecimal data, which may be
     * split by white space, in either case. A whole record line is taken too: what stands before {@code TLSA} is
     * skipped.
     */
    public static TlsaRecord parse(String text) throws TlsaFormatException {
        return TlsaText.parse(text, MAX_DATA);
    }

    /** The association data that stands for these bytes under a matching type. */
    static byte[] digest(int matchingType, byte[] selected) {
        return switch (matchingType) {
            case EXACT -> selected;
            case SHA2_256 -> sha("SHA-256", selected);
            case SHA2_512 -> sha("SHA-512", selected);
            default -> throw new IllegalArgumentException("no such matching type: " + matchingType);
        };
    }

    private static byte[] sha(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    /**
     * Why a mail sender cannot use this record, as the end of a sentence that starts with the record; empty when it can
     * (D10, RFC 7672 section 3.1.3).
     */
    public Optional<String> unusable() {
        if (usage == 0 || usage == 1) {
            return Optional.of("has usage " + usage + (usage == 0 ? " (PKIX-TA)" : " (PKIX-EE)")
                    + ", which mail senders do not use; publish 3 1 1 or 2 1 1 instead");
        }
        if (usage != DANE_TA && usage != DANE_EE) {
            return Optional.of("has usage " + usage + ", which is not defined");
        }
        if (selector != FULL_CERTIFICATE && selector != PUBLIC_KEY) {
            return Optional.of("has selector " + selector + ", which is not defined");
        }
        return switch (matchingType) {
            case EXACT -> unparsable();
            case SHA2_256 -> wrongLength("SHA2-256", 32);
            case SHA2_512 -> wrongLength("SHA2-512", 64);
            default -> Optional.of("has matching type " + matchingType + ", which is not defined");
        };
    }

    public boolean usable() {
        return unusable().isEmpty();
    }

    private Optional<String> wrongLength(String digest, int expected) {
        return data.length == expected
                ? Optional.empty()
                : Optional.of("has " + data.length + (data.length == 1 ? " byte" : " bytes") + " of data, but a "
                        + digest + " digest has " + expected);
    }

    private Optional<String> unparsable() {
        try {
            if (selector == FULL_CERTIFICATE) {
                Certificate.parse(data);
            } else {
                parseKey();
            }
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of("has matching type 0, but its data is not "
                    + (selector == FULL_CERTIFICATE ? "a certificate" : "a public key") + " in DER");
        }
    }

    private void parseKey() throws IOException {
        if (SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(data)) == null) {
            throw new IOException("no bytes, no key");
        }
    }

    /** Whether the record's data stands for this certificate: usage aside. False for records that are not usable. */
    public boolean selects(Certificate certificate) {
        if ((selector != FULL_CERTIFICATE && selector != PUBLIC_KEY) || matchingType > SHA2_512) {
            return false;
        }
        byte[] selected = selector == FULL_CERTIFICATE ? certificate.der() : certificate.subjectPublicKeyInfo();
        return Arrays.equals(data, digest(matchingType, selected));
    }

    @Override
    public byte[] data() {
        return data.clone();
    }

    int length() {
        return data.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsaRecord t
                && usage == t.usage
                && selector == t.selector
                && matchingType == t.matchingType
                && Arrays.equals(data, t.data);
    }

    @Override
    public int hashCode() {
        return ((usage * 31 + selector) * 31 + matchingType) * 31 + Arrays.hashCode(data);
    }

    /** Presentation form without inner spaces in the data: {@code 3 1 1 9f86…} (T3). */
    @Override
    public String toString() {
        return usage + " " + selector + " " + matchingType + " "
                + HexFormat.of().formatHex(data);
    }

    /** For sentences: {@code 3 1 1 9f86d081…}, the data cut short. */
    public String brief() {
        String hex = HexFormat.of().formatHex(data, 0, Math.min(data.length, 8));
        return usage + " " + selector + " " + matchingType + " " + (data.length <= 8 ? hex : hex + "…");
    }
}
