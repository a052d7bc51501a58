package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong calls of {@code hikyaku decode}: each gets a sentence, exit code 2, and destroys nothing. */
class DecodeMistakesTest {
    @TempDir
    Path dir;

    @BeforeEach
    void filesToReadAndToHurt() throws IOException {
        for (String name : new String[] {"tls13.pcap", "tls13.keys", "server.key"}) {
            try (InputStream in = Objects.requireNonNull(DecodeMistakesTest.class.getResourceAsStream(name))) {
                Files.write(dir.resolve(name), in.readAllBytes());
            }
        }
        Files.createFile(dir.resolve("empty"));
        Files.createDirectory(dir.resolve("folder"));
        Files.writeString(dir.resolve("text"), "no capture at all");
        Files.write(dir.resolve("zeros"), new byte[100]);
        Files.createSymbolicLink(dir.resolve("link"), dir.resolve("tls13.pcap"));
    }

    private String[] words(String command) {
        return Arrays.stream(command.split(" "))
                .map(word ->
                        word.startsWith("@") ? dir.resolve(word.substring(1)).toString() : word)
                .toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            decode                                             | say which capture
            decode @none                                       | there is no file @none
            decode @empty                                      | @empty is empty: no capture
            decode @folder                                     | @folder is a folder, not a capture
            decode @text                                       | @text is not a capture: it begins with 6e6f2063
            decode @zeros                                      | it begins with 00000000
            decode @tls13.pcap @tls13.pcap                     | unexpected argument
            decode @tls13.pcap --keylog -                      | a key log cannot be standard input
            decode @tls13.pcap --keylog @none                  | the key log @none cannot be read: there is no such file
            decode @tls13.pcap --keylog @folder                | the key log @folder cannot be read: it is a folder
            decode @tls13.pcap --rsa-key @text                 | no private key found
            decode @tls13.pcap --rsa-key @folder               | @folder cannot be read: Is a directory
            decode @tls13.pcap --psk client:xyz                | the pre-shared key is not hexadecimal
            decode @tls13.pcap --psk client:                   | a pre-shared key is empty
            decode @tls13.pcap --dialogue 0                    | connections are counted from 1
            decode @tls13.pcap --dialogue 2                    | there is no connection 2 for --dialogue: the capture has 1 connection
            decode @tls13.pcap --dialogue 1 --port 1           | connection 1 for --dialogue is left out by the filters
            decode @tls13.pcap --story 1 --host 192.0.2.1      | connection 1 for --story is left out by the filters
            decode @tls13.pcap --story 7                       | there is no connection 7 for --story
            decode @tls13.pcap --story one                     | is not the number of a connection
            decode @tls13.pcap --from +10s --to +5s            | --from must be before --to
            decode @tls13.pcap --from 2026-11-22 --to 2026-11-21 | --from must be before --to
            decode @tls13.pcap --bytes @tls13.pcap             | --bytes would overwrite the capture that is read
            decode @tls13.pcap --html @tls13.pcap              | --html would overwrite the capture that is read
            decode @tls13.pcap --write @tls13.pcap             | --write would overwrite the capture that is read
            decode @tls13.pcap --write-plain @link             | --write-plain would overwrite the capture that is read
            decode @tls13.pcap --keylog @tls13.keys --html @tls13.keys | --html would overwrite the key log
            decode @tls13.pcap --rsa-key @server.key --bytes @server.key | --bytes would overwrite the RSA key
            decode @tls13.pcap --plan @text --html @text       | --html would overwrite the plan
            decode @tls13.pcap --write @out --write-plain @out | --write and --write-plain both write @out
            decode @tls13.pcap --bytes @none/out               | what was decoded cannot be written: @none/out: the folder does not exist
            decode @tls13.pcap --html @folder                  | cannot be written: @folder: Is a directory
            decode @tls13.pcap --html @none/out                | cannot be written: @none/out: the folder does not exist
            decode @tls13.pcap --mails @text                   | the directory @text cannot be made: there is a file of that name
            decode - --write @none/out                         | the packets cannot be kept in a file beside @none/out: the folder does not exist
            decode -                                           | standard input is empty: no capture
            keys @none                                         | @none does not exist
            keys @folder                                       | @folder cannot be read: Is a directory
            """)
    void areToldAndDestroyNothing(String command, String sentence) throws IOException {
        byte[] capture = Files.readAllBytes(dir.resolve("tls13.pcap"));
        byte[] keys = Files.readAllBytes(dir.resolve("tls13.keys"));
        CommandRunner runner = new CommandRunner();
        if (command.contains(" - ")) {
            runner = runner.input(new ByteArrayInputStream(capture));
        }
        CommandRunner.Result result = runner.run(words(command));
        assertThat(result.err()).contains(sentence.replace("@", dir + "/"));
        assertThat(result.exit()).isEqualTo(2);
        assertThat(Files.readAllBytes(dir.resolve("tls13.pcap"))).isEqualTo(capture);
        assertThat(Files.readAllBytes(dir.resolve("tls13.keys"))).isEqualTo(keys);
    }

    /** What is not there to be read must not cost what was written before. */
    @ParameterizedTest
    @ValueSource(strings = {"--bytes", "--html", "--write-plain", "--write"})
    void withoutACaptureNothingIsWritten(String option) throws IOException {
        Path kept = Files.writeString(dir.resolve("kept"), "of yesterday");
        assertThat(new CommandRunner()
                        .run(words("decode @none " + option + " @kept"))
                        .exit())
                .isEqualTo(2);
        assertThat(kept).hasContent("of yesterday");
    }

    /** Its packets are kept in a file of their own until the secrets are known. */
    @Test
    void whatStandsBesideTheResultStays() throws IOException {
        Path part = Files.writeString(dir.resolve("out.part"), "of somebody");
        CommandRunner.Result result = new CommandRunner()
                .input(new ByteArrayInputStream(Files.readAllBytes(dir.resolve("tls13.pcap"))))
                .run(words("decode - --keylog @tls13.keys --write @out"));
        assertThat(result.err()).isEmpty();
        assertThat(part).hasContent("of somebody");
        assertThat(new CommandRunner().run(words("decode @out")).out()).contains("1 with TLS: 1 decrypted.");
        new CommandRunner().input(InputStream.nullInputStream()).run(words("decode - --write @out"));
        assertThat(part).hasContent("of somebody");
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())).filter(name -> name.startsWith("out")))
                    .containsExactlyInAnyOrder("out", "out.part");
        }
    }

    /** What the shell opened as standard input has a name too. */
    @Test
    @Timeout(60)
    void theFileBehindStandardInputIsNotWrittenOver() throws Exception {
        Path capture = dir.resolve("tls13.pcap");
        byte[] before = Files.readAllBytes(capture);
        Process decode = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hikyaku.class.getName(),
                        "decode",
                        "-",
                        "--write",
                        dir.resolve("link").toString())
                .redirectInput(capture.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(decode.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).contains("--write would overwrite the capture that is read");
        assertThat(decode.waitFor()).isEqualTo(2);
        assertThat(capture).hasBinaryContent(before);
    }

    /** Two names that lead to one place are the same, also where nothing is yet; and a folder behind a link has its own parent. */
    @Test
    void linksAreFollowed() throws IOException {
        Path other = Files.createDirectories(dir.resolve("elsewhere/deep"));
        Files.createSymbolicLink(dir.resolve("way"), other);
        Files.createSymbolicLink(dir.resolve("ahead"), other.resolve("new"));
        assertThat(new CommandRunner()
                        .run(words("decode @tls13.pcap --write @elsewhere/deep/x --html @way/x"))
                        .err())
                .contains("--write and --html both write");
        assertThat(new CommandRunner()
                        .run(words("decode @tls13.pcap --write @elsewhere/deep/new --html @ahead"))
                        .err())
                .contains("--write and --html both write");
        assertThat(other).isEmptyDirectory();
        assertThat(new CommandRunner()
                        .run(words("decode @tls13.pcap --bytes @x --html @way/../x"))
                        .err())
                .isEmpty();
        assertThat(dir.resolve("elsewhere/x")).isNotEmptyFile();
    }

    /** A capture that ends within its first packet: nothing was decoded, so what was there stays and nothing new is left. */
    @ParameterizedTest
    @ValueSource(strings = {"--html", "--write", "--bytes", "--write-plain"})
    void withoutAPacketNothingIsWritten(String option) throws IOException {
        Path capture = dir.resolve("cut.pcap");
        byte[] bytes = Files.readAllBytes(dir.resolve("tls13.pcap"));
        bytes[32] = bytes[33] = bytes[34] = bytes[35] = 0x7f; // a packet of two gigabytes
        Files.write(capture, bytes);
        Path kept = Files.writeString(dir.resolve("kept"), "of yesterday");
        CommandRunner.Result result = new CommandRunner().run(words("decode @cut.pcap " + option + " @kept"));
        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(kept).hasContent("of yesterday");
        assertThat(new CommandRunner()
                        .run(words("decode @cut.pcap " + option + " @new"))
                        .exit())
                .isEqualTo(2);
        assertThat(dir.resolve("new")).doesNotExist();
        assertThat(dir.toFile().list()).noneMatch(name -> name.endsWith(".part"));
    }

    /** What the shell opened is written at once: it is not another file that takes the name in the end. */
    @Test
    @Timeout(60)
    void standardOutputIsWrittenWhateverItIs() throws Exception {
        Path out = Files.createFile(dir.resolve("bytes"));
        Process decode = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hikyaku.class.getName(),
                        "decode",
                        dir.resolve("tls13.pcap").toString(),
                        "--keylog",
                        dir.resolve("tls13.keys").toString(),
                        "--bytes",
                        "/dev/stdout")
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .start();
        Object before = Files.readAttributes(out, BasicFileAttributes.class).fileKey();
        assertThat(decode.waitFor()).isZero();
        assertThat(out).content(StandardCharsets.ISO_8859_1).contains("hello from tls13");
        assertThat(Files.readAttributes(out, BasicFileAttributes.class).fileKey())
                .as("the shell's own file")
                .isEqualTo(before);
    }

    /** A folder where nothing new can be made may have a file that can be written. */
    @Test
    void aFileInAFolderThatTakesNoOtherIsWrittenOver() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("locked"));
        Path kept = Files.writeString(folder.resolve("kept"), "of yesterday");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeTrue(!Files.isWritable(folder), "root may do everything");
        CommandRunner.Result result =
                new CommandRunner().run(words("decode @tls13.pcap --keylog @tls13.keys --bytes @locked/kept"));
        assertThat(result.err()).isEmpty();
        assertThat(kept).content(StandardCharsets.ISO_8859_1).doesNotContain("of yesterday");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void standardInputIsReadAsACapture() throws IOException {
        CommandRunner.Result result = new CommandRunner()
                .input(new ByteArrayInputStream(Files.readAllBytes(dir.resolve("tls13.pcap"))))
                .run(words("decode - --keylog @tls13.keys"));
        assertThat(result.out()).contains("1 with TLS: 1 decrypted.");
        assertThat(result.exit()).isZero();
    }

    @Test
    void filtersThatLeaveNothingAreTold() {
        CommandRunner.Result result = new CommandRunner().run(words("decode @tls13.pcap --port 1"));
        assertThat(result.err()).contains("the filters leave out the only connection");
        assertThat(result.exit()).isZero();
    }

    @Test
    void severalOutputsMayGoToOneDevice() {
        CommandRunner.Result result =
                new CommandRunner().run(words("decode @tls13.pcap --html /dev/null --bytes /dev/null"));
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isEqualTo(1);
    }
}
