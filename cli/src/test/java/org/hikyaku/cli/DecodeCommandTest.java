package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code hikyaku decode} and {@code hikyaku keys}, on captures of OpenSSL's client and {@code s_server -rev}. */
class DecodeCommandTest {
    private static final String SAID = "C: hello from tls12-rsa\nS: asr-21slt morf olleh\n";

    private static String file(String name) {
        try {
            return Path.of(Objects.requireNonNull(DecodeCommandTest.class.getResource(name))
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CommandRunner.Result run(String... args) {
        return new CommandRunner().run(args);
    }

    @Test
    void dialogueIsShownWithTheServersKey() {
        CommandRunner.Result result =
                run("decode", file("tls12-rsa.pcap"), "--rsa-key", file("server.key"), "--dialogue", "1");
        assertThat(result.out()).contains(SAID);
        assertThat(result.exit()).isZero();
    }

    @Test
    void fileMayStandBehindTheOption() {
        assertThat(run("decode", "--rsa-key", file("server.key"), "--dialogue", file("tls12-rsa.pcap"))
                        .out())
                .contains(SAID);
    }

    @Test
    void darkConnectionIsAFindingWithItsReason() {
        CommandRunner.Result result = run("decode", file("tls12-rsa.pcap"));
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out().replaceAll("\\s+", " "))
                .contains("not decrypted: no key was given; its key exchange is RSA")
                .contains("1 connection in")
                .contains("0 decrypted, 1 not (1: no key given)");
    }

    @Test
    void theDialogueOfWhatStaysDarkSaysWhy() {
        assertThat(run("decode", file("tls13.pcap"), "--dialogue", "1").out())
                .contains("-- TLS begins (frame 4)")
                .contains("-- not decrypted: TLS 1.3 has no static RSA: only a key log opens it");
    }

    @Test
    void storyHasItsFourSteps() {
        String story = run("decode", file("tls13.pcap"), "--keylog", file("tls13.keys"), "--story", "1")
                .out();
        assertThat(story)
                .containsSubsequence("1  Agree", "2  Authenticate", "3  Keys", "4  Confirm", "Then")
                .contains("TLS_AES_128_GCM_SHA256")
                .contains("mx.example")
                .contains("Finished of the server: it fits");
    }

    @Test
    void jsonIsOneObjectALine() {
        CommandRunner.Result result =
                run("decode", file("tls13.pcap"), "--keylog", file("tls13.keys"), "--json", "--dialogue", "--sha256");
        JsonMapper mapper = JsonMapper.builder().build();
        List<JsonNode> objects =
                result.out().lines().map(line -> mapper.readTree(line)).toList();
        assertThat(objects)
                .allSatisfy(o -> assertThat(o.get("schema").asString()).isEqualTo("hikyaku.decode/1"));
        assertThat(objects.getFirst().get("type").asString()).isEqualTo("connection");
        assertThat(objects.getFirst().get("tls").get("version").asString()).isEqualTo("TLSv1.3");
        assertThat(objects.getFirst().get("tls").get("decrypted").asBoolean()).isTrue();
        assertThat(objects.getLast().get("type").asString()).isEqualTo("summary");
        assertThat(objects.stream()
                        .filter(o -> o.get("type").asString().equals("line"))
                        .map(o -> o.get("side").asString() + " " + o.get("text").asString()))
                .containsExactly("client hello from tls13", "server 31slt morf olleh");
    }

    @Test
    void decryptedBytesAreWritten(@TempDir Path dir) throws IOException {
        Path bytes = dir.resolve("bytes");
        run("decode", file("tls13.pcap"), "--keylog", file("tls13.keys"), "--bytes", bytes.toString());
        assertThat(Files.readString(bytes)).isEqualTo("hello from tls13\n31slt morf olleh\n");
    }

    /** Also when something else is asked for as well: nobody asks for what is not shown. */
    @Test
    void theDigestIsShownBesideWhatIsWritten(@TempDir Path dir) throws Exception {
        String digest = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest("hello from tls13\n31slt morf olleh\n".getBytes(StandardCharsets.US_ASCII)));
        String bytes = dir.resolve("bytes").toString();
        assertThat(run("decode", file("tls13.pcap"), "--keylog", file("tls13.keys"), "--sha256", "--bytes", bytes)
                        .out())
                .contains("sha256 " + digest);
        assertThat(run("decode", file("tls13.pcap"), "--keylog", file("tls13.keys"), "--sha256", "--dialogue")
                        .out())
                .contains("sha256 " + digest, "C: hello from tls13");
    }

    @Test
    void wrongCallsAreTold(@TempDir Path dir) throws IOException {
        assertThat(run("decode").err()).contains("say which capture");
        assertThat(run("decode", dir.resolve("none").toString()).err()).contains("there is no file");
        Path text = Files.writeString(dir.resolve("text"), "no capture at all");
        CommandRunner.Result result = run("decode", text.toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("is not a capture");
        assertThat(run(
                                "decode",
                                file("tls13.pcap"),
                                "--keylog",
                                dir.resolve("none.keys").toString())
                        .err())
                .contains("cannot be read: there is no such file");
    }

    /** Byte 7 to 38 of the handshake message are the random: type, 24-bit length, version, then 32 bytes. */
    @Test
    void keysComeOutOfWhatOpenSslPrints(@TempDir Path dir) throws IOException {
        String master = "9A".repeat(48);
        Path file = Files.writeString(dir.resolve("out.txt"), """
                CONNECTED(00000003)
                >>> TLS 1.2, Handshake [length 0028], ClientHello
                    01 00 00 24 03 03 00 01 02 03 04 05 06 07 08 09
                    0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19
                    1a 1b 1c 1d 1e 1f 00 00
                <<< TLS 1.2, Handshake [length 0004], ServerHelloDone
                    0e 00 00 00
                SSL-Session:
                    Session-ID: 44F4
                    Master-Key: %s
                """.formatted(master), StandardCharsets.US_ASCII);
        CommandRunner.Result result = run("keys", file.toString());
        String lower = "9a".repeat(48);
        assertThat(result.out().lines())
                .containsExactly(
                        "CLIENT_RANDOM 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f " + lower,
                        "RSA Session-ID:44f4 Master-Key:" + lower);
        assertThat(result.exit()).isZero();
    }

    @Test
    void tls13HasNoMasterKeyAndThatIsSaid(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(
                dir.resolve("out.txt"), "    Protocol  : TLSv1.3\n    Session-ID: 00\n    Resumption PSK: 00\n");
        CommandRunner.Result result = run("keys", file.toString());
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("no Master-Key").contains("-keylogfile");
    }

    /** {@code openssl s_client -keylogfile /dev/stdout}: the log stands between what openssl prints. */
    @Test
    void linesOfAKeyLogInTheOutputAreTaken(@TempDir Path dir) throws IOException {
        String random = " " + "0d".repeat(32) + " ";
        Path file = Files.writeString(
                dir.resolve("out.txt"),
                """
                CONNECTED(00000003)
                # SSL/TLS secrets log file, generated by OpenSSL
                SERVER_HANDSHAKE_TRAFFIC_SECRET%1$s%2$s
                EXPORTER_SECRET%1$s%2$s
                RSA 5de6fd62cfbdef01 0303%3$s
                verify return:1
                CLIENT_RANDOM is not followed by a random here
                CLIENT_TRAFFIC_SECRET_0%1$s%2$s0
                New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
                    Protocol  : TLSv1.3
                    Resumption PSK: 00
                """.formatted(random, "5e".repeat(48), "c0".repeat(46)),
                StandardCharsets.US_ASCII);
        CommandRunner.Result result = run("keys", file.toString());
        assertThat(result.out().lines())
                .containsExactly(
                        "SERVER_HANDSHAKE_TRAFFIC_SECRET" + random + "5e".repeat(48),
                        "EXPORTER_SECRET" + random + "5e".repeat(48),
                        "RSA 5de6fd62cfbdef01 0303" + "c0".repeat(46));
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
    }

    /** A window of 80 columns, which most have: rows do not break in their middle. */
    @Test
    void theListFitsANarrowTerminal() {
        CommandRunner.Result result = new CommandRunner()
                .variable("COLUMNS", "80")
                .run(
                        "decode",
                        TestCaptures.file("captures/mixed.pcap"),
                        "--keylog",
                        TestCaptures.file("captures/mixed.keys"),
                        "--list");
        assertThat(result.out()).startsWith("""
                  #  time (UTC)    client                 server                 what
                  1  23:57:11.465  127.0.0.1:52590        127.0.0.1:25           SMTP STARTTLS
                        TLSv1.3 AES_256_GCM x25519 cert mx.test
                        decrypted 373 bytes up, 372 down, by mixed.keys line 6
                """);
        assertThat(result.out().lines().filter(line -> !line.contains(" connections in ")))
                .allMatch(line -> line.length() <= 80);
    }
}
