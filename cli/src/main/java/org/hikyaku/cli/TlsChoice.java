package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.tls.KeyLogFile;
import org.hikyaku.tls.SpokenSuites;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.CipherSuite.Authentication;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.Pem;
import org.hikyaku.x509.PublicKeys;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Versions, suites, groups, certificate and key log of {@code tls serve} and {@code tls connect}; use as a mixin. */
final class TlsChoice {

    /** From the oldest to the newest version. */
    record Versions(TlsVersion min, TlsVersion max) {}

    @Option(
            names = "--tls",
            paramLabel = "VERSION[-VERSION]",
            description =
                    "The version, or the oldest and the newest: 1.2 or 1.0-1.2, from 1.0 to 1.3 (default: 1.2-1.3,"
                            + " or what the suites are for).")
    private @Nullable String versions;

    @Option(
            names = "--suites",
            paramLabel = "SUITE[,SUITE]",
            split = "[,:]",
            description = "Cipher suites, best first, by IANA's or OpenSSL's name, or all with a key exchange or an"
                    + " authentication: kRSA, kDHE, kECDHE, aRSA, aECDSA, aNULL ('hikyaku tls suites' lists them).")
    private List<String> suites = List.of();

    @Option(
            names = "--groups",
            paramLabel = "GROUP[,GROUP]",
            split = "[,:]",
            description = "Groups for key exchange, best first, such as x25519,secp256r1.")
    private List<String> groups = List.of();

    @Option(
            names = "--alpn",
            paramLabel = "NAME[,NAME]",
            split = ",",
            description = "Application protocols, best first, such as http/1.1.")
    private List<String> alpn = List.of();

    @Option(
            names = "--keylog",
            paramLabel = "FILE",
            description = "Add the secrets of each session to this file, for 'hikyaku decode' and Wireshark (RFC 9850;"
                    + " default: $SSLKEYLOGFILE, when set). Whoever has it reads the sessions.")
    private @Nullable Path keyLog;

    List<CipherSuite> suites() {
        if (suites.isEmpty()) {
            return List.of();
        }
        List<CipherSuite> chosen = new ArrayList<>();
        for (String name : suites) {
            List<CipherSuite> meant = named(name);
            meant.stream().filter(s -> !chosen.contains(s)).forEach(chosen::add);
        }
        return chosen;
    }

    private static List<CipherSuite> named(String name) {
        Optional<CipherSuite> exactly = CipherSuite.registry().all().stream()
                .filter(s -> s.name().equalsIgnoreCase(name)
                        || s.openSslName().filter(name::equalsIgnoreCase).isPresent())
                .findFirst();
        if (exactly.isPresent()) {
            if (SpokenSuites.among(List.of(exactly.get()), new SecureRandom()).isEmpty()) {
                throw new UsageException("--suites: " + exactly.get().name()
                        + " is known, but not spoken here; 'hikyaku tls suites --spoken' lists what is");
            }
            return List.of(exactly.get());
        }
        List<CipherSuite> all = CipherSuite.registry().all().stream()
                .filter(s -> switch (name) {
                    case "kRSA" -> s.keyExchange() == KeyExchange.RSA;
                    case "kDHE" -> s.keyExchange() == KeyExchange.DHE && !s.anonymous();
                    case "kECDHE" -> s.keyExchange() == KeyExchange.ECDHE && !s.anonymous();
                    case "aRSA" -> s.authentication() == Authentication.RSA;
                    case "aECDSA" -> s.authentication() == Authentication.ECDSA;
                    case "aNULL" -> s.authentication() == Authentication.ANON;
                    default -> false;
                })
                .filter(s -> !s.nullCipher())
                .toList();
        List<CipherSuite> family = SpokenSuites.among(all, new SecureRandom()).stream()
                .sorted(Comparator.comparing(CipherSuite::aead)
                        .thenComparingInt(CipherSuite::bits)
                        .reversed())
                .toList();
        if (family.isEmpty()) {
            throw new UsageException(
                    "--suites: there is no suite " + name
                            + "; 'hikyaku tls suites' lists all, and kRSA, kDHE, kECDHE, aRSA, aECDSA and aNULL stand for many");
        }
        return family;
    }

