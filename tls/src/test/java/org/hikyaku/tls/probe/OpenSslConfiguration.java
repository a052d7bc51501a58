package org.hikyaku.tls.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hikyaku.tls.TlsVersion;

/**
 * An s_server that differential tests are held against.
 *
 * @param versions that it is told to speak
 * @param ciphers OpenSSL's list for up to TLS 1.2
 * @param kind of its certificate: rsa, ecdsa or both
 */
public record OpenSslConfiguration(
        String name, List<TlsVersion> versions, String ciphers, String kind, List<String> arguments) {
    private static final String EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";

    public static final List<OpenSslConfiguration> ALL = List.of(
            of("defaults", "2 3", "DEFAULT", "rsa"),
            of("defaults with ECDSA", "2 3", "DEFAULT", "ecdsa"),
            of("both kinds of certificate", "2 3", "DEFAULT", "both"),
            of("everything at security level 0", "0 1 2 3", EVERYTHING, "rsa"),
            of("everything, ECDSA", "0 1 2 3", EVERYTHING, "ecdsa"),
            of("TLS 1.3 only", "3", "DEFAULT", "rsa", "-tls1_3"),
            of("TLS 1.2 only", "2", "DEFAULT", "rsa", "-tls1_2"),
            of("TLS 1.1 only", "1", EVERYTHING, "rsa", "-tls1_1"),
            of("TLS 1.0 only", "0", EVERYTHING, "rsa", "-tls1"),
            of("TLS 1.0 to 1.2", "0 1 2", EVERYTHING, "rsa", "-no_tls1_3"),
            of("a hole: no TLS 1.1", "0 2 3", EVERYTHING, "rsa", "-no_tls1_1"),
            of("AEAD with forward secrecy", "2 3", "ECDHE+AESGCM:ECDHE+CHACHA20", "rsa"),
            of("RSA key exchange", "2", "kRSA:!eNULL", "rsa", "-tls1_2"),
            of("NULL ciphers", "2", "eNULL:@SECLEVEL=0", "rsa", "-tls1_2"),
            of("anonymous", "2", "aNULL:@SECLEVEL=0", "rsa", "-tls1_2"),
            of("CCM", "2", "AESCCM:@SECLEVEL=0", "rsa", "-tls1_2"),
            of("Camellia and ARIA", "2", "CAMELLIA:ARIA:@SECLEVEL=0", "rsa", "-tls1_2"),
            of("server's own order", "2 3", "DEFAULT", "rsa", "-serverpref"));

    private static OpenSslConfiguration of(
            String name, String versions, String ciphers, String kind, String... arguments) {
        List<TlsVersion> list = Arrays.stream(versions.split(" "))
                .map(v -> TlsVersion.valueOf("TLSV1_" + v))
                .toList();
        return new OpenSslConfiguration(name, list, ciphers, kind, List.of(arguments));
    }

    /** The one with this name. */
    public static OpenSslConfiguration named(String name) {
        return ALL.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    }

    public RealServer start(Certificates certificates) throws IOException {
        List<String> more = new ArrayList<>(arguments);
        more.addAll(List.of("-cipher", ciphers));
        List<String> keys = switch (kind) {
            case "rsa" -> certificates.rsaArguments();
            case "ecdsa" -> certificates.ecdsaArguments();
            default -> certificates.bothArguments();
        };
        return RealServer.openssl(keys, more.toArray(new String[0]));
    }

    /**
     * What OpenSSL says that a list means in a version, with these kinds of key; names are OpenSSL's.
     *
     * @param kind rsa, ecdsa or both
     */
    public static Set<String> suites(TlsVersion version, String ciphers, String kind) throws IOException {
        if (version == TlsVersion.TLSV1_3) {
            return new TreeSet<>(
                    List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"));
        }
        String flag = version == TlsVersion.TLSV1_2 ? "-tls1_2" : version == TlsVersion.TLSV1_1 ? "-tls1_1" : "-tls1";
        Process process = new ProcessBuilder("openssl", "ciphers", "-s", flag, "-v", ciphers).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        Set<String> suites = new TreeSet<>();
        for (String line : output.split("\n")) {
            boolean fits = line.contains("Au=None")
                    || line.contains("Au=RSA") && !kind.equals("ecdsa")
                    || line.contains("Au=ECDSA") && !kind.equals("rsa");
            if (fits && !line.contains("TLSv1.3") && !line.contains("PSK") && !line.contains("SRP")) {
                suites.add(line.substring(0, line.indexOf(' ')));
            }
        }
        return suites;
    }

    @Override
    public String toString() {
        return name;
    }
}
