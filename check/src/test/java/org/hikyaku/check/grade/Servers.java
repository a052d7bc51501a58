package org.hikyaku.check.grade;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.Features;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.KeyChoice;

/** Servers as a probe would have seen them, written down by hand; each {@code with} changes one thing. */
public final class Servers {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    private Servers() {}

    /** TLS 1.2 and 1.3, AEAD with forward secrecy, an EC key: nothing to find fault with. */
    public static ServerFacts perfect(String address) {
        return new ServerFacts(
                new InetSocketAddress(InetAddress.ofLiteral(address), 25),
                Service.SMTP_STARTTLS,
                Optional.of("mx.example"),
                Depth.JUDGEMENT,
                true,
                List.of(
                        version(TlsVersion.TLSV1_3, Known.UNKNOWN, "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"),
                        version(
                                TlsVersion.TLSV1_2,
                                Known.YES,
                                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
                        refused(TlsVersion.TLSV1_1),
                        refused(TlsVersion.TLSV1_0),
                        refused(TlsVersion.SSLV3),
                        refused(TlsVersion.SSLV2)),
                List.of("X25519MLKEM768", "x25519"),
                List.of(),
                Optional.empty(),
                List.of("ecdsa_secp256r1_sha256"),
                new ServerFacts.WeakHashes(Known.NO, Known.NO, Known.NO),
                List.of(chain(KeyChoice.EC_P256)),
                features(),
                new ServerFacts.StartTlsFacts(Known.YES, Known.NO, Known.YES, Known.YES),
                22,
                Duration.ofSeconds(2),
                false,
                List.of());
    }

    static Features features() {
        return new Features(
                Known.NO,
                Known.YES,
                Optional.of(0),
                Known.YES,
                Known.UNKNOWN,
                Known.YES,
                Known.YES,
                Known.YES,
                Optional.of(0L),
                Known.YES,
                Known.YES,
                Known.NO,
                Known.YES,
                Known.YES,
                Known.YES,
                Known.YES,
                Known.NO);
    }

    static List<Certificate> chain(KeyChoice key) {
        CertificateMaker maker = CertificateMaker.seeded("grades");
        CertificateTemplate template = CertificateTemplate.server(NOW, NOW.plus(Duration.ofDays(90)), "mx.example");
        return List.of(maker.selfSigned(template, maker.key(key)).certificate());
    }

    /** Suites best first; the first is the one that the server prefers. */
    public static VersionFacts version(TlsVersion version, Known order, String... suites) {
        List<CipherSuite> accepted = Arrays.stream(suites)
                .map(name -> CipherSuite.registry().all().stream()
                        .filter(s -> s.name().equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
        return new VersionFacts(
                version,
                Known.YES,
                accepted,
                0,
                accepted.stream().findFirst(),
                accepted.stream().findFirst(),
                accepted.isEmpty() ? Optional.empty() : Optional.of(accepted.getLast()),
                order,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    static VersionFacts refused(TlsVersion version) {
        return new VersionFacts(
                version,
                Known.NO,
                List.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Known.UNKNOWN,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    public static ServerFacts with(ServerFacts f, VersionFacts... versions) {
        return new ServerFacts(
                f.address(),
                f.service(),
                f.sni(),
                f.depth(),
                f.reached(),
                List.of(versions),
                f.groups(),
                f.refusedGroups(),
                f.finiteField(),
                f.signatures(),
                f.weakHashes(),
                f.chains(),
                f.features(),
                f.starttls(),
                f.connections(),
                f.took(),
                f.refusing(),
                f.trouble());
    }

    static ServerFacts with(ServerFacts f, Optional<ServerFacts.FiniteField> finiteField, String... groups) {
        return new ServerFacts(
                f.address(),
                f.service(),
                f.sni(),
                f.depth(),
                f.reached(),
                f.versions(),
                List.of(groups),
                f.refusedGroups(),
                finiteField,
                f.signatures(),
                f.weakHashes(),
                f.chains(),
                f.features(),
                f.starttls(),
                f.connections(),
                f.took(),
                f.refusing(),
                f.trouble());
    }

    /** The same with these certificates. */
    public static ServerFacts withChains(ServerFacts f, List<List<Certificate>> chains) {
        return with(f, f.weakHashes(), f.features(), chains);
    }

    static ServerFacts with(
            ServerFacts f, ServerFacts.WeakHashes hashes, Features features, List<List<Certificate>> chains) {
        return new ServerFacts(
                f.address(),
                f.service(),
                f.sni(),
                f.depth(),
                f.reached(),
                f.versions(),
                f.groups(),
                f.refusedGroups(),
                f.finiteField(),
                f.signatures(),
                hashes,
                chains,
                features,
                f.starttls(),
                f.connections(),
                f.took(),
                f.refusing(),
                f.trouble());
    }
}