    /** What --tls says, or else what these suites are for. */
    Versions versions(List<CipherSuite> chosen) {
        boolean only13 = !chosen.isEmpty() && chosen.stream().allMatch(CipherSuite::tls13);
        boolean none13 = !chosen.isEmpty() && chosen.stream().noneMatch(CipherSuite::tls13);
        if (versions == null) {
            return new Versions(
                    only13 ? TlsVersion.TLSV1_3 : TlsVersion.TLSV1_2, none13 ? TlsVersion.TLSV1_2 : TlsVersion.TLSV1_3);
        }
        int dash = versions.indexOf('-');
        TlsVersion min = version(dash < 0 ? versions : versions.substring(0, dash));
        TlsVersion max = dash < 0 ? min : version(versions.substring(dash + 1));
        if (!max.atLeast(min)) {
            throw new UsageException("--tls " + versions + ": the older version comes first, as in 1.0-1.2");
        }
        if (none13 && min == TlsVersion.TLSV1_3) {
            throw new UsageException("--tls 1.3 has suites of its own, and none of --suites is one of them");
        }
        if (only13 && max != TlsVersion.TLSV1_3) {
            throw new UsageException("--suites names suites of TLS 1.3 only, which --tls " + versions + " leaves out");
        }
        return new Versions(min, none13 && max == TlsVersion.TLSV1_3 ? TlsVersion.TLSV1_2 : max);
    }

    private static TlsVersion version(String text) {
        return switch (text) {
            case "1.0", "1" -> TlsVersion.TLSV1_0;
            case "1.1" -> TlsVersion.TLSV1_1;
            case "1.2" -> TlsVersion.TLSV1_2;
            case "1.3" -> TlsVersion.TLSV1_3;
            default ->
                throw new UsageException("--tls takes 1.0, 1.1, 1.2 or 1.3, or two of them as in 1.0-1.2, not " + text);
        };
    }

    List<NamedGroup> groups() {
        Map<String, NamedGroup> known = NamedGroup.registry().all().stream()
                .collect(Collectors.toMap(g -> g.name().toLowerCase(Locale.ROOT), g -> g, (a, b) -> a));
        List<NamedGroup> chosen = new ArrayList<>();
        for (String name : groups) {
            String plain = name.toLowerCase(Locale.ROOT);
            NamedGroup group = known.get(
                    switch (plain) {
                        case "p-256", "prime256v1" -> "secp256r1";
                        case "p-384" -> "secp384r1";
                        case "p-521" -> "secp521r1";
                        default -> plain;
                    });
            if (group == null) {
                throw new UsageException("--groups: there is no group " + name
                        + "; there are x25519, secp256r1, secp384r1, secp521r1, x448, ffdhe2048, X25519MLKEM768, …");
            }
            chosen.add(group);
        }
        return chosen;
    }

    String[] alpn() {
        return alpn.toArray(String[]::new);
    }

    /** Open, when one was asked for. */
    Optional<KeyLogFile> keyLog(Environment environment) {
        String variable = environment.variables().getOrDefault("SSLKEYLOGFILE", "");
        Path file = keyLog != null ? keyLog : Path.of(variable);
        if (file.toString().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeyLogFile(file));
        } catch (IOException e) {
            throw new UsageException("the key log " + file + " cannot be written: " + FileTrouble.why(e), e);
        }
    }

    /** The chain of one file with the key of another; they must belong together. */
    static Credential credential(Path chain, Path key) {
        List<Certificate> certificates = PemFiles.certificates(chain);
        Credential credential;
        try {
            credential = new Credential(Pem.privateKey(key), certificates);
        } catch (IOException e) {
            throw PemFiles.unreadable(key, e);
        }
        boolean together;
        try {
            together = Arrays.equals(
                    PublicKeys.of(credential.key()), credential.certificate().subjectPublicKeyInfo());
        } catch (CertificateFormatException e) {
            throw new UsageException(key + ": " + e.getMessage(), e);
        }
        if (!together) {
            throw new UsageException("the key in " + key + " does not belong to the first certificate in " + chain
                    + ", that of " + credential.certificate().label());
        }
        return credential;
    }
}
