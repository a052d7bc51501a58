package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.Packet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --write} and {@code --write-plain}: what they write is read by us without keys, and by tshark. */
class DecodeWriteTest {
    private static final String MIXED = TestCaptures.file("captures/mixed.pcap");
    private static final String KEYS = TestCaptures.file("captures/mixed.keys");
    private static final String RSA = TestCaptures.file("captures/server-rsa.key");

    @TempDir
    private Path dir;

    private Path decode(String option, String... more) {
        Path out = dir.resolve("out.pcapng");
        List<String> args =
                new ArrayList<>(List.of("decode", MIXED, "--keylog", KEYS, "--rsa-key", RSA, option, out.toString()));
        args.addAll(List.of(more));
        CommandRunner.Result result = new CommandRunner().run(args.toArray(new String[0]));
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        return out;
    }

    private static String dialogues(String file, String... keys) {
        List<String> args = new ArrayList<>(List.of("decode", file, "--dialogue", "--show-secrets"));
        args.addAll(List.of(keys));
        return new CommandRunner().run(args.toArray(new String[0])).out();
    }

    /** The lines that were said, without the numbers of frames. */
    private static List<String> said(String dialogues) {
        return dialogues.lines().filter(line -> line.matches("[CS]: .*")).toList();
    }

    @Test
    void theCaptureWithItsSecretsNeedsNoOtherKey() throws IOException {
        Path out = decode("--write");
        assertThat(dialogues(out.toString())).isEqualTo(dialogues(MIXED, "--keylog", KEYS, "--rsa-key", RSA));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
        assertThat(dir.resolve("out.pcapng.part")).doesNotExist();
    }

    @Test
    void onlyUsedSecretsAndChosenPacketsAreWritten() throws IOException {
        Path out = decode("--write", "--port", "465");
        List<String> secrets = new ArrayList<>();
        int packets = 0;
        try (CaptureReader reader = CaptureFiles.open(
                out,
                text -> secrets.addAll(
                        new String(text, StandardCharsets.US_ASCII).lines().toList()))) {
            while (reader.next(new Packet())) {
                packets++;
            }
        }
        assertThat(packets).isEqualTo(42);
        List<String> logged = Files.readAllLines(Path.of(TestCaptures.file("captures/mixed.keys")));
        assertThat(secrets).hasSize(4).allMatch(logged::contains).noneMatch(line -> line.contains("EXPORTER"));
    }

    @Test
    void standardInputIsKeptUntilItHasBeenWritten() throws IOException {
        Path out = dir.resolve("out.pcapng");
        CommandRunner.Result result = new CommandRunner()
                .input(new ByteArrayInputStream(Files.readAllBytes(Path.of(MIXED))))
                .run("decode", "-", "--keylog", KEYS, "--rsa-key", RSA, "--write", out.toString());
        assertThat(result.err()).isEmpty();
        assertThat(said(dialogues(out.toString())))
                .isEqualTo(said(dialogues(MIXED, "--keylog", KEYS, "--rsa-key", RSA)));
        assertThat(dir.resolve("out.pcapng.part")).doesNotExist();
    }

