package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code auth} and {@code send} in clear: which layer is named, what is said on the wire, what is shown. */
class SendCommandTest {
    private static final String EHLO = "EHLO 250-mx.example|250-PIPELINING|250-8BITMIME|250-DSN|250-SMTPUTF8|250"
            + "-CHUNKING|250 AUTH PLAIN LOGIN";

    private static Result run(ScriptedMailServer server, String command, String... more) {
        return run(new CommandRunner(), server, command, more);
    }

    private static Result run(CommandRunner runner, ScriptedMailServer server, String command, String... more) {
        List<String> args =
                new ArrayList<>(List.of(command, server.place(), "--tls", "none", "--ehlo-name", "c.example"));
        if (command.equals("send") && !Arrays.asList(more).contains("--script")) {
            args.addAll(List.of("--from", "a@a.example", "--to", "b@b.example"));
        }
        args.addAll(List.of(more));
        return runner.run(args.toArray(String[]::new));
    }

    private static void valid(String name, Result result) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("..", "docs", "schema", name)));
        assertThat(schema.validate(result.out(), InputFormat.JSON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'' ; ' 554 5.7.1 go away'; the greeting; 1; go away",
                "'' ; ' 421 4.3.2 busy'; the greeting; 1; busy",
                "MAIL; ' 553 5.1.8 unknown domain'; the sender; 1; unknown domain",
                "RCPT; ' 554 5.7.1 relay access denied'; the recipients; 1; Relay access denied",
                "DATA; ' 554 5.5.1 no'; the mail itself; 1; 554 5.5.1 no",
                ".; ' 550 5.7.1 spam'; the mail itself; 1; spam",
                ".; ' 999 nonsense'; the mail itself; 3; whether the mail was taken cannot be known",
            })
    void theLayerThatFailedIsNamed(String word, String reply, String layer, int exit, String words) throws Exception {
        try (ScriptedMailServer server = ScriptedMailServer.start(word + reply, EHLO)) {
            Result result = run(server, "send");

            assertThat(result.exit()).isEqualTo(exit);
            assertThat(result.out())
                    .contains("Failed at " + layer + ".", "Next: ")
                    .containsIgnoringCase(words);
            assertThat(result.err()).isEmpty();
        }
    }

    @Test
    void aMailIsComposedAndTaken(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("kyoto.bin");
        Files.write(file, new byte[] {0, 1, 2, (byte) 255});
        try (ScriptedMailServer server = ScriptedMailServer.start(EHLO, ". 250 2.0.0 queued as 4711")) {
            Result result = run(
                    server,
                    "send",
                    "--to",
                    "c@b.example",
                    "--subject",
                    "飛脚",
                    "--attach",
                    file.toString(),
                    "--notify",
                    "success,delay",
                    "--ret",
                    "hdrs",
                    "--envid",
                    "e1",
                    "--orcpt");

            assertThat(result.exit()).isZero();
            assertThat(result.out()).contains("queued as 4711", "All well.");
            assertThat(server.heard())
                    .contains(
                            "MAIL FROM:<a@a.example> RET=HDRS ENVID=e1",
                            "RCPT TO:<b@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@b.example",
                            "RCPT TO:<c@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@b.example",
                            "From: a@a.example",
                            "To: b@b.example, c@b.example",
                            "AAEC/w==")
                    .anyMatch(l -> l.startsWith("Subject: =?UTF-8?"))
                    .anyMatch(l -> l.startsWith("Message-ID: <"))
                    .anyMatch(l -> l.startsWith("Date: "))
                    .anyMatch(l -> l.contains("filename=") && l.contains("kyoto.bin"));
        }
    }

    @Test
    void aMailFromAFileGoesAsItIs(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("a.eml");
        Files.writeString(file, "X-Odd:   spaces \r\n\r\n.dot\r\n", StandardCharsets.US_ASCII);
        try (ScriptedMailServer server = ScriptedMailServer.start(EHLO)) {
            assertThat(run(server, "send", "--mail", file.toString()).exit()).isZero();
            assertThat(server.heard()).containsSubsequence("X-Odd:   spaces ", "", "..dot", ".");
        }
    }

    @Test
    void aMailOnStandardInputWithUnixLineEndsIsMended() throws Exception {
        try (ScriptedMailServer server = ScriptedMailServer.start(EHLO)) {
            Result result = run(new CommandRunner().input("Subject: x\n\ntext\n"), server, "send", "--mail", "-");

            assertThat(result.exit()).isZero();
            assertThat(result.out()).contains("3 lines end with LF alone");
            assertThat(server.heard()).containsSubsequence("Subject: x", "", "text", ".");
        }
    }

    @Test
    void mixedLineEndsAreRefused(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("a.eml");
        Files.writeString(file, "Subject: x\r\n\r\n\n.\r\nMAIL FROM:<evil@x>\r\n", StandardCharsets.US_ASCII);
        try (ScriptedMailServer server = ScriptedMailServer.start(EHLO)) {
            Result result = run(server, "send", "--mail", file.toString());

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out()).contains("Failed at the mail itself.", "Line 3 of the mail has an LF");
            assertThat(server.heard()).noneMatch(l -> l.startsWith("MAIL"));
        }
    }

    @Test
    void oneRefusedRecipientIsAFinding() throws Exception {
        try (ScriptedMailServer server = ScriptedMailServer.start("EHLO 250 mx", "RCPT 550 5.1.1 nobody")) {
            Result result = run(server, "send", "--json");

            assertThat(result.exit()).isEqualTo(1);
            valid("send-1.json", result);
            assertThat(result.out()).contains("\"layer\" : \"recipient\"", "\"recipients_refused\"", "5.1.1");
        }
    }

    @Test
    void passwordsAreNotHandedOverInClear() throws Exception {
        try (ScriptedMailServer server = ScriptedMailServer.start(EHLO, "AUTH 235 2.7.0 yes")) {
            Result refused = run(server, "auth", "--user", "tim", "--password", "tanstaaftanstaaf");
            Result allowed =
                    run(server, "auth", "--user", "tim", "--password", "tanstaaftanstaaf", "--allow-clear", "--json");

            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.out()).contains("Failed at the login.", "hands the password over", "--allow-clear");
            assertThat(allowed.exit()).isZero();
            valid("auth-1.json", allowed);
            assertThat(allowed.out()).doesNotContain("AHRpbQB0", "tanstaaf").contains("AUTH PLAIN ********");
            assertThat(server.heard()).contains("AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
        }
    }

    @Test
    void passwordsComeFromFilesAndVariables(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("password");
        Files.writeString(file, "tanstaaftanstaaf\nsecond line\n");
        try (ScriptedMailServer server = ScriptedMailServer.start(EHLO, "AUTH 535 5.7.8 no")) {
            Result ofFile = run(server, "auth", "--user", "tim", "--password-file", file.toString(), "--allow-clear");
            Result ofVariable = run(
                    new CommandRunner()
                            .variable("HIKYAKU_USER", "tim")
                            .variable("HIKYAKU_PASSWORD", "tanstaaftanstaaf"),
                    server,
                    "auth",
                    "--allow-clear");
            Result none = run(server, "auth", "--user", "tim", "--allow-clear");

            assertThat(ofFile.exit()).isEqualTo(1);
            assertThat(ofFile.out()).contains("Failed at the login.", "535 5.7.8 no");
            assertThat(ofVariable.out()).contains("535 5.7.8 no");
            assertThat(server.heard().stream().filter(l -> l.startsWith("AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm")))
                    .hasSize(2);
            assertThat(none.exit()).isEqualTo(2);
            assertThat(none.err()).contains("--password-file", "HIKYAKU_PASSWORD");
        }
    }

    @Test
    void theOldFormOfTheOfferIsEnough() throws Exception {
        try (ScriptedMailServer server =
                ScriptedMailServer.start("EHLO 250-mx|250 AUTH=LOGIN PLAIN", "AUTH 235 2.7.0 yes")) {
            assertThat(run(server, "auth", "--user", "tim", "--password", "x", "--allow-clear")
                            .out())
                    .contains("accepted by PLAIN");
        }
    }

    @Test
    void aDialogueFromStandardInput() throws Exception {
        try (ScriptedMailServer server =
                ScriptedMailServer.start(EHLO, "AUTH 334 ", "+ 235 2.7.0 yes", "VRFY 252 perhaps")) {
            Result result = run(
                    new CommandRunner()
                            .input(
                                    "AUTH PLAIN\nAHRpbQB0YW5zdGFhZnRhbnN0YWFm\nVRFY bob\nMAIL FROM:<a@b>\nDATA\nhi\n..\n.\n"),
                    server,
                    "auth",
                    "--script",
                    "-");

            assertThat(result.exit()).isZero();
            assertThat(result.out())
                    .contains("> AUTH PLAIN", "> ********", "252 perhaps", "2 lines of mail")
                    .doesNotContain("AHRpb");
            assertThat(server.heard()).containsSubsequence("AHRpbQB0YW5zdGFhZnRhbnN0YWFm", "hi", "..", ".", "QUIT");
        }
    }

    @Test
    void aServerWithoutStartTls() throws Exception {
        try (ScriptedMailServer server = ScriptedMailServer.start(EHLO)) {
            Result result = new CommandRunner().run("auth", server.place(), "--json");

            assertThat(result.exit()).isEqualTo(1);
            valid("auth-1.json", result);
            assertThat(result.out()).contains("\"layer\" : \"starttls\"");
        }
    }

    @Test
    void nobodyThere() throws Exception {
        int port = TestPorts.take();
        Result result = new CommandRunner().run("auth", "127.0.0.1:" + port);

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("Failed at the TCP connection.", "nothing listens at this port");
    }

    @Test
    void portsSideBySide() throws Exception {
        Result result = new CommandRunner().run("auth", "127.77.9.9", "--json", "--timeout", "1");

        valid("auth-1.json", result);
        assertThat(result.out()).contains("\"port\" : 25", "\"port\" : 465", "\"port\" : 587", "\"refused\"");
    }

    @Test
    void whatServersTalkInClearIsKeptInACapture(@TempDir Path folder) throws Exception {
        Path capture = folder.resolve("s.pcapng");
        try (ScriptedMailServer server = ScriptedMailServer.start(EHLO)) {
            assertThat(run(server, "send", "--pcap", capture.toString()).exit()).isZero();
            assertThat(run(server, "send", "--pcap", capture.toString()).err()).contains("--force");
        }
        assertThat(Files.getPosixFilePermissions(capture)).hasSize(2);
        Result decoded = new CommandRunner().run("decode", capture.toString());
        assertThat(decoded.out()).contains("SMTP", "in clear", "1 mail");
    }

    @ParameterizedTest
    @CsvSource({
        "--tls, maybe, implicit",
        "--mechanism, GSSAPI, SCRAM-SHA-256",
        "--tls-min, 2, 1.0",
        "--channel-binding, x, tls-exporter",
        "--notify, sometimes, delay",
        "--ret, all, hdrs",
        "--to, nobody, no @",
        "--mail, /nowhere/a.eml, does not exist",
    })
    void wrongCalls(String option, String value, String words) {
        Result result = new CommandRunner()
                .run(
                        "send",
                        "127.0.0.1:1",
                        "--from",
                        "a@a.example",
                        "--to",
                        "b@b.example",
                        "-u",
                        "x",
                        "--password",
                        "y",
                        option,
                        value);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(words).doesNotContain("\tat ");
    }
}
