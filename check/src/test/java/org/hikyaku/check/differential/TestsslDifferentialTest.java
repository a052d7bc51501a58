package org.hikyaku.check.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.wire.CipherSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code testssl --jsonfile} (3.0.8) and a probe see the same, but for what the list of disagreements says. A run of all
 * sections takes minutes for each server.
 */
@Tag("interop")
class TestsslDifferentialTest {
    static final List<String> SERVERS = List.of(
            "openssl: defaults",
            "openssl: both kinds of certificate",
            "openssl: everything at security level 0",
            "openssl: TLS 1.3 only",
            "openssl: server's own order",
            "gnutls: old",
            "postfix: defaults");

    /** Protocols, suites of each, forward secrecy, server defaults, preference, renegotiation, compression, fallback. */
    private static final List<String> SECTIONS = List.of("-p", "-E", "-f", "-S", "-P", "-R", "-C", "-Z");

    private static final Pattern SUITE = Pattern.compile("cipher-(\\w+)_x([0-9a-f]+)");
    private static final Map<String, String> VERSIONS = Map.of(
            "SSLv2", "SSLv2", "SSLv3", "SSLv3", "TLS1", "TLSv1.0", "TLS1_1", "TLSv1.1", "TLS1_2", "TLSv1.2", "TLS1_3",
            "TLSv1.3");

    @TempDir
    private static Path directory;

    @Tag("long")
    @ParameterizedTest
    @FieldSource("SERVERS")
    void disagreementsAreThosePinned(String name) throws Exception {
        try (Peer peer = Peer.start(name, directory)) {
            View ours = View.of(peer.probe(Depth.ALL));
            View theirs = view(testssl(peer, SECTIONS));

            assertThat(theirs.subjects())
                    .containsKeys(
                            "versions", "certificates", "first choice", "elliptic curves", "secure renegotiation");
            Disagreements.assertAsPinned("testssl", name, theirs, ours);
        }
    }

    /** A small run, so that the comparison itself does not rot between the long ones. */
    @Test
    void theVersionsOfOneServerAgree() throws Exception {
        try (Peer peer = Peer.start("openssl: a hole: no TLS 1.1", directory)) {
            View theirs = view(testssl(peer, List.of("-p")));

            assertThat(theirs.subjects().get("versions")).contains("TLSv1.0", "TLSv1.3");
            assertThat(theirs.differences(View.of(peer.probe(Depth.JUDGEMENT)))).isEmpty();
        }
    }

    /** Its findings by their names. */
    private static Map<String, String> testssl(Peer peer, List<String> sections) throws Exception {
        Path json = Files.createTempDirectory(directory, "testssl").resolve("findings.json");
        InetSocketAddress address = peer.address();
        List<String> command = new ArrayList<>(
                List.of("testssl", "--quiet", "--color", "0", "--warnings", "batch", "-n", "none", "--ip"));
        command.add(address.getAddress().getHostAddress());
        if (peer.smtp()) {
            command.addAll(List.of("-t", "smtp"));
        }
        command.addAll(sections);
        command.addAll(List.of("--jsonfile", json.toString(), "mx.example:" + address.getPort()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(json.resolveSibling("output").toFile())
                .start();
        boolean ended = process.waitFor(20, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).as("testssl ended").isTrue();
        return findings(json);
    }

    private static Map<String, String> findings(Path json) throws IOException {
        Map<String, String> findings = new TreeMap<>();
        JsonNode list = JsonMapper.shared().readTree(Files.readAllBytes(json));
        for (JsonNode finding : list) {
            findings.put(finding.get("id").asString(), finding.get("finding").asString());
        }
        return findings;
    }

    private static View view(Map<String, String> findings) {
        View.Builder view = new View.Builder();
        findings.forEach((id, finding) -> {
            String plain = id.replaceAll(" <.*>", "");
            Matcher suite = SUITE.matcher(plain);
            if (VERSIONS.containsKey(plain)) {
                view.say("versions", finding.startsWith("offered") ? List.of(VERSIONS.get(plain)) : List.of());
            } else if (suite.matches()) {
                view.say("suites " + version(suite.group(1)), suite(suite.group(2)));
            } else {
                say(view, plain, finding);
            }
        });
        return view.build();
    }

    private static void say(View.Builder view, String id, String finding) {
        switch (id) {
            case "PFS_ECDHE_curves" ->
                view.say(
                        "elliptic curves",
                        words(finding).stream().map(View::group).toList());
            case "DH_groups" -> {
                view.say(
                        "groups over finite fields",
                        words(finding).stream()
                                .filter(w -> w.startsWith("ffdhe"))
                                .toList());
                if (finding.contains("Group")) {
                    view.say("shortest known prime", View.prime(finding));
                }
            }
            case "cipher_negotiated" -> view.say("first choice", openSslSuite(finding.split(",")[0].strip()));
            case "cipher_order" -> view.say("own order TLSv1.2", finding.startsWith("server") ? "yes" : "no");
            case "cert_serialNumber" -> view.say("certificates", finding.replaceFirst("^0+", ""));
            case "cert_subjectAltName" -> view.say("certificate names", words(finding));
            case "secure_renego" -> view.say("secure renegotiation", finding.startsWith("supported") ? "yes" : "no");
            case "secure_client_renego" ->
                view.say("client renegotiation", finding.startsWith("not vulnerable") ? "no" : "yes");
            case "CRIME_TLS" -> view.say("compression", finding.startsWith("not vulnerable") ? "no" : "yes");
            case "fallback_SCSV" -> {
                if (!finding.startsWith("no protocol below")) {
                    view.say("fallback signal", finding.startsWith("supported") ? "yes" : "no");
                }
            }
            case "OCSP_stapling" -> view.say("OCSP stapling", finding.startsWith("not offered") ? "no" : "yes");
            case "TLS_extensions" -> {
                view.say("extended master secret", finding.contains("extended master secret") ? "yes" : "no");
                view.say("encrypt then MAC", finding.contains("encrypt-then-mac") ? "yes" : "no");
                view.say("session ticket", finding.contains("session ticket") ? "yes" : "no");
            }
            default -> {
                // nothing that we speak of too
            }
        }
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.strip().split("\\s+"));
    }

    private static String version(String id) {
        return switch (id) {
            case "ssl2" -> "SSLv2";
            case "ssl3" -> "SSLv3";
            case "tls1" -> "TLSv1.0";
            case "tls1_1" -> "TLSv1.1";
            case "tls1_2" -> "TLSv1.2";
            default -> "TLSv1.3";
        };
    }

    private static String suite(String hex) {
        return CipherSuite.registry().name(Integer.parseInt(hex, 16));
    }

    private static String openSslSuite(String name) {
        return CipherSuite.registry().all().stream()
                .filter(s -> s.openSslName().filter(name::equals).isPresent()
                        || s.name().equals(name))
                .findFirst()
                .map(CipherSuite::name)
                .orElse(name);
    }
}