    @Test
    void theCaptureItselfIsNotOverwritten() throws IOException {
        Path copy = Files.copy(Path.of(MIXED), dir.resolve("copy.pcap"));
        CommandRunner.Result result = new CommandRunner().run("decode", copy.toString(), "--write", copy.toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("would overwrite the capture");
        assertThat(copy).hasSameBinaryContentAs(Path.of(MIXED));
    }

    @Test
    void aFolderThatIsMissingIsTold() {
        for (String option : List.of("--write", "--write-plain", "--bytes")) {
            CommandRunner.Result result = new CommandRunner()
                    .run(
                            "decode",
                            MIXED,
                            "--keylog",
                            KEYS,
                            option,
                            dir.resolve("none/out").toString());
            assertThat(result.err()).contains("cannot be written").doesNotContain("Exception");
            assertThat(result.exit()).isEqualTo(2);
        }
    }

    /** What was encrypted on the wire is nobody else's business when it is decrypted. */
    @Test
    void whatWasDecryptedIsForItsOwnerOnly() throws IOException {
        Path page = Files.writeString(dir.resolve("page.html"), "an older one");
        Files.setPosixFilePermissions(page, PosixFilePermissions.fromString("rw-rw-r--"));
        decode("--write-plain", "--html", page.toString(), "--mails", dir + "/mails", "--bytes", dir + "/bytes");
        List<Path> written = new ArrayList<>(List.of(page, dir.resolve("out.pcapng"), dir.resolve("bytes")));
        try (Stream<Path> mails = Files.list(dir.resolve("mails"))) {
            mails.forEach(written::add);
        }
        assertThat(written)
                .hasSizeGreaterThan(8)
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void plainCaptureHoldsWhatWasSaid() {
        Path out = decode("--write-plain");
        String all = dialogues(MIXED, "--keylog", KEYS, "--rsa-key", RSA);
        assertThat(said(dialogues(out.toString()))).isEqualTo(said(all)).hasSizeGreaterThan(150);
        assertThat(new CommandRunner().run("decode", out.toString()).out())
                .contains("6 connections in")
                .contains("0 with TLS");
    }

    @Test
    @Tag("interop")
    void tsharkDecryptsTheCaptureWithItsSecrets() throws IOException {
        assumeTrue(TestCaptures.installed("tshark"), "tshark is not installed");
        Path out = decode("--write");
        String followed = "";
        for (int stream : List.of(0, 1, 3, 4, 5)) {
            followed += TestCaptures.run("tshark", "-r", out.toString(), "-q", "-z", "follow,tls,ascii," + stream);
        }
        assertThat(followed)
                .contains("RCPT TO:<carol@example.test>") // 0
                .contains("AUTH CRAM-MD5") // 1
                .contains("X-Mailer: swaks") // 3, whose master secret came out of the RSA key
                .contains("A003 CAPABILITY"); // 5
    }

    /** Comments and names that editcap keeps when it puts secrets inside are kept; but for the secrets the file is the same. */
    @Test
    @Tag("interop")
    void editcapsCommentsAndMergecapsInterfacesStay() throws IOException {
        assumeTrue(TestCaptures.installed("editcap") && TestCaptures.installed("tshark"), "Wireshark is not installed");
        Path commented = dir.resolve("commented.pcapng");
        TestCaptures.run(
                "editcap",
                "-F",
                "pcapng",
                "-a",
                "2:the second",
                "--capture-comment",
                "of the whole",
                MIXED,
                commented.toString());
        Path merged = dir.resolve("merged.pcapng");
        TestCaptures.run(
                "mergecap", "-F", "pcapng", "-I", "none", "-w", merged.toString(), commented.toString(), MIXED);
        for (Path capture : List.of(commented, merged)) {
            Path ours = dir.resolve("ours.pcapng");
            Path theirs = dir.resolve("theirs.pcapng");
            CommandRunner.Result result = new CommandRunner()
                    .run("decode", capture.toString(), "--keylog", KEYS, "--rsa-key", RSA, "--write", ours.toString());
            assertThat(result.exit()).as(result.err()).isZero();
            TestCaptures.run("editcap", "--inject-secrets", "tls," + KEYS, capture.toString(), theirs.toString());
            String told = fields(ours);
            assertThat(told).isEqualTo(fields(theirs)).contains("the second");
            assertThat(TestCaptures.run("capinfos", "-k", ours.toString()))
                    .isEqualTo(TestCaptures.run("capinfos", "-k", theirs.toString())
                            .replace("theirs.pcapng", "ours.pcapng"));
            TestCaptures.run("editcap", "--discard-all-secrets", ours.toString(), theirs.toString());
            assertThat(fields(theirs)).isEqualTo(fields(capture));
            assertThat(TestCaptures.run("tshark", "-r", ours.toString(), "-q", "-z", "follow,tls,ascii,0"))
                    .contains("RCPT TO:<carol@example.test>");
        }
    }

    private static String fields(Path capture) throws IOException {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", capture.toString(), "-T", "fields"));
        for (String field : List.of(
                "frame.comment", "frame.interface_id", "frame.interface_name", "frame.time_epoch", "frame.cap_len")) {
            command.addAll(List.of("-e", field));
        }
        return TestCaptures.run(command.toArray(new String[0]));
    }

    /** HTTP/1.1 and HTTP/2 out of TLS, read as plain HTTP with the same requests and statuses that tshark finds in the original. */
    @Test
    @Tag("interop")
    void tsharkReadsHttpFromThePlainCapture() throws IOException {
        assumeTrue(TestCaptures.installed("tshark"), "tshark is not installed");
        String web = TestCaptures.file("captures/http.pcap");
        String keys = TestCaptures.file("captures/http.keys");
        Path out = dir.resolve("plain.pcapng");
        CommandRunner.Result result =
                new CommandRunner().run("decode", web, "--keylog", keys, "--write-plain", out.toString());
        assertThat(result.err()).isEmpty();
        List<String> encrypted = requests(web, "-o", "tls.keylog_file:" + keys);
        assertThat(requests(out.toString())).isEqualTo(encrypted).hasSizeGreaterThan(15);
        assertThat(TestCaptures.run("tshark", "-r", out.toString(), "-Y", "tls"))
                .isEmpty();
    }

    private static List<String> requests(String capture, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", capture, "-T", "fields", "-Y"));
        command.add("http.request || http.response || http2.headers.method || http2.headers.status");
        for (String field : List.of(
                "http.request.method",
                "http.request.uri",
                "http.response.code",
                "http2.headers.method",
                "http2.headers.path",
                "http2.headers.status")) {
            command.addAll(List.of("-e", field));
        }
        command.addAll(List.of(options));
        return TestCaptures.run(command.toArray(new String[0])).lines().toList();
    }

    @Test
    @Tag("interop")
    void tsharkReadsMailFromThePlainCapture() throws IOException {
        assumeTrue(TestCaptures.installed("tshark"), "tshark is not installed");
        Path out = decode("--write-plain");
        String commands = TestCaptures.run(
                "tshark",
                "-r",
                out.toString(),
                "-Y",
                "smtp.req.command == \"MAIL\"",
                "-T",
                "fields",
                "-e",
                "tcp.stream");
        assertThat(commands.lines()).containsExactly("0", "1", "2", "3", "4");
        assertThat(TestCaptures.run(
                        "tshark", "-r", out.toString(), "-Y", "imap.request", "-T", "fields", "-e", "imap.request"))
                .contains("CAPABILITY");
        assertThat(TestCaptures.run(
                        "tshark",
                        "-r",
                        out.toString(),
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-Y",
                        "tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0"))
                .isEmpty();
        assertThat(TestCaptures.run("tshark", "-r", out.toString(), "-Y", "tcp.checksum.status == 0 || tcp")
                        .lines())
                .hasSizeGreaterThan(150);
    }
}
