package org.hikyaku.tls.wire;

import java.util.Optional;
import org.hikyaku.tls.wire.CipherSuite.Authentication;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.CipherSuite.Mac;
import org.hikyaku.tls.wire.CipherSuite.Prf;

/**
 * Takes the name of a cipher suite apart: {@code TLS_<exchange>_<authentication>[_EXPORT]_WITH_<cipher>_<digest>}, and
 * {@code TLS_<cipher>_<digest>} for TLS 1.3 (RFC 8446 appendix B.4).
 */
final class SuiteName {
    private static final BulkCipher[] CIPHERS = BulkCipher.values();

    private SuiteName() {}

    /** One line of the data file: code, name, OpenSSL name, recommended, reference. */
    static CipherSuite entry(String[] f) {
        String name = f[1];
        int code = Integer.parseInt(f[0], 16);
        Optional<String> openSsl = f[2].equals("-") ? Optional.empty() : Optional.of(f[2]);
        boolean registered = !f[4].equals("unregistered");
        int with = name.indexOf("_WITH_");
        String exchange = with < 0 ? "" : name.substring(name.indexOf('_') + 1, with);
        String rest = with < 0 ? name.substring(4) : name.substring(with + 6);
        if (rest.endsWith("_OLD")) {
            rest = rest.substring(0, rest.length() - 4);
        }
        BulkCipher cipher = cipher(rest);
        boolean scsv = name.endsWith("_SCSV");
        boolean tls13 = with < 0 && !scsv || code >= 0xC103 && code <= 0xC106;
        return new CipherSuite(
                code,
                name,
                openSsl,
                tls13 ? KeyExchange.TLS13 : scsv ? KeyExchange.NULL : keyExchange(exchange),
                tls13 ? Authentication.TLS13 : scsv ? Authentication.NULL : authentication(exchange),
                cipher,
                mac(cipher, rest, scsv),
                prf(rest),
                exchange.contains("_EXPORT"),
                registered);
    }

    private static BulkCipher cipher(String rest) {
        // The longest title that the rest begins with: AES_128_CCM_8 before AES_128_CCM.
        BulkCipher longest = BulkCipher.NULL;
        for (BulkCipher cipher : CIPHERS) {
            String title = cipher.title();
            boolean begins =
                    rest.startsWith(title) && (rest.length() == title.length() || rest.charAt(title.length()) == '_');
            if (begins && title.length() > longest.title().length()) {
                longest = cipher;
            }
        }
        return longest;
    }

    private static KeyExchange keyExchange(String exchange) {
        String e = exchange.replace("_EXPORT1024", "").replace("_EXPORT", "").replace("_FIPS", "");
        return switch (e) {
            case "NULL" -> KeyExchange.NULL;
            case "RSA" -> KeyExchange.RSA;
            case "DH_RSA", "DH_DSS" -> KeyExchange.DH;
            case "DHE_RSA", "DHE_DSS", "DH_anon" -> KeyExchange.DHE;
            case "ECDH_RSA", "ECDH_ECDSA" -> KeyExchange.ECDH;
            case "ECDHE_RSA", "ECDHE_ECDSA", "ECDH_anon" -> KeyExchange.ECDHE;
            case "PSK" -> KeyExchange.PSK;
            case "DHE_PSK", "PSK_DHE" -> KeyExchange.DHE_PSK;
            case "ECDHE_PSK" -> KeyExchange.ECDHE_PSK;
            case "RSA_PSK" -> KeyExchange.RSA_PSK;
            case "KRB5" -> KeyExchange.KRB5;
            case "ECCPWD" -> KeyExchange.ECCPWD;
            default -> {
                if (e.startsWith("SRP_SHA")) {
                    yield KeyExchange.SRP;
                }
                if (e.startsWith("GOST")) {
                    yield KeyExchange.GOST;
                }
                throw new IllegalStateException("unknown key exchange in the suite catalogue: " + exchange);
            }
        };
    }

    private static Authentication authentication(String exchange) {
        String e = exchange.replace("_EXPORT1024", "").replace("_EXPORT", "").replace("_FIPS", "");
        if (e.endsWith("_anon")) {
            return Authentication.ANON;
        }
        if (e.startsWith("RSA") || e.endsWith("_RSA")) {
            return Authentication.RSA;
        }
        if (e.endsWith("_DSS")) {
            return Authentication.DSS;
        }
        if (e.endsWith("_ECDSA")) {
            return Authentication.ECDSA;
        }
        if (e.contains("PSK")) {
            return Authentication.PSK;
        }
        return switch (e) {
            case "NULL" -> Authentication.NULL;
            case "SRP_SHA" -> Authentication.SRP;
            case "KRB5" -> Authentication.KRB5;
            case "ECCPWD" -> Authentication.PASSWORD;
            default -> Authentication.GOST;
        };
    }

    private static Mac mac(BulkCipher cipher, String rest, boolean scsv) {
        if (scsv || rest.equals("NULL_NULL")) {
            return Mac.NULL;
        }
        if (cipher.mode().aead()) {
            return Mac.AEAD;
        }
        return switch (rest.substring(rest.lastIndexOf('_') + 1)) {
            case "MD5" -> Mac.MD5;
            case "SHA" -> Mac.SHA1;
            case "SHA256" -> Mac.SHA256;
            case "SHA384" -> Mac.SHA384;
            default -> Mac.OTHER;
        };
    }

    private static Prf prf(String rest) {
        // TLS 1.2 uses SHA-256 unless the suite names a stronger digest (RFC 5246 section 5).
        return switch (rest.substring(rest.lastIndexOf('_') + 1)) {
            case "SHA384" -> Prf.SHA384;
            case "SHA512" -> Prf.SHA512;
            case "SM3", "OMAC", "IMIT", "GOSTR3411", "L", "S" -> Prf.OTHER;
            default -> Prf.SHA256;
        };
    }
}
