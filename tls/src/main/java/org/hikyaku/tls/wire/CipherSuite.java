package org.hikyaku.tls.wire;

import java.util.Optional;

/**
 * A cipher suite and what its name says.
 *
 * @param code its number on the wire
 * @param name the IANA name, such as {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
 * @param openSslName OpenSSL's name, such as {@code ECDHE-RSA-AES128-GCM-SHA256}; empty when it has none
 * @param mac what protects integrity; {@link Mac#AEAD} when the cipher does
 * @param prf digest of the PRF of TLS 1.2 or of the HKDF of TLS 1.3
 * @param export made weak for export (40 to 56 bits and 512- or 1024-bit keys)
 * @param registered false for suites that were deployed without a registration
 */
public record CipherSuite(
        int code,
        String name,
        Optional<String> openSslName,
        KeyExchange keyExchange,
        Authentication authentication,
        BulkCipher cipher,
        Mac mac,
        Prf prf,
        boolean export,
        boolean registered) {

    public static final int EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff;
    public static final int FALLBACK_SCSV = 0x5600;

    /** How the premaster secret comes about. */
    public enum KeyExchange {
        NULL(false),
        RSA(false),
        DH(false),
        DHE(true),
        ECDH(false),
        ECDHE(true),
        PSK(false),
        DHE_PSK(true),
        ECDHE_PSK(true),
        RSA_PSK(false),
        SRP(true),
        KRB5(false),
        GOST(false),
        ECCPWD(true),
        /** Negotiated by extensions, always ephemeral or with a PSK. */
        TLS13(true);

        private final boolean forwardSecret;

        KeyExchange(boolean forwardSecret) {
            this.forwardSecret = forwardSecret;
        }

        /** True when the long-term key does not decrypt recorded sessions. */
        public boolean forwardSecret() {
            return forwardSecret;
        }

        /** True when the server sends a ServerKeyExchange with an elliptic curve point. */
        public boolean ellipticCurve() {
            return this == ECDHE || this == ECDHE_PSK;
        }

        /** True when the server sends a ServerKeyExchange with a prime. */
        public boolean finiteField() {
            return this == DHE || this == DHE_PSK;
        }
    }

    /** How the server shows who it is. */
    public enum Authentication {
        NULL,
        ANON,
        RSA,
        DSS,
        ECDSA,
        PSK,
        SRP,
        KRB5,
        GOST,
        PASSWORD,
        /** Negotiated by signature_algorithms. */
        TLS13
    }

    /** Integrity of records. */
    public enum Mac {
        AEAD(0),
        NULL(0),
        MD5(16),
        SHA1(20),
        SHA256(32),
        SHA384(48),
        OTHER(0);

        private final int length;

        Mac(int length) {
            this.length = length;
        }

        /** Bytes of the MAC and of its key. */
        public int length() {
            return length;
        }
    }

    /** The digest under the key schedule. */
    public enum Prf {
        SHA256("SHA-256", "HmacSHA256", 32),
        SHA384("SHA-384", "HmacSHA384", 48),
        SHA512("SHA-512", "HmacSHA512", 64),
        /** SM3 and Streebog: not implemented. */
        OTHER("", "", 0);

        private final String digest;
        private final String hmac;
        private final int length;

        Prf(String digest, String hmac, int length) {
            this.digest = digest;
            this.hmac = hmac;
            this.length = length;
        }

        /** The JCA name of the digest. */
        public String digest() {
            return digest;
        }

        /** The JCA name of its HMAC. */
        public String hmac() {
            return hmac;
        }

        /** Bytes. */
        public int length() {
            return length;
        }
    }

    private static final Registry<CipherSuite> REGISTRY =
            Registry.load("cipher-suites.tsv", 4, SuiteName::entry, CipherSuite::name);

    /** All suites known, in order of their numbers, without GREASE; the two signalling values are among them. */
    public static Registry<CipherSuite> registry() {
        return REGISTRY;
    }

    /** True for numbers that ask for something and cannot be chosen (RFC 5746, RFC 7507). */
    public boolean signalling() {
        return code == EMPTY_RENEGOTIATION_INFO_SCSV || code == FALLBACK_SCSV;
    }

    public boolean tls13() {
        return keyExchange == KeyExchange.TLS13;
    }

    /** True when the suite is defined for TLS 1.2 only: AEAD ciphers and MACs of SHA-2 (RFC 5246, 5288, 5289). */
    public boolean tls12Only() {
        return !tls13() && (cipher.mode().aead() || mac == Mac.SHA256 || mac == Mac.SHA384);
    }

    public boolean forwardSecret() {
        return keyExchange.forwardSecret();
    }

    public boolean aead() {
        return cipher.mode().aead();
    }

    public boolean anonymous() {
        return authentication == Authentication.ANON || authentication == Authentication.NULL;
    }

    public boolean nullCipher() {
        return cipher == BulkCipher.NULL;
    }

    /** The server sends a certificate. */
    public boolean certificate() {
        return switch (authentication) {
            case RSA, DSS, ECDSA, GOST, TLS13 -> true;
            case NULL, ANON, PSK, SRP, KRB5, PASSWORD -> false;
        };
    }

    /** Strength of the cipher in bits. */
    public int bits() {
        return cipher.strength();
    }
}
