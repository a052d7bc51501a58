package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our verdicts on paths against those of {@code openssl verify} on the same files. */
@Tag("interop")
class OpenSslVerifyInteropTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final CertificateTemplate INTER = CertificateTemplate.authority(FROM, TO, "Intermediate");
    private static final CertificateTemplate LEAF = CertificateTemplate.server(FROM, TO, "mx.example");

    @Test
    void sameVerdictsAsOpenSsl(@TempDir Path folder) throws Exception {
        CertificateMaker maker = CertificateMaker.seeded("referee");
        Authority root = maker.root(CertificateTemplate.authority(FROM, TO, "Root"), KeyChoice.RSA_2048);
        Authority inter = maker.intermediate(INTER, KeyChoice.EC_P256, root);
        Map<String, Credential> cases = new LinkedHashMap<>();
        cases.put("good", maker.server(LEAF, KeyChoice.ED25519, inter));
        cases.put("p384", maker.server(LEAF, KeyChoice.EC_P384, inter));
        cases.put(
                "no intermediate",
                cases.get("good").withChain(List.of(cases.get("good").certificate())));
        cases.put("expired", maker.server(LEAF.withDates(FROM, FROM.plusSeconds(60)), KeyChoice.EC_P256, inter));
        cases.put("future", maker.server(LEAF.withDates(TO, TO.plusSeconds(60)), KeyChoice.EC_P256, inter));
        cases.put(
                "client only",
                maker.server(LEAF.withPurposes(Set.of(CertificateTemplate.CLIENT_AUTH)), KeyChoice.EC_P256, inter));
        cases.put(
                "crl usage",
                maker.server(LEAF.withKeyUsage(EnumSet.of(KeyUsageBit.CRL_SIGN)), KeyChoice.EC_P256, inter));
        cases.put("self-signed", maker.selfSigned(LEAF, maker.key(KeyChoice.EC_P256)));
        cases.put("not a CA", behind(maker, root, INTER.withAuthority(Optional.of(false))));
        cases.put("no certSign", behind(maker, root, INTER.withKeyUsage(EnumSet.of(KeyUsageBit.CRL_SIGN))));
        cases.put("expired issuer", behind(maker, root, INTER.withDates(FROM, FROM.plusSeconds(60))));
        cases.put("client CA", behind(maker, root, INTER.withPurposes(Set.of(CertificateTemplate.CLIENT_AUTH))));
        cases.put("permitted", behind(maker, root, INTER.withNameConstraints(List.of("example"), List.of())));
        cases.put("not permitted", behind(maker, root, INTER.withNameConstraints(List.of("test"), List.of())));
        cases.put("excluded", behind(maker, root, INTER.withNameConstraints(List.of(), List.of("mx.example"))));
        Authority upper = maker.intermediate(INTER.withCommonName("U").withPathLength(0), KeyChoice.EC_P256, root);
        Authority lower = maker.intermediate(INTER.withCommonName("L"), KeyChoice.EC_P256, upper);
        cases.put("path length kept", maker.server(LEAF, KeyChoice.EC_P256, upper));
        cases.put("path length", maker.server(LEAF, KeyChoice.EC_P256, lower));

        Files.writeString(folder.resolve("root.pem"), Pem.encode(List.of(root.certificate())));
        PathFinder finder = new PathFinder(TrustAnchors.ofPem(folder.resolve("root.pem")));
        Map<String, Boolean> ours = new LinkedHashMap<>();
        Map<String, Boolean> theirs = new LinkedHashMap<>();
        for (Map.Entry<String, Credential> c : cases.entrySet()) {
            List<Certificate> chain = c.getValue().chain();
            ours.put(c.getKey(), finder.find(chain, NOW) instanceof PathResult.Trusted);
            theirs.put(c.getKey(), opensslAccepts(folder, chain));
        }
        assertThat(ours).isEqualTo(theirs);
        assertThat(theirs.values()).contains(true, false);
    }

    private static Credential behind(CertificateMaker maker, Authority root, CertificateTemplate template) {
        return maker.server(LEAF, KeyChoice.EC_P256, maker.intermediate(template, KeyChoice.EC_P256, root));
    }

    private static boolean opensslAccepts(Path folder, List<Certificate> chain)
            throws IOException, InterruptedException {
        Files.writeString(folder.resolve("leaf.pem"), Pem.encode(chain.subList(0, 1)));
        Files.writeString(folder.resolve("rest.pem"), Pem.encode(chain));
        return new ProcessBuilder(
                                "openssl",
                                "verify",
                                "-purpose",
                                "sslserver",
                                "-no-CApath",
                                "-no-CAstore",
                                "-attime",
                                String.valueOf(NOW.getEpochSecond()),
                                "-CAfile",
                                "root.pem",
                                "-untrusted",
                                "rest.pem",
                                "leaf.pem")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said.txt").toFile())
                        .start()
                        .waitFor()
                == 0;
    }
}
