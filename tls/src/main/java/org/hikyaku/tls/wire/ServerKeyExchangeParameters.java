package org.hikyaku.tls.wire;

import java.math.BigInteger;
import java.util.Optional;

/** What a ServerKeyExchange holds, by the suite's key exchange (RFC 5246 section 7.4.3). */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are on the wire, not copied
public sealed interface ServerKeyExchangeParameters {

    /** The signature over the parameters; empty for anonymous and PSK suites. */
    Optional<Signature> signature();

    /** The parameters as they were sent and signed. */
    byte[] encoded();

    /** @param scheme empty before TLS 1.2, where the key decides (RSA: MD5 with SHA-1, else SHA-1) */
    record Signature(Optional<Integer> scheme, byte[] value) {}

    /** RFC 8422 section 5.4, a named curve. */
    record NamedCurve(int group, byte[] point, byte[] encoded, Optional<Signature> signature)
            implements ServerKeyExchangeParameters {}

    /** RFC 4492 section 5.4: curve parameters sent along; type 1 prime, 2 binary. */
    record ExplicitCurve(int curveType, byte[] encoded, Optional<Signature> signature)
            implements ServerKeyExchangeParameters {}

    /** Finite field Diffie-Hellman: prime, generator, public value. */
    record DiffieHellman(
            BigInteger prime,
            BigInteger generator,
            BigInteger publicValue,
            byte[] encoded,
            Optional<Signature> signature)
            implements ServerKeyExchangeParameters {}

    /** The short RSA key of export suites (RFC 2246 section 7.4.3). */
    record RsaKey(BigInteger modulus, BigInteger exponent, byte[] encoded, Optional<Signature> signature)
            implements ServerKeyExchangeParameters {}

    /** RFC 4279: a hint for which key to use. */
    record PskHint(byte[] hint, byte[] encoded) implements ServerKeyExchangeParameters {
        @Override
        public Optional<Signature> signature() {
            return Optional.empty();
        }
    }

    /** Of a key exchange that is not looked into (SRP, GOST, ECC passwords) or whose suite is unknown. */
    record Other(byte[] encoded) implements ServerKeyExchangeParameters {
        @Override
        public Optional<Signature> signature() {
            return Optional.empty();
        }
    }
}
