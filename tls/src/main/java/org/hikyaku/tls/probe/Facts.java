package org.hikyaku.tls.probe;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.BulkCipher;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.tls.wire.Registry;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters;
import org.hikyaku.tls.wire.SignatureScheme;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;

/** What is known so far: every answer adds to it, whatever question it was the answer to. */
final class Facts {
    private final Map<TlsVersion, Known> versions = new EnumMap<>(TlsVersion.class);
    private final Map<TlsVersion, Set<Integer>> accepted = new EnumMap<>(TlsVersion.class);
    private final Map<TlsVersion, Set<Integer>> refused = new EnumMap<>(TlsVersion.class);
    private final Map<TlsVersion, Integer> preferred = new EnumMap<>(TlsVersion.class);
    private final Map<TlsVersion, Known> order = new EnumMap<>(TlsVersion.class);
    private final Map<TlsVersion, Set<Integer>> groups = new EnumMap<>(TlsVersion.class);
    private final Map<TlsVersion, Set<Integer>> refusedGroups = new EnumMap<>(TlsVersion.class);
    private final Map<TlsVersion, Set<Integer>> schemes = new EnumMap<>(TlsVersion.class);
    private final Map<TlsVersion, Set<Integer>> refusedSchemes = new EnumMap<>(TlsVersion.class);
    private final Map<String, List<Certificate>> chains = new LinkedHashMap<>();
    private final List<String> trouble = new ArrayList<>();
    private Optional<ServerFacts.FiniteField> finiteField = Optional.empty();

    /** How the last hello was refused; empty when none was. */
    String refusal = "";

    Known md5 = Known.UNKNOWN;
    Known sha1 = Known.UNKNOWN;
    Known sha224 = Known.UNKNOWN;
    Known compression = Known.UNKNOWN;
    Known secureRenegotiation = Known.UNKNOWN;
    Optional<Integer> clientRenegotiation = Optional.empty();
    Known extendedMasterSecret = Known.UNKNOWN;
    Known encryptThenMac = Known.UNKNOWN;
    Known sessionTicket = Known.UNKNOWN;
    Known resumption12 = Known.UNKNOWN;
    Known resumption13 = Known.UNKNOWN;
    Optional<Long> maxEarlyData = Optional.empty();
    Known downgradeSentinel = Known.UNKNOWN;
    Known fallbackScsv = Known.UNKNOWN;
    Known ocsp = Known.UNKNOWN;
    Known largeHello = Known.UNKNOWN;
    Known versionTolerance = Known.UNKNOWN;
    Known answersWithoutSni = Known.UNKNOWN;
    Known answersUnknownSni = Known.UNKNOWN;
    Known otherWithoutSni = Known.UNKNOWN;
    Known starttlsOffered = Known.UNKNOWN;
    Known injection = Known.UNKNOWN;
    Known mailWithoutTls = Known.UNKNOWN;
    Known ehloAfter = Known.UNKNOWN;

    Known version(TlsVersion version) {
        return versions.getOrDefault(version, Known.UNKNOWN);
    }

    void version(TlsVersion version, Known offered) {
        if (version(version) != Known.YES) {
            versions.put(version, offered);
        }
    }

    Set<Integer> accepted(TlsVersion version) {
        return accepted.computeIfAbsent(version, v -> new LinkedHashSet<>());
    }

    Set<Integer> refused(TlsVersion version) {
        return refused.computeIfAbsent(version, v -> new HashSet<>());
    }

    void preferred(TlsVersion version, int suite) {
        preferred.putIfAbsent(version, suite);
    }

    void order(TlsVersion version, Known serverDecides) {
        order.put(version, serverDecides);
    }

    /** Groups accepted in this version. */
    Set<Integer> groups(TlsVersion version) {
        return groups.computeIfAbsent(version, v -> new LinkedHashSet<>());
    }

    /** Groups accepted in any version. */
    Set<Integer> groups() {
        return union(groups);
    }

    Set<Integer> refusedGroups(TlsVersion version) {
        return refusedGroups.computeIfAbsent(version, v -> new LinkedHashSet<>());
    }

    Set<Integer> schemes(TlsVersion version) {
        return schemes.computeIfAbsent(version, v -> new LinkedHashSet<>());
    }

    Set<Integer> refusedSchemes(TlsVersion version) {
        return refusedSchemes.computeIfAbsent(version, v -> new LinkedHashSet<>());
    }

    /** Newest version first. */
    private static Set<Integer> union(Map<TlsVersion, Set<Integer>> byVersion) {
        Set<Integer> all = new LinkedHashSet<>();
        new ArrayList<>(byVersion.values()).reversed().forEach(all::addAll);
        return all;
    }

    boolean finiteFieldKnown() {
        return finiteField.isPresent();
    }

    Map<String, List<Certificate>> chains() {
        return chains;
    }

    void trouble(String sentence) {
        if (!trouble.contains(sentence)) {
            trouble.add(sentence);
        }
    }

    List<String> trouble() {
        return trouble;
    }

