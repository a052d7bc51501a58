package org.hikyaku.capture.old;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.hikyaku.capture.Captures;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no tool of today says is decrypted all the same: by the master secret, and by the server's RSA key. */
class OldSessionsTest {
    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    static final Credential SERVER = server(KeyChoice.RSA_1024);

    /** RFC 2246 section 7.4.2: a certificate with 512 bits needs no other key for export. */
    private static final Credential WEAK_SERVER = server(KeyChoice.RSA_512);

    private static Credential server(KeyChoice key) {
        CertificateMaker maker = CertificateMaker.seeded("old sessions");
        return maker.selfSigned(
                CertificateTemplate.server(FROM, FROM.plusSeconds(1_000_000_000L), "old.example")
                        .withSignature("SHA1withRSA"),
                maker.key(key));
    }

    /** One session and what was said in it, in order. */
    private record Case(int version, OldSuite suite, OldSession.Twist twist, String said) {}

    /** All sessions of one run. */
    @SuppressWarnings("ArrayRecordComponent") // made once and read once
    private record World(List<Case> cases, byte[] capture, String keyLog) {

        static World of(long seed) throws GeneralSecurityException {
            Random random = new Random(seed);
            Pcap pcap = new Pcap();
            List<Case> cases = new ArrayList<>();
            List<String> keyLog = new ArrayList<>();
            for (int version : List.of(0x0300, 0x0301, 0x0302, 0x0303)) {
                for (OldSuite suite : suites(version)) {
                    for (OldSession.Twist twist : twists(version, suite)) {
                        int port = 20_000 + cases.size();
                        OldSession session = new OldSession(
                                pcap.new Tcp(port),
                                version,
                                suite,
                                twist,
                                suite.code() < 9 && suite.export() ? WEAK_SERVER : SERVER,
                                random);
                        OldSession.Speech speech = speech(random, suite + " " + twist + " " + version);
                        session.run(speech);
                        keyLog.addAll(session.keyLog());
                        StringBuilder said = new StringBuilder();
                        for (int i = 0; i < speech.client().size(); i++) {
                            said.append(speech.client().get(i))
                                    .append(speech.server().get(i));
                        }
                        cases.add(new Case(version, suite, twist, said.toString()));
                    }
                }
            }
            return new World(cases, pcap.bytes(), String.join("\n", keyLog) + "\n");
        }

        /** RFC 4346 section 5: TLS 1.1 has no export suites any more; RFC 5246: TLS 1.2 neither DES nor IDEA. */
        private static List<OldSuite> suites(int version) {
            List<OldSuite> suites = new ArrayList<>(List.of(
                    OldSuite.NULL_MD5,
                    OldSuite.NULL_SHA,
                    OldSuite.RC4_MD5,
                    OldSuite.RC4_SHA,
                    OldSuite.DES3_SHA,
                    OldSuite.SEED_SHA));
            if (version < 0x0303) {
                suites.addAll(List.of(OldSuite.DES_SHA, OldSuite.IDEA_SHA));
            }
            if (version < 0x0302) {
                suites.addAll(List.of(
                        OldSuite.EXP_RC4_MD5,
                        OldSuite.EXP_RC2_MD5,
                        OldSuite.EXP_DES_SHA,
                        OldSuite.EXP1024_RC4_MD5,
                        OldSuite.EXP1024_RC2_MD5,
                        OldSuite.EXP1024_DES_SHA,
                        OldSuite.EXP1024_RC4_SHA));
            }
            return suites;
        }

        private static List<OldSession.Twist> twists(int version, OldSuite suite) {
            if (suite.equals(OldSuite.RC4_SHA) || suite.equals(OldSuite.DES3_SHA)) {
                return version < 0x0303
                        ? List.of(OldSession.Twist.values())
                        : List.of(OldSession.Twist.PLAIN, OldSession.Twist.COMPRESSED, OldSession.Twist.RENEGOTIATED);
            }
            return List.of(OldSession.Twist.PLAIN);
        }

