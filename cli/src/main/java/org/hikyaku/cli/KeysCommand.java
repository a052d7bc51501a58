package org.hikyaku.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.hikyaku.capture.tls.OpenSslOutput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code hikyaku keys FILE}: key log lines out of what openssl printed. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "Take keys out of the output of 'openssl s_client' (-msg, or its session block), as key log lines.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  openssl s_client -connect mx.example:25 -starttls smtp -tls1_2 -msg | tee out.txt",
            "  hikyaku keys out.txt > keys.log && hikyaku decode mail.pcap --keylog keys.log",
            "",
            "Exit codes: 0 keys were found, 2 wrong call, 3 none were found."
        })
final class KeysCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(
            index = "0",
            arity = "0..1",
            defaultValue = "-",
            paramLabel = "FILE",
            description = "What openssl printed; - is standard input (default).")
    private String file = "-";

    KeysCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        OpenSslOutput.Found found;
        try (BufferedReader in = open()) {
            found = OpenSslOutput.read(in);
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(Path.of(file), e), e);
        }
        found.remarks().forEach(remark -> environment.terminal().err().println("hikyaku keys: " + remark + "."));
        found.lines().forEach(environment.terminal().out()::println);
        return (found.lines().isEmpty() ? ExitCode.UNKNOWN : ExitCode.OK).code();
    }

    /** Any byte may stand in such a text; only ASCII matters. */
    private BufferedReader open() throws IOException {
        return file.equals("-")
                ? new BufferedReader(new InputStreamReader(environment.input().stream(), StandardCharsets.ISO_8859_1))
                : Files.newBufferedReader(Path.of(file), StandardCharsets.ISO_8859_1);
    }
}
