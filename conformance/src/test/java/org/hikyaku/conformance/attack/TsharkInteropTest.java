package org.hikyaku.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.hikyaku.check.matrix.Sender;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What tshark makes of the attacker's capture: it knows nothing of how the capture came about. */
@Tag("interop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TsharkInteropTest {
    private final LabAttack lab;

    @TempDir
    private Path folder;

    TsharkInteropTest() throws IOException {
        lab = LabAttack.start(InstantSource.system());
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    @BeforeAll
    static void needTshark() throws Exception {
        assertThat(run("tshark", "--version")).as("tshark is there").contains("TShark");
    }

    private Scene play(String receiver, Sender sender, String attack) throws Exception {
        return lab.play(
                lab.lab().catalogue().domain(receiver),
                sender,
                Attacks.all().stream()
                        .filter(a -> a.id().equals(attack))
                        .findFirst()
                        .orElseThrow());
    }

    private Path file(Scene scene) throws IOException {
        Path file = folder.resolve(scene.attack().id() + "-" + scene.sender().id() + ".pcapng");
        scene.capture().writeTo(file);
        return file;
    }

    /** All that tshark can read of the TCP streams, decrypted with the secrets in the file. */
    private static String read(Path file) throws Exception {
        StringBuilder all = new StringBuilder();
        List<String> streams = run("tshark", "-r", file.toString(), "-T", "fields", "-e", "tcp.stream")
                .lines()
                .filter(l -> !l.isBlank())
                .distinct()
                .toList();
        assertThat(streams).as("connections in the capture").isNotEmpty();
        for (String stream : streams) {
            for (String layer : List.of("tcp", "tls")) {
                all.append(run("tshark", "-r", file.toString(), "-q", "-z", "follow," + layer + ",ascii," + stream));
            }
        }
        return all.toString();
    }

    @Test
    void showsTheMailInClearUnderStripForAnOpportunisticSender() throws Exception {
        Scene scene = play("dane-ee.example", Sender.OPPORTUNISTIC, "strip-starttls");
        Path file = file(scene);

        String read = read(file);

        assertThat(read).contains(scene.marker()).contains("MAIL FROM:<aiko@sender.example>");
        assertThat(read).as("on the second leg, his own account").contains(TestMail.ATTACKERS_ACCOUNT);
        assertThat(run("tshark", "-r", file.toString(), "-Y", "tls"))
                .as("no TLS at all")
                .isBlank();
        assertThat(run("tshark", "-r", file.toString(), "-Y", "tcp.analysis.flags || _ws.malformed"))
                .as("a whole capture")
                .isBlank();
    }

    @Test
    void showsNothingOfTheMailUnderDane() throws Exception {
        Scene scene = play("dane-ee.example", Sender.DANE, "strip-starttls");

        String read = read(file(scene));

        assertThat(read).contains("EHLO sender.example");
        assertThat(read).doesNotContain(scene.marker()).doesNotContain("MAIL FROM");
    }

    @Test
    void cannotDecryptWhatPassesBetweenTheTwo() throws Exception {
        Scene scene = play("dane-ee.example", Sender.DANE, "listen");
        Path file = file(scene);

        assertThat(read(file)).contains("STARTTLS").doesNotContain(scene.marker());
        assertThat(run("tshark", "-r", file.toString(), "-Y", "tls.handshake.type == 1"))
                .contains("Client Hello");
        assertThat(scene.capture().keyLog()).isEmpty();
    }

    @Test
    void decryptsTheSessionsThatEndedAtTheAttacker() throws Exception {
        Scene scene = play("sts-enforce.example", Sender.STS_KNOWN, "rogue-ca");
        Path file = file(scene);

        assertThat(read(file)).contains(scene.marker()).contains("MAIL FROM:<aiko@sender.example>");
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(bytes).as("on the wire it is encrypted").doesNotContain(scene.marker());
        assertThat(scene.capture().keyLog().stream()
                        .map(l -> l.substring(0, l.indexOf(' ')))
                        .collect(Collectors.toSet()))
                .contains("CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0");
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return out;
        } finally {
            process.destroyForcibly();
        }
    }
}
