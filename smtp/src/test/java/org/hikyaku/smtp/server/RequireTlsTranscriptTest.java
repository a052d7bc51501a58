package org.hikyaku.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.smtp.Reply;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays the conversations that were written from RFC 8689; the file says what its lines mean. */
class RequireTlsTranscriptTest {

    record Script(String title, List<String> lines) {
        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Script> scripts() throws IOException {
        try (InputStream in =
                RequireTlsTranscriptTest.class.getResourceAsStream("/org/hikyaku/smtp/requiretls/server.txt")) {
            List<Script> scripts = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.startsWith("== ")) {
                    scripts.add(new Script(line.substring(3), new ArrayList<>()));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    scripts.getLast().lines().add(line);
                }
            }
            return scripts.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void asWritten(Script script) throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            Reply last = new Reply(220, List.of(""));
            for (String line : script.lines()) {
                int space = line.indexOf(' ');
                String verb = space < 0 ? line : line.substring(0, space);
                String rest = space < 0 ? "" : line.substring(space + 1);
                switch (verb) {
                    case "C:", "mail:" -> client.say(rest);
                    case "S:" -> {
                        last = client.reply();
                        String[] expected = rest.split(" ", 2);
                        assertThat(last.code()).as("%s", last).isEqualTo(Integer.parseInt(expected[0]));
                        if (expected.length == 2) {
                            assertThat(last.lines().getFirst()).startsWith(expected[1] + " ");
                        }
                    }
                    case "offers:" -> {
                        String[] words = rest.split(" ");
                        assertThat(last.lines())
                                .anyMatch(l ->
                                        words.length == 2 ? l.equals(words[0]) : (l + " ").startsWith(words[0] + " "));
                    }
                    case "lacks:" -> assertThat(last.lines()).noneMatch(l -> (l + " ").startsWith(rest + " "));
                    case "TLS" -> client.handshake();
                    case "taken:" -> {
                        if (rest.equals("nothing")) {
                            assertThat(server.parts.taken).isEmpty();
                        } else {
                            assertThat(server.parts
                                            .taken
                                            .getLast()
                                            .mail()
                                            .envelope()
                                            .requireTls())
                                    .isEqualTo(rest.equals("yes"));
                        }
                    }
                    default -> throw new IllegalArgumentException(line);
                }
            }
        }
    }
}
