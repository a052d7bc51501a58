package org.hikyaku.tls;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.hikyaku.tls.wire.CipherSuite;

/** The cipher suites that {@link TlsClient} and {@link TlsServer} can speak, if told to: more than they do unasked. */
public final class SpokenSuites {
    private SpokenSuites() {}

    /** In order of their numbers. */
    public static List<CipherSuite> all(SecureRandom random) {
        return among(List.copyOf(CipherSuite.registry().all()), random);
    }

    /** Those of the given ones, in their order; the fewer are asked about, the sooner it is known. */
    public static List<CipherSuite> among(List<CipherSuite> suites, SecureRandom random) {
        JcaTlsCrypto crypto = new SessionCrypto(new CryptoChoice(), new SessionCrypto.Abilities(), random);
        List<CipherSuite> candidates = suites.stream()
                .filter(SpokenSuites::authenticatedByCertificateOrNotAtAll)
                .toList();
        Set<Integer> known = Arrays.stream(TlsUtils.getSupportedCipherSuites(crypto, UsualOffer.codes(candidates)))
                .boxed()
                .collect(Collectors.toSet());
        return candidates.stream().filter(s -> known.contains(s.code())).toList();
    }

    private static boolean authenticatedByCertificateOrNotAtAll(CipherSuite suite) {
        boolean exchange = switch (suite.keyExchange()) {
            case RSA, DHE, ECDHE, TLS13 -> true;
            case NULL, DH, ECDH, PSK, DHE_PSK, ECDHE_PSK, RSA_PSK, SRP, KRB5, GOST, ECCPWD -> false;
        };
        return exchange
                && !suite.signalling()
                && switch (suite.authentication()) {
                    case RSA, ECDSA, TLS13, ANON -> true;
                    case NULL, DSS, PSK, SRP, KRB5, GOST, PASSWORD -> false;
                };
    }
}
