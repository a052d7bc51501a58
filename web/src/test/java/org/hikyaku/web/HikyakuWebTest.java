package org.hikyaku.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import nu.validator.client.EmbeddedValidator;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The pages and the place for reports, over real connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HikyakuWebTest {
    private static final String HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>'\\\"&";

    private final HttpClient client = HttpClient.newHttpClient();
    private Optional<SampleStore> store = Optional.empty();
    private Optional<HikyakuWeb> web = Optional.empty();
    private int port;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        SampleStore filled = new SampleStore(folder).fill();
        filled.put(
                "Evil " + HOSTILE,
                SampleStore.LAST,
                SampleStore.policy(
                        "sts", "example.jp", 1, 1, SampleStore.detail(HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1)));
        store = Optional.of(filled);
        HikyakuWeb server = filled.web();
        web = Optional.of(server);
        port = server.pages(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterAll
    void stop() {
        web.ifPresent(HikyakuWeb::close);
        store.ifPresent(SampleStore::close);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String type, byte[] body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + HikyakuWeb.POST_PATH))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String validated(String html) throws Exception {
        EmbeddedValidator validator = new EmbeddedValidator();
        validator.setOutputFormat(EmbeddedValidator.OutputFormat.TEXT);
        return validator
                .validate(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)))
                .strip();
    }

    @Test
    void thePagesAreValidHtmlAndRunNothing() throws Exception {
        for (String path : List.of("/", "/?days=30", "/domains/example.jp", "/domains/quiet.example?days=90", "/no")) {
            HttpResponse<String> page = get(path);
            assertThat(page.statusCode()).as(path).isEqualTo(path.equals("/no") ? 404 : 200);
            assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
            assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.headers().firstValue("x-content-type-options")).contains("nosniff");
            assertThat(page.body())
                    .doesNotContain("<script")
                    .doesNotContain("<img")
                    .doesNotContain("style=");
            assertThat(validated(page.body())).as(path).isEqualTo("Document checking completed. No errors found.");
        }
        assertThat(get("/style.css").headers().firstValue("content-type")).contains("text/css; charset=utf-8");
    }

    @Test
    void theDomainPageSaysWhatToMendAndWhere() throws Exception {
        String page = get("/domains/example.jp").body();
        assertThat(page)
                .contains("certificate-host-mismatch at mx2.example.jp")
                .contains("Give mx2.example.jp a certificate with that name as subjectAltName")
                .contains("<code>198.51.100.9</code>")
                .contains("tlsa-invalid at mx1.example.jp")
                .contains("None of the 2 TLSA records matches")
                .contains("On 2026-11-20, ")
                .contains("2026-11-14 to 2026-11-20")
                // by hand: 24 of Google's and 6 of Microsoft's, and the hostile one
                .contains("31 of ");
        // nothing that a report says is taken for markup
        assertThat(page).contains("&lt;script&gt;alert(1)").contains("Evil &lt;/td&gt;");
        assertThat(get("/").body())
                .contains("1 of 2 domains has something to mend".replace("domains has", "domains have"));
    }

    @Test
    void aPortThatIsTakenIsSaidToBe() throws Exception {
        HikyakuWeb running = web.orElseThrow();
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        assertThatThrownBy(() -> running.pages(taken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing can listen at 127.0.0.1:" + port)
                .hasMessageContaining("in use");
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void aReportIsShownAsItCame() throws Exception {
        String page = get("/domains/quiet.example").body();
        int link = page.indexOf("href=\"/reports/") + 6;
        HttpResponse<String> raw = get(page.substring(link, page.indexOf('"', link)));
        assertThat(raw.headers().firstValue("content-type")).contains("application/json");
        assertThat(raw.body()).startsWith("{\"organization-name\":\"mail.sender.example\"");
        assertThat(get("/reports/0123456789ab").statusCode()).isEqualTo(404);
        assertThat(get("/reports/%25").statusCode()).isEqualTo(404);
        assertThat(get("/domains/%00%3Cscript%3E").statusCode()).isEqualTo(404);
    }

    @Test
    void anotherNameIsNotAnswered() throws Exception {
        assertThat(raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(raw("GET / HTTP/1.1\r\nHost: reports.example.jp:80\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw("GET / HTTP/1.1\r\nHost: [::1]:1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    private static byte[] report(String id, String domain) {
        return ("{\"organization-name\":\"P\",\"date-range\":{\"start-datetime\":\"2026-10-01T00:00:00Z\","
                        + "\"end-datetime\":\"2026-10-01T23:59:59Z\"},\"report-id\":\"" + id + "\",\"policies\":["
                        + SampleStore.policy("sts", domain, 1, 0, "") + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void postedReportsAreTakenOnceAndTheRestIsRefused() throws Exception {
        assertThat(post("application/tlsrpt+json", report("p1", "example.jp")).statusCode())
                .isEqualTo(201);
        assertThat(post("application/tlsrpt+json", report("p1", "example.jp")).statusCode())
                .isEqualTo(200);
        assertThat(post("application/tlsrpt+json", report("p2", "foreign.example"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(post("application/tlsrpt+gzip", "<feedback/>".getBytes(StandardCharsets.UTF_8))
                        .body())
                .contains("XML");
        assertThat(post("text/html", report("p3", "example.jp")).statusCode()).isEqualTo(415);
        HttpResponse<String> other = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(other.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(get("/").body()).contains("1 other-domain").contains("not-json");
    }

    @Test
    void aPostWithoutEndIsCutOff() throws Exception {
        long before = refusedForSize();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + HikyakuWeb.POST_PATH + " HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Type: application/tlsrpt+json\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        out.write(chunk);
                    }
                } catch (IOException e) {
                    // the server has had enough
                    return;
                }
            });
            byte[] head = socket.getInputStream().readNBytes(12);
            assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
            drain(socket.getInputStream());
        }
        assertThat(refusedForSize()).isEqualTo(before + 1);
    }

    private long refusedForSize() {
        return store.orElseThrow().intake.counts().getOrDefault("limit", 0L);
    }

    /** Until the server closes, as it must. */
    private static void drain(InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection stays open", e);
        } catch (IOException e) {
            // reset: closed as well
            return;
        }
    }

    @Test
    void thePlaceForReportsSpeaksTlsAndServesNoPages() throws Exception {
        CertificateMaker maker = CertificateMaker.seeded("web");
        Credential credential = maker.selfSigned(
                CertificateTemplate.authority(
                        Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"), "Reports"),
                maker.key(KeyChoice.EC_P256));
        try (HikyakuWeb server = store.orElseThrow().web()) {
            int tls = server.reports(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credential);
            String body = new String(report("tls1", "example.jp"), StandardCharsets.UTF_8);
            assertThat(inTls(
                            tls,
                            "POST " + HikyakuWeb.POST_PATH + " HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n"
                                    + "Content-Type: application/tlsrpt+json\r\nContent-Length: " + body.length()
                                    + "\r\n\r\n" + body))
                    .startsWith("HTTP/1.1 201");
            assertThat(inTls(tls, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 404");
        }
    }

    private static String inTls(int port, String request) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
