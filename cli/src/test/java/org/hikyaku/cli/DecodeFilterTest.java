package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Filters, on one capture of six real connections: 1 SMTP with STARTTLS at 23:57:11.46, 2 SMTP over TLS at port 465,
 * 3 SMTP in clear, 4 SMTP with STARTTLS at port 2525 (RSA key exchange), 5 the same over IPv6 at 23:57:32, 6 IMAP with
 * STARTTLS at 23:57:34.7. None of the clients sent a server name.
 */
class DecodeFilterTest {
    private static final String MIXED = TestCaptures.file("captures/mixed.pcap");
    private static final String KEYS = TestCaptures.file("captures/mixed.keys");

    private static List<String> shown(String options) {
        String[] all = ("decode " + MIXED + " --keylog " + KEYS + " --list " + options)
                .strip()
                .split(" ", -1);
        return new CommandRunner()
                .run(all)
                .out()
                .lines()
                .filter(line -> line.matches(" {0,2}\\d+  \\d\\d:.*"))
                .map(line -> line.strip().substring(0, 1))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 123456",
        "--port 465, 2",
        "--port 465 --port 143, 26",
        "--host ::1, 5",
        "--host 127.0.0.0/8, 12346",
        "--host 127.0.0.2, ''",
        "--protocol imap, 6",
        "--protocol IMAP --protocol smtp --host ::/0, 5",
        "--protocol clear, 3",
        "--protocol tls, 12456",
        "--protocol tls --port 25, 15",
        "--sni mx.test, ''",
        "--from +20s, 56",
        "--to +0.001, 1",
        "--from 2026-11-21T23:57:17 --to 2026-11-21T23:57:27.6Z, 234",
        "--from 2026-11-22T01:57:30+02:00, 56",
    })
    void connectionsAreChosen(String options, String numbers) {
        assertThat(String.join("", shown(options.strip()))).isEqualTo(numbers);
    }

    /** What stands for our filter in tshark's display filters chooses the same connections; its streams count from 0. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "mixed ; --port 465 ; tcp.port == 465",
                "mixed ; --port 465 --port 143 ; tcp.port == 465 || tcp.port == 143",
                "mixed ; --host ::1 ; ipv6.addr == ::1",
                "mixed ; --host 127.0.0.0/8 ; ip.addr == 127.0.0.0/8",
                "mixed ; --host 127.0.0.2 ; ip.addr == 127.0.0.2",
                "mixed ; --protocol tls ; tls",
                "mixed ; --protocol imap ; imap",
                "mixed ; --protocol smtp ; smtp",
                "mixed ; --protocol tls --port 25 ; tls && tcp.port == 25",
                "mixed ; --from 2026-11-21T23:57:17 ; tcp.flags == 2 && frame.time_epoch >= 1795305437",
                "mixed ; --to 2026-11-21T23:57:17 ; tcp.flags == 2 && frame.time_epoch < 1795305437",
                "mixed ; --from +20s ; tcp.flags == 2 && frame.time_relative >= 20",
                "mixed ; --from +10s --to +20s ; tcp.flags == 2 && frame.time_relative >= 10 && frame.time_relative < 20",
                "http ; --sni web.example ; tls.handshake.extensions_server_name == \"web.example\"",
                "http ; --sni *.example ; tls.handshake.extensions_server_name matches \"[.]example$\"",
                "http ; --sni other.example ; tls.handshake.extensions_server_name == \"other.example\"",
                "http ; --protocol http2 ; http2",
                "http ; --protocol http ; http || http2",
                "http ; --protocol http --protocol tls ; (http || http2) && tls",
            })
    @Tag("interop")
    void tsharksFiltersChooseTheSame(String name, String options, String filter) throws IOException {
        assumeTrue(TestCaptures.installed("tshark"), "tshark is not installed");
        String capture = TestCaptures.file("captures/" + name + ".pcap");
        String keys = TestCaptures.file("captures/" + name + ".keys");
        List<String> ours = new ArrayList<>(List.of("decode", capture, "--keylog", keys, "--json"));
        ours.addAll(List.of("--rsa-key", TestCaptures.file("captures/server-rsa.key")));
        ours.addAll(List.of(options.split(" ", -1)));
        Set<String> chosen = new TreeSet<>();
        JsonMapper mapper = JsonMapper.builder().build();
        new CommandRunner()
                .run(ours.toArray(new String[0]))
                .out()
                .lines()
                .map(line -> mapper.readTree(line))
                .filter(line -> line.get("type").asString().equals("connection"))
                .forEach(line -> chosen.add(String.valueOf(line.get("number").asInt() - 1)));
        List<String> theirs = List.of(
                "tshark",
                "-r",
                capture,
                "-o",
                "tls.keylog_file:" + keys,
                "-d",
                "tcp.port==2525,smtp",
                "-Y",
                filter,
                "-T",
                "fields",
                "-e",
                "tcp.stream");
        Set<String> same = new TreeSet<>();
        TestCaptures.run(theirs.toArray(new String[0])).lines().forEach(line -> same.add(line.strip()));
        assertThat(chosen).isEqualTo(same);
    }

    @Test
    void countsAreOfTheChosenOnes() {
        CommandRunner.Result result = new CommandRunner().run("decode", MIXED, "--keylog", KEYS, "--port", "2525");
        assertThat(result.out()).contains("1 connection in").contains("1 with TLS: 0 decrypted, 1 not");
        assertThat(result.exit()).isEqualTo(1);
        result = new CommandRunner().run("decode", MIXED, "--keylog", KEYS, "--port", "465");
        assertThat(result.exit()).as("what was not asked for is no finding").isZero();
        assertThat(result.out()).contains("1 with TLS: 1 decrypted. 1 mail:");
    }

    @Test
    void bytesAndMailsAreOfTheChosenOnes(@TempDir Path dir) throws IOException {
        Path bytes = dir.resolve("bytes");
        Path mails = dir.resolve("mails");
        new CommandRunner()
                .run(
                        "decode",
                        MIXED,
                        "--keylog",
                        KEYS,
                        "--protocol",
                        "smtp",
                        "--protocol",
                        "clear",
                        "--bytes",
                        bytes.toString(),
                        "--mails",
                        mails.toString());
        assertThat(Files.readString(bytes)).as("in clear: nothing decrypted").isEmpty();
        try (var files = Files.list(mails)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder("c3-m1.eml", "c3-m1.envelope");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--host, mx.example, is no address",
        "--host, 10.0.0.0/33, is no address",
        "--port, 70000, is no port",
        "--protocol, ftp, is no protocol",
        "--from, yesterday, is no time",
        "--to, +x, is no time",
        "--to, 9999-01-01T00:00:00Z, is no time",
    })
    void mistakesAreTold(String option, String value, String sentence) {
        CommandRunner.Result result = new CommandRunner().run("decode", MIXED, option, value);
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(sentence).doesNotContain("Exception");
    }
}
