package org.hikyaku.tls.probe;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.BulkCipher;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.tls.wire.NamedGroup.Kind;

/** Lists to offer, best first. */
final class Offers {
    /** What TLS 1.3 servers know: the NIST curves and those of Bernstein, in order of how often they are preferred. */
    static final List<Integer> CLASSIC_GROUPS_13 = List.of(29, 23, 24, 30, 25);

    /** As above, and the brainpool curves; order as servers in the field have it. */
    static final List<Integer> CLASSIC_GROUPS_12 = List.of(29, 23, 24, 30, 25, 28, 27, 26);

    /** Hybrids with ML-KEM. */
    static final List<Integer> HYBRID_GROUPS = List.of(4588, 4587, 4589);

    /** Named groups over finite fields (RFC 7919). */
    static final List<Integer> FFDHE_GROUPS = List.of(256, 257, 258, 259, 260);

    /** The brainpool curves under the numbers of TLS 1.3 (RFC 8734). */
    static final List<Integer> BRAINPOOL_13 = List.of(33, 32, 31);

    /** Curves that nobody should use: short, binary, or with questionable parameters; 224 bits first. */
    static final List<Integer> POOR_CURVES =
            List.of(21, 20, 22, 19, 18, 16, 17, 15, 13, 14, 11, 12, 9, 10, 8, 7, 6, 5, 4, 3, 2, 1);

    /** All schemes from strong to weak, without MD5 and DSA. */
    static final List<Integer> ALL_SCHEMES = List.of(
            0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501,
            0x0601, 0x081a, 0x081b, 0x081c, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0302, 0x0202);

    /** Those that TLS 1.3 may sign a handshake with. */
    static final List<Integer> RSA_SCHEMES_13 = List.of(0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b);

    static final List<Integer> ECDSA_SCHEMES_13 = List.of(0x0403, 0x0503, 0x0603, 0x081a, 0x081b, 0x081c);

    /** By the kind of key, strong to weak; those for RSA keys that may do PSS alone among them. */
    static final List<Integer> RSA_SCHEMES =
            List.of(0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601, 0x0301, 0x0201, 0x0101);

    /** Edwards curves go with the suites for ECDSA (RFC 8422 section 5.10). */
    static final List<Integer> ECDSA_SCHEMES =
            List.of(0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x081a, 0x081b, 0x081c, 0x0303, 0x0203, 0x0103);

    static final List<Integer> DSA_SCHEMES = List.of(0x0602, 0x0502, 0x0402, 0x0302, 0x0202, 0x0102);

    static final List<Integer> SHA1_SCHEMES = List.of(0x0203, 0x0201, 0x0202);
    static final List<Integer> SHA224_SCHEMES = List.of(0x0303, 0x0301, 0x0302);
    static final List<Integer> MD5_SCHEMES = List.of(0x0103, 0x0101, 0x0102);

    /** RFC 8998. */
    private static final int CURVE_SM2 = 41;

    private Offers() {}

    /** All suites for TLS 1.3, the common ones first. */
    static List<Integer> tls13() {
        List<Integer> common = List.of(0x1302, 0x1303, 0x1301, 0x1304, 0x1305);
        return Stream.concat(
                        common.stream(),
                        CipherSuite.registry().all().stream()
                                .filter(CipherSuite::tls13)
                                .map(CipherSuite::code)
                                .filter(c -> !common.contains(c)))
                .toList();
    }

    /** All suites for SSLv3 to TLS 1.2 that this version can have, best first. */
    static List<Integer> before13(TlsVersion version) {
        return suites(s -> !s.tls13() && !s.signalling() && (version == TlsVersion.TLSV1_2 || !s.tls12Only()));
    }

    static List<Integer> suites(Predicate<CipherSuite> filter) {
        return CipherSuite.registry().all().stream()
                .filter(s -> s.code() != 0) // TLS_NULL_WITH_NULL_NULL cannot be negotiated (RFC 5246 appendix A.5)
                .filter(filter)
                .sorted(BEST_FIRST)
                .map(CipherSuite::code)
                .toList();
    }

    /** Forward secrecy, then AEAD, then authentication, then strength; ties by number so that runs are alike. */
    static final Comparator<CipherSuite> BEST_FIRST = Comparator.comparingInt(Offers::rank)
            .thenComparing(s -> !s.aead())
            .thenComparing(Comparator.comparingInt(CipherSuite::bits).reversed())
            .thenComparingInt(CipherSuite::code);

    /** From 0 (best) to 9: how bad it is that a server accepts this suite. */
    static int rank(CipherSuite suite) {
        if (suite.anonymous() || suite.nullCipher()) {
            return 9;
        }
        if (suite.export()) {
            return 8;
        }
        if (suite.bits() < 112 || suite.cipher().mode() == BulkCipher.Mode.STREAM) {
            return 7;
        }
        if (!suite.certificate()) {
            return 6;
        }
        if (suite.bits() < 128 || suite.cipher().blockLength() == 8) {
            return 5;
        }
        if (!suite.forwardSecret()) {
            return 4;
        }
        if (!suite.aead()) {
            return suite.mac() == CipherSuite.Mac.SHA1 || suite.mac() == CipherSuite.Mac.MD5 ? 3 : 2;
        }
        return suite.keyExchange() == KeyExchange.DHE ? 1 : 0;
    }

    /** All groups that TLS 1.3 can use and that are implemented here. */
    static List<Integer> groups13() {
        return Stream.of(HYBRID_GROUPS, CLASSIC_GROUPS_13, FFDHE_GROUPS, BRAINPOOL_13, List.of(CURVE_SM2))
                .flatMap(List::stream)
                .toList();
    }

    /** All schemes that TLS 1.3 may sign a handshake with, and those that it must not (RFC 8446 section 4.2.3). */
    static List<Integer> allSchemes13() {
        Stream<Integer> allowed = Stream.of(
                        RSA_SCHEMES_13, ECDSA_SCHEMES_13, List.of(0x0807, 0x0808), List.of(0x0904, 0x0905, 0x0906))
                .flatMap(List::stream);
        return Stream.concat(allowed, ALL_SCHEMES.stream()).distinct().toList();
    }

    /** All named elliptic curves and Montgomery curves that TLS 1.2 can use. */
    static List<Integer> curves12() {
        return NamedGroup.registry().all().stream()
                .filter(g -> g.kind() == Kind.EC || g.kind() == Kind.XDH)
                .filter(g -> g.code() <= 30)
                .map(NamedGroup::code)
                .toList();
    }
}
