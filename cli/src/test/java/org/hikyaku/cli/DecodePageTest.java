package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import nu.validator.client.EmbeddedValidator;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --html}: one page, with everything in it and nothing in it that a peer could run. */
class DecodePageTest {
    private static final String MIXED = TestCaptures.file("captures/mixed.pcap");
    private static final String KEYS = TestCaptures.file("captures/mixed.keys");

    @TempDir
    private Path dir;

    private String page(String capture, String... more) throws IOException {
        Path html = dir.resolve("page.html");
        List<String> args = new ArrayList<>(List.of("decode", capture, "--html", html.toString()));
        args.addAll(List.of(more));
        new CommandRunner().run(args.toArray(new String[0]));
        return Files.readString(html);
    }

    @Test
    void eachConnectionHasItsDiagram() throws IOException {
        String page = page(MIXED, "--keylog", KEYS);
        for (int number = 1; number <= 6; number++) {
            assertThat(page).contains("<a href=\"#c" + number + "\">", "<section id=\"c" + number + "\"");
        }
        String first = page.substring(page.indexOf("<section id=\"c1\""), page.indexOf("<section id=\"c2\""));
        assertThat(first)
                .containsSubsequence(
                        "220 mx.test ESMTP Postfix",
                        "STARTTLS",
                        "TLS begins",
                        "ClientHello: 31 suites",
                        "ServerHello: TLSv1.3, TLS_AES_256_GCM_SHA384",
                        "Certificate for mx.test",
                        "Finished",
                        "RCPT TO:&lt;carol@example.test&gt;",
                        "221 2.0.0 Bye");
        assertThat(page)
                .contains("1 connection dark:", "the server&#39;s RSA key (--rsa-key) would open it as well")
                .doesNotContain("s3cr3t");
        assertThat(page(MIXED, "--keylog", KEYS, "--show-secrets")).contains("s3cr3t-Passw0rd");
    }

    /** By the W3C's own checker. The page lies in target/pages, where scripts/page looks at it in a browser. */
    @Test
    void thePageIsValidHtml() throws Exception {
        String page = page(MIXED, "--keylog", KEYS);
        Files.writeString(Files.createDirectories(Path.of("target/pages")).resolve("decode.html"), page);
        EmbeddedValidator validator = new EmbeddedValidator();
        validator.setOutputFormat(EmbeddedValidator.OutputFormat.TEXT);
        // The checker does not know yet what prints folded parts, and what leaves sections undrawn until they are
        // looked at.
        String known = page.replaceFirst("details::details-content\\{[^}]*}", "")
                .replaceFirst("@media screen\\{section\\{content-visibility:[^}]*}}", "");
        assertThat(known).doesNotContain("-content{", "content-visibility");
        assertThat(validator
                        .validate(new ByteArrayInputStream(known.getBytes(StandardCharsets.UTF_8)))
                        .strip())
                .isEqualTo("Document checking completed. No errors found.");
    }

