package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each option has its place in the documentation, and each that is named there exists. */
class DecodeDocsTest {
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z0-9-]+");

    private static List<String> options(String text) {
        return OPTION.matcher(text).results().map(MatchResult::group).distinct().toList();
    }

    private static String help(String... command) {
        return new CommandRunner().variable("COLUMNS", "200").run(command).out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"decode", "tls serve", "tls connect"})
    void eachOptionIsDocumented(String command) throws IOException {
        String page = Files.readString(Path.of("..", "docs", command.equals("decode") ? "decode.md" : "tls.md"));
        assertThat(options(help((command + " --help").split(" "))))
                .filteredOn(option -> !List.of("--help", "--version", "--debug").contains(option))
                .hasSizeGreaterThan(5)
                .allMatch(option -> options(page).contains(option), "documented");
    }

    @ParameterizedTest
    @ValueSource(strings = {"decode.md", "tls.md"})
    void eachDocumentedOptionExists(String page) throws IOException {
        List<String> known = options(help("decode", "--help")
                + help("tls", "serve", "--help")
                + help("tls", "connect", "--help")
                + help("tls", "suites", "--help")
                + help("check", "--help")
                + help("cert", "self-signed", "--help"));
        assertThat(options(Files.readString(Path.of("..", "docs", page)))).isSubsetOf(known);
    }
}