    /** What any agreement shows. */
    void learn(Hello asked, HelloAnswer.Agreed answer) {
        Optional<TlsVersion> version = answer.version();
        if (version.isEmpty()) {
            return;
        }
        version(version.get(), Known.YES);
        accepted(version.get()).add(answer.hello().suite());
        answer.group().ifPresent(groups(version.get())::add);
        answer.scheme().ifPresent(schemes(version.get())::add);
        answer.exchange().ifPresent(this::finiteField);
        chain(answer.certificates());
        if (version.get() != TlsVersion.TLSV1_3) {
            before13(asked, answer, version.get());
        }
    }

    private void before13(Hello asked, HelloAnswer.Agreed answer, TlsVersion version) {
        if (asked.renegotiation()) {
            secureRenegotiation = Known.of(
                    answer.hello().extension(Extension.RenegotiationInfo.class).isPresent());
        }
        if (asked.compressions().contains(1)) {
            compression = Known.of(answer.hello().compression() != 0 || compression == Known.YES);
        }
        if (answer.ocsp().isPresent()) {
            ocsp = Known.YES;
        }
        if (version == TlsVersion.TLSV1_2 && asked.extensions()) {
            extendedMasterSecret = Known.of(answer.hello()
                    .extension(Extension.ExtendedMasterSecret.class)
                    .isPresent());
            sessionTicket = Known.of(sessionTicket == Known.YES
                    || answer.hello().extension(Extension.SessionTicket.class).isPresent());
        }
        boolean cbc = answer.suite()
                .filter(s -> s.cipher().mode() == BulkCipher.Mode.CBC)
                .isPresent();
        if (cbc && asked.extensions()) {
            encryptThenMac = Known.of(
                    answer.hello().extension(Extension.EncryptThenMac.class).isPresent());
        }
    }

    void chain(List<byte[]> der) {
        if (der.isEmpty()) {
            return;
        }
        try {
            List<Certificate> chain = new ArrayList<>();
            for (byte[] one : der) {
                chain.add(Certificate.parse(one));
            }
            chains.putIfAbsent(sha256(der.getFirst()), List.copyOf(chain));
        } catch (CertificateFormatException e) {
            trouble("a certificate cannot be read: " + e.getMessage());
        }
    }

    private void finiteField(ServerKeyExchangeParameters parameters) {
        // The shortest prime is the one that counts.
        if (parameters instanceof ServerKeyExchangeParameters.DiffieHellman d
                && finiteField.filter(f -> f.bits() <= d.prime().bitLength()).isEmpty()) {
            finiteField = Optional.of(new ServerFacts.FiniteField(
                    d.prime().bitLength(),
                    d.generator().bitLength() > 64 ? "large" : d.generator().toString(),
                    KnownPrimes.name(d.prime()),
                    sha256(unsigned(d.prime()))));
        }
    }

    static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes.length > 1 && bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    List<ServerFacts.VersionFacts> versionFacts(Set<TlsVersion> complete) {
        List<ServerFacts.VersionFacts> list = new ArrayList<>();
        TlsVersion[] all = TlsVersion.values();
        for (int i = all.length - 1; i >= 0; i--) {
            TlsVersion version = all[i];
            if (versions.containsKey(version)) {
                list.add(versionFacts(version, complete.contains(version)));
            }
        }
        return List.copyOf(list);
    }

    private ServerFacts.VersionFacts versionFacts(TlsVersion version, boolean complete) {
        List<CipherSuite> suites = accepted(version).stream()
                .flatMap(c -> CipherSuite.registry().find(c).stream())
                .sorted(Offers.BEST_FIRST)
                .toList();
        return new ServerFacts.VersionFacts(
                version,
                version(version),
                suites,
                refused(version).size(),
                Optional.ofNullable(preferred.get(version))
                        .flatMap(c -> CipherSuite.registry().find(c)),
                suites.isEmpty() ? Optional.empty() : Optional.of(suites.getFirst()),
                suites.isEmpty() ? Optional.empty() : Optional.of(suites.getLast()),
                order.getOrDefault(version, Known.UNKNOWN),
                complete,
                names(NamedGroup.registry(), groups(version)),
                names(NamedGroup.registry(), without(refusedGroups(version), groups(version))),
                names(SignatureScheme.registry(), schemes(version)),
                names(SignatureScheme.registry(), without(refusedSchemes(version), schemes(version))));
    }

    List<String> groupNames() {
        return names(NamedGroup.registry(), groups());
    }

    List<String> refusedGroupNames() {
        return names(NamedGroup.registry(), without(union(refusedGroups), groups()));
    }

    List<String> schemeNames() {
        return names(SignatureScheme.registry(), union(schemes));
    }

    private static List<String> names(Registry<?> registry, Set<Integer> codes) {
        return codes.stream().map(registry::name).toList();
    }

    private static Set<Integer> without(Set<Integer> codes, Set<Integer> others) {
        Set<Integer> left = new LinkedHashSet<>(codes);
        left.removeAll(others);
        return left;
    }

    Optional<ServerFacts.FiniteField> finiteField() {
        return finiteField;
    }
}
