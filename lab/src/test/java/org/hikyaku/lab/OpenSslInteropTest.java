package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;

/** {@code openssl s_client} against the lab's MX hosts. */
@Tag("interop")
class OpenSslInteropTest {
    private static final Path OPENSSL = Path.of("/usr/bin/openssl");

    @TempDir
    private static Path folder;

    private static Lab lab;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Files.exists(OPENSSL), "needs openssl");
        lab = Lab.start(LabOptions.defaults());
        lab.writeFiles(folder);
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void aGoodHostVerifiesAgainstTheLabsRoot() throws Exception {
        assertThat(verify("sts-enforce.example", List.of()))
                .contains("Verify return code: 0 (ok)")
                .contains("TLSv1.3");
    }

    @Test
    void flawsAreSeenForWhatTheyAre() throws Exception {
        assertThat(verify("cert-expired.example", List.of())).contains("certificate has expired");
        assertThat(verify("cert-wrong-name.example", List.of())).contains("hostname mismatch");
        assertThat(verify("self-signed.example", List.of())).contains("self-signed certificate");
        assertThat(verify("sts-chain-incomplete.example", List.of()))
                .contains("unable to verify the first certificate");
        assertThat(verify("chain-wrong-order.example", List.of())).contains("Verify return code: 0 (ok)");
    }

    @Test
    void daneMatchesWhereTheCatalogueSaysSo() throws Exception {
        assertThat(dane("dane-ee.example")).contains("DANE TLSA 3 1 1").contains("Verify return code: 0 (ok)");
        assertThat(dane("dane-ta-spki.example")).contains("DANE TLSA 2 1 1").contains("Verify return code: 0 (ok)");
        assertThat(dane("dane-ta-cert.example")).contains("DANE TLSA 2 0 1").contains("Verify return code: 0 (ok)");
        assertThat(dane("dane-ta-private.example")).contains("Verify return code: 0 (ok)");
        assertThat(dane("dane-ta-full.example")).contains("Verify return code: 0 (ok)");
        assertThat(dane("dane-ta-bare-key.example")).contains("Verify return code: 0 (ok)");
        assertThat(dane("dane-ee-expired.example")).contains("Verify return code: 0 (ok)");
        assertThat(dane("dane-agility.example")).contains("Verify return code: 0 (ok)");
        assertThat(dane("dane-short-sha512.example")).contains("Verify return code: 0 (ok)");
    }

    @Test
    void daneFailsWhereTheCatalogueSaysSo() throws Exception {
        assertThat(dane("dane-mismatch.example")).contains("Verify return code: 65 (no matching DANE TLSA records)");
        assertThat(dane("dane-agility-reverse.example")).contains("Verify return code: 65");
        assertThat(dane("dane-ta-missing.example")).doesNotContain("Verify return code: 0 (ok)");
        assertThat(dane("dane-ta-wrong-name.example")).contains("hostname mismatch");
        assertThat(dane("dane-ta-expired.example")).contains("certificate has expired");
    }

    @Test
    void tls10IsSpokenToWhoeverInsists() throws Exception {
        assertThat(verify("tls10.example", List.of("-tls1_2"))).contains("unsupported protocol");
        assertThat(verify("tls10.example", List.of("-tls1", "-cipher", "ALL:@SECLEVEL=0")))
                .contains("Protocol  : TLSv1\n")
                .contains("Verify return code: 0 (ok)");
    }

    private static String dane(String domain) throws Exception {
        Zone zone = lab.zones().responsible(Name.fromString(domain + "."), Type.TLSA);
        List<String> arguments = new ArrayList<>(List.of("-dane_tlsa_domain", "mx." + domain));
        zone.lookup(Name.fromString("_25._tcp.mx." + domain + "."), Type.TLSA)
                .answer()
                .getFirst()
                .records()
                .forEach(r -> {
                    TLSARecord tlsa = (TLSARecord) r;
                    arguments.add("-dane_tlsa_rrdata");
                    arguments.add(tlsa.getCertificateUsage() + " " + tlsa.getSelector() + " " + tlsa.getMatchingType()
                            + " " + HexFormat.of().formatHex(tlsa.getCertificateAssociationData()));
                });
        return verify(domain, arguments);
    }

    private static String verify(String domain, List<String> more) throws Exception {
        InetSocketAddress port = lab.world().services().values().stream()
                .filter(s -> s instanceof LabService.Mail m && m.domain().text().equals(domain))
                .map(s -> lab.ports().get(s.address()))
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>(List.of(
                OPENSSL.toString(),
                "s_client",
                "-starttls",
                "smtp",
                "-connect",
                "127.0.0.1:" + port.getPort(),
                "-CAfile",
                folder.resolve("ca.pem").toString(),
                "-no-CApath",
                "-verify_hostname",
                "mx." + domain,
                "-servername",
                "mx." + domain));
        command.addAll(more);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var toServer = process.getOutputStream()) {
            toServer.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // it has ended already; what it said is read below
            assertThat(e).hasMessageContaining("Broken pipe");
        }
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
