package org.hikyaku.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;

/**
 * The versions, suites and groups that a client offers, and a server takes, best first. A mail client takes what it gets: a weak suite keeps
 * out more eyes than clear text does, and what was settled is judged afterwards. Suites without encryption, without
 * authentication, and with ciphers broken outright (RC4, export) are not offered.
 */
final class UsualOffer {
    /** The smallest prime for finite-field key exchange; smaller ones are within reach of everybody (Logjam, 2015). */
    static final int SMALLEST_DH_BITS = 1024;

    /** Larger primes cost a second of computing and protect nobody better. */
    static final int LARGEST_DH_BITS = 8192;

    private static final int[] SUITES_13 = {
        CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_CHACHA20_POLY1305_SHA256, CipherSuite.TLS_AES_128_GCM_SHA256
    };

    private static final int[] SUITES_12 = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
        CipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA256,
        CipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA256,
        CipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA256,
        CipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA256
    };

    private static final int[] SUITES_ANY = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        CipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA,
        CipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
        CipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
        CipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA
    };

    /** For servers so old that they have nothing else. */
    private static final int[] SUITES_OLD = {
        CipherSuite.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
        CipherSuite.TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA,
        CipherSuite.TLS_RSA_WITH_3DES_EDE_CBC_SHA
    };

    private UsualOffer() {}

    static ProtocolVersion[] versions(TlsVersion min, TlsVersion max) {
        return version(max).downTo(version(min));
    }

    static ProtocolVersion version(TlsVersion version) {
        return ProtocolVersion.get(version.code() >> 8, version.code() & 0xff);
    }

    static int[] suites(TlsClientOptions options) {
        return options.suites().isEmpty() ? suites(options.min(), options.max()) : codes(options.suites());
    }

    static int[] codes(List<org.hikyaku.tls.wire.CipherSuite> suites) {
        return suites.stream().mapToInt(org.hikyaku.tls.wire.CipherSuite::code).toArray();
    }

    /** The usual suites of these versions. */
    static int[] suites(TlsVersion min, TlsVersion max) {
        List<int[]> parts = new ArrayList<>();
        if (max.atLeast(TlsVersion.TLSV1_3)) {
            parts.add(SUITES_13);
        }
        if (!min.atLeast(TlsVersion.TLSV1_3)) {
            if (max.atLeast(TlsVersion.TLSV1_2)) {
                parts.add(SUITES_12);
            }
            parts.add(SUITES_ANY);
        }
        if (!min.atLeast(TlsVersion.TLSV1_2)) {
            parts.add(SUITES_OLD);
        }
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }

    /** Groups for supported_groups, best first. */
    static List<Integer> groups(TlsClientOptions options) {
        if (!options.groups().isEmpty()) {
            return options.groups().stream()
                    .map(org.hikyaku.tls.wire.NamedGroup::code)
                    .toList();
        }
        return groups(options.postQuantum(), options.max());
    }

    /** The usual groups, best first. */
    static List<Integer> groups(boolean postQuantum, TlsVersion max) {
        List<Integer> groups = new ArrayList<>();
        if (postQuantum && max.atLeast(TlsVersion.TLSV1_3)) {
            groups.add(NamedGroup.X25519MLKEM768);
        }
        groups.addAll(List.of(
                NamedGroup.x25519,
                NamedGroup.secp256r1,
                NamedGroup.secp384r1,
                NamedGroup.secp521r1,
                NamedGroup.x448,
                NamedGroup.ffdhe2048,
                NamedGroup.ffdhe3072));
        return groups;
    }

    /** Groups with a key share in the first flight: what nearly every server takes, without a second round trip. */
    static List<Integer> keyShares(TlsClientOptions options) {
        if (!options.groups().isEmpty()) {
            return List.of(options.groups().getFirst().code());
        }
        List<Integer> shares = new ArrayList<>();
        if (options.postQuantum()) {
            shares.add(NamedGroup.X25519MLKEM768);
        }
        shares.add(NamedGroup.x25519);
        return shares;
    }
}
