package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The transcripts in docs/: what stands there is what the command prints. */
class DocumentedExamplesTest {
    private static final Path DOCS = Path.of("..", "docs");

    /** One command with what follows it in the transcript. */
    record Example(String page, String command, String output) {}

    static Stream<Arguments> examples() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (String page : List.of("tlsa.md", "mta-sts.md", "tlsrpt.md", "lab-attack.md")) {
            List<Example> examples = examples(page);
            for (int i = 0; i < examples.size(); i++) {
                Example example = examples.get(i);
                if (!example.command().equals("echo $?")) {
                    boolean code = i + 1 < examples.size()
                            && examples.get(i + 1).command().equals("echo $?");
                    all.add(Arguments.of(
                            page,
                            example.command(),
                            example.output(),
                            code ? examples.get(i + 1).output().strip() : ""));
                }
            }
        }
        return all.stream();
    }

    static List<Example> examples(String page) throws IOException {
        List<Example> examples = new ArrayList<>();
        boolean inside = false;
        String command = "";
        StringBuilder output = new StringBuilder();
        for (String line : Files.readAllLines(DOCS.resolve(page))) {
            boolean fence = line.startsWith("```");
            boolean prompt = inside && line.startsWith("$ ");
            if ((fence || prompt) && !command.isEmpty()) {
                examples.add(new Example(page, command, output.toString()));
                command = "";
                output.setLength(0);
            }
            if (fence) {
                inside = line.equals("```console");
            } else if (prompt) {
                command = line.substring(2);
            } else if (inside) {
                output.append(line).append('\n');
            }
        }
        return examples;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("examples")
    void printsWhatTheDocumentationShows(String page, String command, String output, String exit) {
        List<String> words = words(command);
        assertThat(words.getFirst()).isEqualTo("hikyaku");
        String[] args = words.stream()
                .skip(1)
                .map(w -> w.startsWith("docs/") ? "../" + w : w)
                .toArray(String[]::new);
        CommandRunner.Result result = new CommandRunner().run(args);
        assertThat(result.err()).as(page).isEmpty();
        assertThat(result.out()).as(page).isEqualTo(output);
        if (!exit.isEmpty()) {
            assertThat(result.exit()).isEqualTo(Integer.parseInt(exit));
        }
    }

    /** Words of a shell command with double quotes. */
    static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : (command + " ").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        return words;
    }
}
