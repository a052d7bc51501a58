package org.hikyaku.relay.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with our certificate is said before anybody meets it (M10). */
class OwnCertificateTest {
    private static final Set<String> NAMES = Set.of("mx.example");

    private static OwnCertificate check(Credential credential) {
        return OwnCertificate.check(credential, "cert.pem", NAMES, Certificates.NOW);
    }

    private static String only(OwnCertificate checked, boolean fatal) {
        assertThat(checked.faults()).hasSize(1);
        assertThat(checked.faults().getFirst().fatal()).isEqualTo(fatal);
        assertThat(checked.credential().isEmpty()).isEqualTo(fatal);
        return checked.faults().getFirst().sentence();
    }

    @Test
    void aGoodOne() {
        assertThat(check(Certificates.server("mx.example")).faults()).isEmpty();
        assertThat(check(Certificates.server("*.example")).faults()).isEmpty();
    }

    @Test
    void theAuthorityFirst() {
        Credential good = Certificates.server("mx.example");
        assertThat(only(check(good.withChain(good.chain().reversed())), true))
                .contains("wrong order")
                .contains("place 2");
    }

    @Test
    void anAuthorityThatDidNotIssueIt() {
        Credential good = Certificates.server("mx.example");
        Certificate stranger = Certificates.CLIENT_CA.certificate();
        assertThat(only(check(good.withChain(List.of(good.certificate(), stranger))), true))
                .contains("wrong order")
                .contains("Test Client CA");
    }

    @Test
    void anotherKey() {
        Credential good = Certificates.server("mx.example");
        Credential other = Certificates.server("mx.example");
        assertThat(only(check(new Credential(other.key(), good.chain())), true)).contains("private key is not that of");
    }

    @Test
    void theMailDomainInsteadOfTheHost() {
        assertThat(only(check(Certificates.server("example")), false))
                .contains("[example]")
                .contains("mx.example")
                .contains("not the mail domain");
    }

    @Test
    void runOutAndNotYetValid() {
        assertThat(only(
                        check(Certificates.server(
                                Certificates.FROM, Instant.parse("2026-11-01T00:00:00Z"), "mx.example")),
                        false))
                .contains("ran out at 2026-11-01T00:00:00Z");
        assertThat(only(
                        check(Certificates.server(
                                Instant.parse("2026-12-01T00:00:00Z"), Certificates.TO, "mx.example")),
                        false))
                .contains("not valid before 2026-12-01T00:00:00Z");
    }

    @Test
    void filesThatAreNone(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a.pem"), "no certificate");
        assertThat(OwnCertificate.read(file, file, NAMES, Certificates.NOW)
                        .faults()
                        .getFirst()
                        .fatal())
                .isTrue();
        Path missing = folder.resolve("b.pem");
        assertThat(OwnCertificate.read(missing, missing, NAMES, Certificates.NOW)
                        .faults()
                        .getFirst()
                        .sentence())
                .contains("cannot be read");
    }

    /** New sessions get the new certificate; a bad file changes nothing. */
    @Test
    void readAgain(@TempDir Path folder) throws Exception {
        Credential first = Certificates.server("mx.example");
        Credential second = Certificates.server("mx.example");
        Path file = folder.resolve("cert.pem");
        Files.writeString(file, first.keyPem() + first.chainPem());
        ReloadingTls tls = new ReloadingTls(
                new ReloadingTls.Setup(file, file, NAMES, TlsProfile.STRICT, Optional.empty()),
                new SecureRandom(),
                () -> Certificates.NOW);
        assertThat(tls.plain().current()).isEmpty();
        assertThat(tls.reload()).isEmpty();
        TlsServer before = tls.plain().current().orElseThrow();
        assertThat(before.options().credentials().getFirst().certificate()).isEqualTo(first.certificate());
        Files.writeString(file, second.keyPem() + first.chainPem());
        assertThat(tls.reload())
                .singleElement()
                .satisfies(f -> assertThat(f.fatal()).isTrue());
        assertThat(tls.plain().current()).containsSame(before);
        Files.writeString(file, second.keyPem() + second.chainPem());
        assertThat(tls.reload()).isEmpty();
        assertThat(tls.asking()
                        .current()
                        .orElseThrow()
                        .options()
                        .credentials()
                        .getFirst()
                        .certificate())
                .isEqualTo(second.certificate());
    }
}
