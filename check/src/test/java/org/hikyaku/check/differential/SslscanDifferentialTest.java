package org.hikyaku.check.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.wire.CipherSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** {@code sslscan --xml} and a probe see the same, but for what the list of disagreements says. */
@Tag("interop")
class SslscanDifferentialTest {
    static final List<String> SERVERS = List.of(
            "openssl: defaults",
            "openssl: both kinds of certificate",
            "openssl: everything at security level 0",
            "openssl: TLS 1.3 only",
            "openssl: TLS 1.0 to 1.2",
            "openssl: AEAD with forward secrecy",
            "openssl: RSA key exchange",
            "openssl: Camellia and ARIA",
            "openssl: server's own order",
            "gnutls: NORMAL",
            "postfix: defaults",
            "postfix: everything");

    @TempDir
    private static Path directory;

    @ParameterizedTest
    @FieldSource("SERVERS")
    void disagreementsAreThosePinned(String name) throws Exception {
        try (Peer peer = Peer.start(name, directory)) {
            View ours = View.of(peer.probe(Depth.ALL));
            View theirs = sslscan(peer);

            assertThat(theirs.subjects()).containsKeys("versions", "certificate names");
            Disagreements.assertAsPinned("sslscan", name, theirs, ours);
        }
    }

    private static View sslscan(Peer peer) throws Exception {
        InetSocketAddress address = peer.address();
        List<String> command =
                new ArrayList<>(List.of("sslscan", "--show-sigs", "--show-cipher-ids", "--sni-name=mx.example"));
        if (peer.smtp()) {
            command.add("--starttls-smtp");
        }
        command.addAll(List.of("--xml=-", address.getAddress().getHostAddress() + ":" + address.getPort()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        byte[] xml = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as("exit code of sslscan").isZero();
        return view(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xml)));
    }

    private static View view(Document xml) {
        View.Builder view = new View.Builder();
        view.say("versions");
        each(xml, "protocol", e -> {
            if (e.getAttribute("enabled").equals("1")) {
                String version = e.getAttribute("version");
                view.say("versions", (e.getAttribute("type").equals("ssl") ? "SSLv" : "TLSv") + version);
            }
        });
        each(xml, "cipher", e -> view.say("suites " + e.getAttribute("sslversion"), suite(e.getAttribute("id"))));
        each(xml, "group", e -> view.say("groups " + e.getAttribute("sslversion"), View.group(e.getAttribute("name"))));
        each(
                xml,
                "connection-signature-algorithm",
                e -> view.say("signatures " + e.getAttribute("sslversion"), e.getAttribute("name")));
        each(
                xml,
                "compression",
                e -> view.say("compression", e.getAttribute("supported").equals("1") ? "yes" : "no"));
        each(
                xml,
                "fallback",
                e -> view.say("fallback signal", e.getAttribute("supported").equals("1") ? "yes" : "no"));
        each(
                xml,
                "renegotiation",
                e -> view.say("secure renegotiation", e.getAttribute("secure").equals("1") ? "yes" : "no"));
        each(xml, "altnames", e -> {
            for (String name : e.getTextContent().split(", ")) {
                view.say("certificate names", name.replaceFirst("^DNS:", ""));
            }
        });
        return view.build();
    }

    private static String suite(String id) {
        return CipherSuite.registry().name(Integer.decode(id.toLowerCase(Locale.ROOT)));
    }

    private static void each(Document xml, String tag, Consumer<Element> use) {
        NodeList nodes = xml.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++) {
            use.accept((Element) nodes.item(i));
        }
    }
}