    private static String node(String script, Path said, Path... pages) throws Exception {
        Path tools = Path.of("../scripts/node-tools");
        Assumptions.assumeTrue(
                Files.isDirectory(tools.resolve("node_modules/axe-core")),
                "axe-core is not installed (scripts/install-test-servers)");
        List<String> command =
                new ArrayList<>(List.of("node", tools.resolve(script).toString()));
        for (Path page : pages) {
            command.add(page.toString());
        }
        Process node = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(node.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return Files.readString(said);
    }

    /** In Chromium, light, dark, and as narrow as a phone. */
    @Test
    @Tag("interop")
    void axeHasNothingToObjectTo() throws Exception {
        page(MIXED, "--keylog", KEYS);
        assertThat(node("accessibility.mjs", dir.resolve("axe.out"), dir.resolve("page.html")))
                .contains("3 views")
                .contains(" 0 objections");
    }

    /** The first connections say in every place what a browser would run if it were not escaped. */
    private void goneThroughByKey(int connections) throws Exception {
        String evil = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'";
        String page = page(
                ManyTalks.write(dir.resolve("many.pcapng"), connections, evil).toString());
        assertThat(page)
                .hasSizeLessThan(4000 * connections)
                .contains("in " + connections + " connections and", "<a href=\"#c" + connections + "\">")
                .contains("Subject: &lt;img", "X-Name: &lt;img")
                .contains("<dt>asked for</dt><dd>&lt;img", "<td class=\"name\">&lt;img")
                .doesNotContain("<img", "<script");
        Files.copy(dir.resolve("page.html"), dir.resolve("many.html"));
        page(MIXED, "--keylog", KEYS);
        assertThat(node("keyboard.mjs", dir.resolve("said"), dir.resolve("page.html"), dir.resolve("many.html")))
                .contains("2 pages, ")
                .contains(" 0 objections");
    }

    @Test
    @Tag("interop")
    void aPageIsGoneThroughByKeyAndRunsNothing() throws Exception {
        goneThroughByKey(40);
    }

    @Test
    @Tag("interop")
    @Tag("long")
    void aLongPageIsGoneThroughByKeyAndRunsNothing() throws Exception {
        goneThroughByKey(1000);
    }

    /** A list over days says which; each reason leads to the connections that it holds for. */
    @Test
    void theListSaysTheDayAndReasonsLeadToTheirConnections() throws IOException {
        String page = page(MIXED, "--keylog", KEYS);
        assertThat(page)
                .contains(
                        "scope=\"rowgroup\">2026-11-21</th>",
                        "<small>2026-11-21 23:57:11.465 UTC</small>",
                        "key log has no line for it (<a href=\"#c4\">4</a>)");
        String many =
                page(ManyTalks.write(dir.resolve("many.pcapng"), 3, "name").toString());
        assertThat(many).containsSubsequence(">1970-01-01</th>", "#c1\"", ">1970-01-02</th>", "#c2\"");
    }

    @Test
    void filtersHoldForThePage() throws IOException {
        assertThat(page(MIXED, "--keylog", KEYS, "--port", "465"))
                .contains("in 1 connection and", "<section id=\"c2\"")
                .doesNotContain("<section id=\"c1\"", "connection dark");
    }

    /** Every element that is opened is closed in order, and every attribute is quoted. */
    @Test
    void whatPeersSayIsTextOnly() throws IOException {
        Path capture = dir.resolve("<b>&\".pcapng");
        String evil = "<script>alert('x')</script>\"><img src=x onerror=alert(1)> & \u202e \u0000";
        try (PcapNgWriter writer = PcapNgWriter.create(capture, "test", false)) {
            TcpWriter tcp = new TcpWriter(
                    writer,
                    writer.addInterface(PcapNgWriter.ETHERNET, 0, ""),
                    Endpoint.of(new InetSocketAddress("192.0.2.1", 4000)),
                    Endpoint.of(new InetSocketAddress("192.0.2.2", 25)));
            for (String line : List.of("220 " + evil, "250-" + evil)) {
                byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.UTF_8);
                tcp.data(Side.SERVER, bytes, 0, bytes.length, 1);
                tcp.data(Side.CLIENT, bytes, 4, bytes.length - 4, 1);
            }
            tcp.close(2);
        }
        String page = page(capture.toString());
        assertThat(page)
                .contains("220 &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&gt;&lt;img src=x", "\\u202e")
                .doesNotContain("<script", "<img", "\u202e", "\u0000", "http://", "https://");
        List<String> open = new ArrayList<>();
        Matcher tags = Pattern.compile("<(/?)([a-z0-9]+)((?: [a-z-]+(?:=\"[^\"<]*\")?)*)>")
                .matcher(page);
        int count = 0;
        while (tags.find()) {
            count++;
            if (!tags.group(1).isEmpty()) {
                assertThat(open.removeLast()).isEqualTo(tags.group(2));
            } else if (!List.of("meta").contains(tags.group(2))) {
                open.add(tags.group(2));
            }
        }
        assertThat(open).isEmpty();
        assertThat(count).isEqualTo((int) page.chars().filter(c -> c == '<').count() - 1); // the doctype
    }

    @Test
    void anEmptyCaptureHasAPageToo() throws IOException {
        Path empty = dir.resolve("empty.pcapng");
        PcapNgWriter.create(empty, "test", false).close();
        Path html = dir.resolve("page.html");
        new CommandRunner()
                .input(new ByteArrayInputStream(Files.readAllBytes(empty)))
                .run("decode", "-", "--html", html.toString());
        assertThat(html).content().contains("standard input", "There is no connection to show.");
    }
}
