package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hikyaku.check.render.Html;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.lab.Catalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

    @Test
    void namedDomainsOfTheLabAreReportedInFull() {
        CommandRunner.Result result = new CommandRunner().run("demo", "dane-mismatch.example");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).startsWith("dane-mismatch.example").contains("dane-mismatch  D11");
        CommandRunner.Result unknown = new CommandRunner().run("demo", "example.jp");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("The lab has no domain example.jp");
    }

    @Test
    void everyDomainIsJudgedAsWrittenDownAndStandsInTheOverview(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("overview.html");
        int domains = Catalogue.builtIn().domains().size();

        Result result = new CommandRunner().run("demo", "--html", page.toString());

        assertThat(result.out())
                .contains(domains + " of " + domains + " domains judged as a person wrote down beforehand")
                .contains(page.toUri().toString());
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        String html = Files.readString(page);
        Catalogue.builtIn().domains().forEach(d -> assertThat(html).contains("<b>" + d.text() + "</b>"));
        assertThat(html)
                .contains("prefers-color-scheme:dark")
                .contains("name=\"viewport\"")
                .doesNotContain("<script")
                .doesNotContain("src=")
                .doesNotContain("href=");
    }

    @Test
    void aPlaceThatCannotBeWrittenToIsNamed(@TempDir Path folder) {
        Path page = folder.resolve("absent").resolve("overview.html");

        Result result = new CommandRunner().run("demo", "--html", page.toString());

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(page.toString()).hasLineCount(1);
    }

    @Test
    void textFromServersIsEscaped() {
        assertThat(Html.escape("<b onclick='x'>&\"\u0007\uD800é𝒳"))
                .isEqualTo("&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;\uFFFD\uFFFDé𝒳");
    }
}
