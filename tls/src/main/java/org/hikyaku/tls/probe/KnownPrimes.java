package org.hikyaku.tls.probe;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.agreement.DHStandardGroups;

/** Primes that stand in RFCs: safe primes whose making is known, but shared by many (RFC 2409, 3526, 7919). */
final class KnownPrimes {
    private static final Map<BigInteger, String> NAMES = names();

    private KnownPrimes() {}

    static Optional<String> name(BigInteger prime) {
        return Optional.ofNullable(NAMES.get(prime));
    }

    private static Map<BigInteger, String> names() {
        Map<BigInteger, String> names = new LinkedHashMap<>();
        names.put(DHStandardGroups.rfc2409_768.getP(), "RFC 2409 Oakley group 1 (768 bits)");
        names.put(DHStandardGroups.rfc2409_1024.getP(), "RFC 2409 Oakley group 2 (1024 bits)");
        names.put(DHStandardGroups.rfc3526_1536.getP(), "RFC 3526 group 5 (1536 bits)");
        names.put(DHStandardGroups.rfc3526_2048.getP(), "RFC 3526 group 14 (2048 bits)");
        names.put(DHStandardGroups.rfc3526_3072.getP(), "RFC 3526 group 15 (3072 bits)");
        names.put(DHStandardGroups.rfc3526_4096.getP(), "RFC 3526 group 16 (4096 bits)");
        names.put(DHStandardGroups.rfc3526_6144.getP(), "RFC 3526 group 17 (6144 bits)");
        names.put(DHStandardGroups.rfc3526_8192.getP(), "RFC 3526 group 18 (8192 bits)");
        names.put(DHStandardGroups.rfc7919_ffdhe2048.getP(), "ffdhe2048");
        names.put(DHStandardGroups.rfc7919_ffdhe3072.getP(), "ffdhe3072");
        names.put(DHStandardGroups.rfc7919_ffdhe4096.getP(), "ffdhe4096");
        names.put(DHStandardGroups.rfc7919_ffdhe6144.getP(), "ffdhe6144");
        names.put(DHStandardGroups.rfc7919_ffdhe8192.getP(), "ffdhe8192");
        return names;
    }
}
