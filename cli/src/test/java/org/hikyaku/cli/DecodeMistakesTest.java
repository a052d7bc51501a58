package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
            decode - --write @none/out                         | the packets cannot be kept in @none/out.part: the folder does not exist
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
