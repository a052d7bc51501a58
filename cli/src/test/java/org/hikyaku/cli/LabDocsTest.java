package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Expectation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages about the lab: every command line in them is one that there is, and every domain, too. */
class LabDocsTest {
    private static final List<String> PAGES = List.of("lab.md", "lab-attack.md", "lab-grade.md");

    private static Path page(String name) {
        return Path.of("../docs", name);
    }

    /** Lines of code that begin with {@code hikyaku}, with those that go on behind a backslash, up to a pipe. */
    static Stream<String> commands() throws IOException {
        List<String> all = new ArrayList<>();
        for (String page : PAGES) {
            String text = Files.readString(page(page)).replace("\\\n", " ");
            text.lines()
                    .map(l -> l.strip().replaceFirst("^\\$ ", ""))
                    .filter(l -> l.startsWith("hikyaku "))
                    .map(l -> l.split(" [|#]")[0].strip())
                    .forEach(all::add);
        }
        return all.stream().distinct();
    }

    /** The command is there, and its help names every option that the page gives it. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandLineIsOne(String command) {
        List<String> words = DocumentedExamplesTest.words(command.replace('\'', '"')).stream()
                .skip(1)
                .toList();
        List<String> called = new ArrayList<>(words.stream()
                .takeWhile(w -> !w.startsWith("-") && !w.contains("/"))
                .toList());
        called.add("--help");
        CommandRunner.Result help = new CommandRunner().run(called.toArray(String[]::new));

        assertThat(help.exit()).isZero();
        assertThat(help.out()).startsWith("Usage: hikyaku " + words.getFirst());
        assertThat(words.stream().filter(w -> w.startsWith("--")).toList())
                .isSubsetOf(List.of(help.out().split("[ =,\\[\\]\n]+")));
    }

    @Test
    void thereAreSuchCommandLinesInThePages() throws IOException {
        assertThat(commands().toList()).hasSizeGreaterThan(8);
    }

    @Test
    void everyChangingDomainStandsInThePageAboutGradingWithItsRule() throws IOException {
        List<String> rows = Files.readAllLines(page("lab-grade.md"));
        assertThat(Catalogue.builtIn().domains().stream().filter(d -> d.later().isPresent()))
                .isNotEmpty()
                .allSatisfy(d -> assertThat(rows)
                        .anySatisfy(row -> assertThat(row)
                                .startsWith("| `" + d.text() + "` |")
                                .contains(
                                        d.later().orElseThrow().mail() == Expectation.Fate.DELIVERED
                                                ? "delivered"
                                                : "held back")
                                .endsWith("| " + d.rules().getFirst() + " |")));
    }
}
