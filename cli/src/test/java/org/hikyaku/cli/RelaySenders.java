package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that others wrote, as senders of mail to a relay. Its doors: 0 for mail, 1 for submission, 2 for submission inside TLS. */
final class RelaySenders {
    private static final Path EXIM = Path.of("/opt/hikyaku-exim/usr/sbin/exim4");

    private final Path folder;
    private final Path shared;
    private final List<InetSocketAddress> doors;

    /**
     * @param folder for what goes in and comes out
     * @param shared for programs that work as users of their own; has {@code ca.pem}
     */
    RelaySenders(Path folder, Path shared, List<InetSocketAddress> doors) {
        this.folder = folder;
        this.shared = shared;
        this.doors = doors;
    }

    record Output(int exit, String text) {}

    Output run(String input, List<String> command) throws IOException, InterruptedException {
        Path in = Files.writeString(folder.resolve("input"), input, StandardCharsets.ISO_8859_1);
        Path said = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(in.toFile())
                .redirectOutput(said.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Output(process.waitFor(), Files.readString(said, StandardCharsets.ISO_8859_1));
    }

    Output swaks(int door, String recipient, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "swaks",
                "--server",
                "127.0.0.1:" + doors.get(door).getPort(),
                "--ehlo",
                "client.example",
                "--from",
                "rosa@own.example",
                "--to",
                recipient,
                "--tls-verify",
                "--tls-ca-path",
                shared.resolve("ca.pem").toString()));
        command.addAll(List.of(more));
        return run("", command);
    }

    void swaksSends(int door, String recipient, String... more) throws IOException, InterruptedException {
        Output output = swaks(door, recipient, more);
        assertThat(output.exit()).as(output.text()).isZero();
    }

    void openssl(int door, String recipient, String dialogue, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + doors.get(door).getPort(),
                "-quiet",
                "-crlf",
                "-CAfile",
                shared.resolve("ca.pem").toString(),
                "-verify_hostname",
                "mx.own.example",
                "-verify_return_error"));
        command.addAll(List.of(more));
        Output output = run(
                "EHLO client.example\n" + dialogue + "MAIL FROM:<rosa@own.example>\nRCPT TO:<" + recipient
                        + ">\nDATA\nSubject: x\n\nText\n.\nQUIT\n",
                command);
        assertThat(output.text()).contains("250 2.0.0 taken as");
    }

    void exim(int door, String recipient, String transport) throws IOException, InterruptedException {
        Path configuration = Files.writeString(shared.resolve("exim.conf"), """
                primary_hostname = sender.example
                exim_path = %4$s
                spool_directory = %1$s/spool
                log_file_path = %1$s/log-%%s
                exim_user = nobody
                exim_group = nogroup
                keep_environment =
                begin routers
                all:
                  driver = manualroute
                  route_list = * 127.0.0.1::%2$d byname
                  self = send
                  transport = out
                begin transports
                out:
                  driver = smtp
                  allow_localhost
                  hosts_try_chunking = *
                  hosts_require_tls = *
                  tls_verify_certificates = %1$s/ca.pem
                  tls_verify_cert_hostnames =
                %3$s
                begin authenticators
                plain:
                  driver = plaintext
                  public_name = PLAIN
                  client_send = ^rosa^tanstaafl
                """.formatted(
                        shared, doors.get(door).getPort(), transport, EXIM));
        Output output = run(
                "From: rosa@own.example\nTo: " + recipient + "\nSubject: caf\u00c3\u00a9\n\n.dot\n..two dots\nline\n",
                List.of(
                        EXIM.toString(),
                        "-C",
                        configuration.toString(),
                        "-v",
                        "-odi",
                        "-f",
                        "rosa@own.example",
                        recipient));
        assertThat(output.exit()).as(output.text()).isZero();
        assertThat(output.text()).contains("BDAT ").contains("250 2.0.0 taken as");
    }
}
