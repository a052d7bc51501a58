package org.hikyaku.tls.wire;

import java.math.BigInteger;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters.Signature;

/** ServerKeyExchange from and to bytes. */
final class KeyExchangeCodec {

    private KeyExchangeCodec() {}

    static ServerKeyExchangeParameters read(ByteCursor in, TlsVersion version, Optional<CipherSuite> suite)
            throws TlsFormatException {
        if (suite.isEmpty()) {
            return new ServerKeyExchangeParameters.Other(in.rest());
        }
        CipherSuite known = suite.get();
        long start = in.offset();
        return switch (known.keyExchange()) {
            case ECDHE -> curve(in, start, version, known);
            case DHE -> diffieHellman(in, start, version, known);
            case RSA -> {
                BigInteger modulus = number(in, "RSA modulus");
                BigInteger exponent = number(in, "RSA exponent");
                byte[] encoded = in.since(start);
                yield new ServerKeyExchangeParameters.RsaKey(modulus, exponent, encoded, signature(in, version, known));
            }
            case ECDHE_PSK -> {
                in.opaque16("PSK identity hint");
                yield curve(in, start, version, known);
            }
            case DHE_PSK -> {
                in.opaque16("PSK identity hint");
                yield diffieHellman(in, start, version, known);
            }
            case PSK, RSA_PSK -> {
                byte[] hint = in.opaque16("PSK identity hint");
                yield new ServerKeyExchangeParameters.PskHint(hint, in.since(start));
            }
            case NULL, DH, ECDH, SRP, KRB5, GOST, ECCPWD, TLS13 -> new ServerKeyExchangeParameters.Other(in.rest());
        };
    }

    private static ServerKeyExchangeParameters curve(ByteCursor in, long start, TlsVersion version, CipherSuite suite)
            throws TlsFormatException {
        int curveType = in.u8("curve type");
        if (curveType == 3) {
            int group = in.u16("named curve");
            byte[] point = in.opaque8("EC point");
            byte[] encoded = in.since(start);
            return new ServerKeyExchangeParameters.NamedCurve(group, point, encoded, signature(in, version, suite));
        }
        if (curveType != 1 && curveType != 2) {
            throw new TlsFormatException("curve type " + curveType + ", none of 1, 2, 3", in.offset() - 1);
        }
        explicitCurve(in, curveType);
        in.opaque8("EC point");
        byte[] encoded = in.since(start);
        return new ServerKeyExchangeParameters.ExplicitCurve(curveType, encoded, signature(in, version, suite));
    }

    /** RFC 4492 section 5.4. */
    private static void explicitCurve(ByteCursor in, int curveType) throws TlsFormatException {
        if (curveType == 1) {
            in.opaque8("curve prime");
        } else {
            in.u16("field degree");
            int basis = in.u8("basis");
            in.opaque8("basis exponent");
            if (basis == 2) {
                in.opaque8("basis exponent");
                in.opaque8("basis exponent");
            }
        }
        in.opaque8("curve a");
        in.opaque8("curve b");
        in.opaque8("base point");
        in.opaque8("curve order");
        in.opaque8("cofactor");
    }

    private static ServerKeyExchangeParameters diffieHellman(
            ByteCursor in, long start, TlsVersion version, CipherSuite suite) throws TlsFormatException {
        BigInteger prime = number(in, "DH prime");
        BigInteger generator = number(in, "DH generator");
        BigInteger value = number(in, "DH public value");
        byte[] encoded = in.since(start);
        return new ServerKeyExchangeParameters.DiffieHellman(
                prime, generator, value, encoded, signature(in, version, suite));
    }

    private static BigInteger number(ByteCursor in, String what) throws TlsFormatException {
        return new BigInteger(1, in.opaque16(what));
    }

    private static Optional<Signature> signature(ByteCursor in, TlsVersion version, CipherSuite suite)
            throws TlsFormatException {
        if (!suite.certificate()) {
            return Optional.empty();
        }
        Optional<Integer> scheme =
                version.atLeast(TlsVersion.TLSV1_2) ? Optional.of(in.u16("signature scheme")) : Optional.empty();
        return Optional.of(new Signature(scheme, in.opaque16("signature")));
    }

    static void write(WireWriter out, ServerKeyExchangeParameters parameters) {
        out.raw(parameters.encoded());
        parameters.signature().ifPresent(s -> {
            s.scheme().ifPresent(out::u16);
            out.opaque16(s.value());
        });
    }
}
