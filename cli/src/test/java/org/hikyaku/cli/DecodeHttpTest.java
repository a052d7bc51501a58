package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** HTTP of curl 7.88 with nginx 1.22: HTTP/1.1 and HTTP/2, packed, chunked, posted; six connections, three in TLS. */
class DecodeHttpTest {
    private static final String WEB = TestCaptures.file("captures/http.pcap");
    private static final String KEYS = TestCaptures.file("captures/http.keys");

    private static String dialogue(String number) {
        return new CommandRunner()
                .run("decode", WEB, "--keylog", KEYS, "--dialogue", number)
                .out();
    }

    @Test
    void http2IsShownByStreams() {
        assertThat(dialogue("2"))
                .contains(
                        "C: [1] GET https://web.example:18443/page.html\n",
                        "C: [1] authorization: Basic ********   [user alice, password ********]\n",
                        "S: [1] content-encoding: gzip\n",
                        "S: [1] [body of 240 bytes, text/html, gzip: 2789 bytes unpacked]\n",
                        "S: [1] <p>Courier 59 left Edo at dawn &amp; ran.</p>\n",
                        "S: [3] [body of 1024 bytes, application/octet-stream]\n",
                        "C: [5] GET https://web.example:18443/none\n",
                        "S: [5] 404\n")
                .doesNotContain("geheim");
    }

    @Test
    void http1IsUnpackedToo() {
        assertThat(dialogue("3"))
                .contains("S: Transfer-Encoding: chunked\n", "S: <p>Courier 59 left Edo at dawn &amp; ran.</p>\n");
        assertThat(dialogue("5"))
                .contains("C: user=alice&password=********&go=1\n")
                .doesNotContain("geheim");
    }

    @Test
    @Tag("interop")
    void tsharkFindsTheSameRequests() throws IOException {
        assumeTrue(TestCaptures.installed("tshark"), "tshark is not installed");
        List<String> theirs = TestCaptures.run(
                        "tshark",
                        "-r",
                        WEB,
                        "-o",
                        "tls.keylog_file:" + KEYS,
                        "-Y",
                        "http.request || http2.headers.method",
                        "-T",
                        "fields",
                        "-e",
                        "http.request.method",
                        "-e",
                        "http.request.uri",
                        "-e",
                        "http2.headers.method",
                        "-e",
                        "http2.headers.path")
                .lines()
                .map(line -> line.strip().replace('\t', ' '))
                .toList();
        List<String> ours = new CommandRunner()
                .run("decode", WEB, "--keylog", KEYS, "--dialogue")
                .out()
                .lines()
                .filter(line -> line.matches("C: (\\[\\d+] )?(GET|HEAD|POST) .*"))
                .map(line -> line.replaceFirst("C: (\\[\\d+] )?", "")
                        .replace(" HTTP/1.1", "")
                        .replace("https://web.example:18443", ""))
                .toList();
        assertThat(ours).isEqualTo(theirs).hasSize(10);
    }
}
