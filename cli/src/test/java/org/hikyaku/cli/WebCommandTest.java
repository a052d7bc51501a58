package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code hikyaku web} as an administrator starts it. */
class WebCommandTest {
    private static final Pattern PLACE = Pattern.compile("hikyaku web: pages at (http://127\\.0\\.0\\.1:\\d+/)");

    @TempDir
    private Path folder;

    private CommandRunner.Result run(String... args) {
        return new CommandRunner().run(args);
    }

    /** What the web server itself has to tell at its start (its name, its features) is nothing for an administrator. */
    @Test
    @Timeout(60)
    void serviceSaysWhereItIsAndNothingElseUntilItIsEnded() throws Exception {
        Database.open(folder.resolve("t.db")).close();
        Process web = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hikyaku.class.getName(),
                        "web",
                        "--store",
                        folder.resolve("t.db").toString(),
                        "--listen",
                        "127.0.0.1:0")
                .redirectErrorStream(true)
                .start();
        BufferedReader said = web.inputReader(StandardCharsets.UTF_8);
        try (HttpClient client = HttpClient.newHttpClient()) {
            String first = said.readLine();
            Matcher place = PLACE.matcher(first == null ? "" : first);
            assertThat(place.matches()).as("%s", first).isTrue();
            HttpResponse<String> page = client.send(
                    HttpRequest.newBuilder(URI.create(place.group(1))).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("<h1>TLS reports</h1>");
        } finally {
            web.toHandle().destroy(); // SIGTERM; unlike the process itself it leaves open what can be read
            web.waitFor();
        }
        assertThat(said.readLine()).as("nothing else").isNull();
        assertThat(web.exitValue()).isEqualTo(143);
    }

    /** Instead of going on without pages. */
    @Test
    @Timeout(60)
    void aPortThatIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Database.open(folder.resolve("t.db")).close();
            String place = "127.0.0.1:" + other.getLocalPort();
            CommandRunner.Result result =
                    run("web", "--store", folder.resolve("t.db").toString(), "--listen", place);
            assertThat(result.err())
                    .isEqualTo("hikyaku web: --listen: nothing can listen at " + place + ": Address already in use.\n");
            assertThat(result.exit()).isEqualTo(2);
        }
    }

    /** A mistyped name is no reason to make a store; where reports are posted, the first of them may need one. */
    @Test
    void storeThatIsNotThere() throws Exception {
        String store = folder.resolve("mistyped.db").toString();
        assertThat(run("web", "--store", store, "--listen", "127.0.0.1:0").err())
                .startsWith("hikyaku web: --store: " + store + " does not exist");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void wrongCallsAreExplained() throws Exception {
        Database.open(folder.resolve("t.db")).close();
        String store = folder.resolve("t.db").toString();
        assertThat(run("web", "--store", store, "--listen", "localhost:8640").err())
                .contains("--listen takes an IP address and a port, such as 127.0.0.1:8640");
        assertThat(run("web", "--store", store, "--reports-listen", "127.0.0.1:0")
                        .err())
                .contains("--reports-listen needs --certificate and --key");
        assertThat(run("web", "--store", store, "--domain", "no domain").exit()).isEqualTo(2);
        assertThat(run(
                                "web",
                                "--store",
                                store,
                                "--reports-listen",
                                "127.0.0.1:0",
                                "--certificate",
                                "no-such.pem",
                                "--key",
                                "no-such.pem")
                        .err())
                .contains("no-such.pem");
    }
}