        private static OldSession.Speech speech(Random random, String name) {
            List<String> client = new ArrayList<>();
            List<String> server = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                client.add("client " + i + " of " + name + " " + "x".repeat(random.nextInt(5000)) + "\n");
                server.add("server " + i + " of " + name + " " + "y".repeat(random.nextInt(5000)) + "\n");
            }
            return new OldSession.Speech(client, server);
        }
    }

    private static World world() throws GeneralSecurityException {
        long seed = System.nanoTime();
        System.out.println("old sessions from the seed " + seed);
        return World.of(seed);
    }

    /** By T. Dierks and others on the list of the TLS working group: the test vector for P_SHA256. */
    @Test
    void thePseudoRandomFunctionIsThatOfTheVector() {
        HexFormat hex = HexFormat.of();
        byte[] out = OldSecrets.prf(
                OldSecrets.TLS12,
                hex.parseHex("9bbe436ba940f017b17652849a71db35"),
                "test label",
                hex.parseHex("a0ba9f936cda311827a6f796ffd5198c"),
                100);
        assertThat(hex.formatHex(out))
                .isEqualTo("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"
                        + "6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
                        + "4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
                        + "87347b66");
    }

    @Test
    void theMasterSecretOpensThem() throws Exception {
        World world = world();
        SecretStore store = new SecretStore();
        store.addText(world.keyLog().getBytes(StandardCharsets.US_ASCII), "keys");
        hold(world, Captures.decode(world.capture(), store), false);
    }

    @Test
    void theServersRsaKeyOpensThem(@TempDir Path folder) throws Exception {
        World world = world();
        RsaKeys keys = new RsaKeys();
        keys.add(Files.writeString(folder.resolve("server.key"), SERVER.keyPem()));
        keys.add(Files.writeString(folder.resolve("weak.key"), WEAK_SERVER.keyPem()));
        hold(world, Captures.decode(world.capture(), new SecretStore(), keys), true);
    }

    private static void hold(World world, Captures.Decoded decoded, boolean rsaKey) {
        assertThat(decoded.connections).hasSameSizeAs(world.cases());
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < world.cases().size(); i++) {
            Case one = world.cases().get(i);
            Connection connection = decoded.connections.get(i);
            TlsReport tls = connection.tls().orElseThrow();
            String title = OldSession.title(one.version()) + " " + one.suite() + " " + one.twist();
            if (!decoded.texts.get(i).equals(one.said())) {
                wrong.add(title + ": " + tls.dark() + tls.notes());
            } else if (tls.finished(Side.CLIENT) != TlsReport.FinishedCheck.GOOD
                    || tls.finished(Side.SERVER) != TlsReport.FinishedCheck.GOOD) {
                wrong.add(title + ": Finished " + tls.finished(Side.CLIENT) + " " + tls.finished(Side.SERVER));
            }
        }
        assertThat(wrong)
                .as("%s sessions, RSA key %s", world.cases().size(), rsaKey)
                .isEmpty();
    }

    /** The peer is held against another decoder, so that it and ours are not wrong together. */
    @Test
    @Tag("interop")
    void tsharkReadsTheScriptedPeerToo(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/tshark")), "tshark is not installed");
        World world = world();
        Path capture = Files.write(folder.resolve("old.pcap"), world.capture());
        Path keys = Files.writeString(folder.resolve("old.keys"), world.keyLog());
        List<String> command = new ArrayList<>(List.of("tshark", "-r", capture.toString(), "-q"));
        command.addAll(List.of("-o", "tls.keylog_file:" + keys));
        for (int i = 0; i < world.cases().size(); i++) {
            command.addAll(List.of("-z", "follow,tls,raw," + i));
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .map(String::strip)
                .toList();
        String[] texts = new String[world.cases().size()];
        int stream = -1;
        for (String line : lines) {
            if (line.startsWith("Filter: tcp.stream eq ")) {
                stream = Integer.parseInt(line.substring("Filter: tcp.stream eq ".length()));
                texts[stream] = "";
            } else if (stream >= 0 && !line.isEmpty() && line.chars().allMatch(HexFormat::isHexDigit)) {
                texts[stream] += new String(HexFormat.of().parseHex(line), StandardCharsets.ISO_8859_1);
            }
        }
        List<String> lacking = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            Case one = world.cases().get(i);
            if (!one.said().equals(texts[i])) {
                lacking.add(OldSession.title(one.version()) + " " + one.suite() + " " + one.twist());
            }
        }
        System.out.println("of " + texts.length + " old sessions tshark does not read " + lacking);
        assertThat(lacking).hasSizeLessThan(texts.length / 4);
    }
}
