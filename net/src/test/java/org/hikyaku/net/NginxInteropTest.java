package org.hikyaku.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.HttpsException.Kind;
import org.hikyaku.net.interop.NginxServer;
import org.hikyaku.net.interop.NginxServer.Site;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@link HttpsClient} against nginx. */
@Tag("interop")
@Timeout(120)
class NginxInteropTest {
    private static final String POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mx.example\r\nmax_age: 86400\r\n";
    private static final Limit LIMIT = new Limit("bytes in a policy", 64 * 1024);

    @TempDir
    static Path folder;

    private static NginxServer nginx;
    private static TestIdentity good;
    private static TestIdentity other;

    @BeforeAll
    static void start() throws Exception {
        NginxServer.assumeInstalled();
        good = TestIdentity.of("mta-sts.good.example");
        other = TestIdentity.of("mta-sts.other.example");
        Path files = Files.createDirectories(folder.resolve("www/.well-known"));
        Files.writeString(files.resolve("mta-sts.txt"), POLICY);
        try (RandomAccessFile big =
                new RandomAccessFile(files.resolve("big.txt").toFile(), "rw")) {
            big.setLength(100_000_000);
        }
        nginx = NginxServer.start(
                folder.resolve("nginx"),
                InetAddress.ofLiteral("127.77.2.1"),
                List.of(
                        Site.files("mta-sts.good.example", key(good), chain(good), folder.resolve("www")),
                        Site.redirect(
                                "mta-sts.other.example", key(other), chain(other), "https://mta-sts.good.example/")));
    }

    @AfterAll
    static void stop() {
        if (nginx != null) {
            nginx.close();
        }
    }

    @Test
    void aPolicyIsFetched() throws Exception {
        HttpsResponse response = get("mta-sts.good.example", "/.well-known/mta-sts.txt");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-type")).hasValue("text/plain");
        assertThat(response.header("server").orElse("")).startsWith("nginx");
        assertThat(response.body()).asString(ISO_8859_1).isEqualTo(POLICY);
        assertThat(response.peerChain()).containsExactly(good.certificate().getEncoded());
    }

    @Test
    void sniChoosesTheCertificateAndRedirectsAreNotFollowed() throws Exception {
        HttpsResponse response = get("mta-sts.other.example", "/.well-known/mta-sts.txt");
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.header("location")).hasValue("https://mta-sts.good.example/");
        assertThat(response.peerChain()).containsExactly(other.certificate().getEncoded());
    }

    @Test
    void whatIsNotThereIs404() throws Exception {
        assertThat(get("mta-sts.good.example", "/nothing").status()).isEqualTo(404);
    }

    @Test
    void aHundredMegabytesAreNotRead() {
        HttpsException e =
                catchThrowableOfType(HttpsException.class, () -> get("mta-sts.good.example", "/.well-known/big.txt"));
        assertThat(e.kind()).isEqualTo(Kind.LIMIT);
    }

    private static HttpsResponse get(String host, String path) throws HttpsException {
        HttpsClient client = new HttpsClient(
                new SystemNetwork(), name -> List.of(nginx.address().getAddress()), (name, chain) -> Optional.empty());
        URI uri = URI.create("https://" + host + ":" + nginx.address().getPort() + path);
        return client.get(uri, LIMIT, Deadline.after(Duration.ofSeconds(30)));
    }

    private static String key(TestIdentity identity) {
        return pem("PRIVATE KEY", identity.key().getEncoded());
    }

    private static String chain(TestIdentity identity) throws Exception {
        return pem("CERTIFICATE", identity.certificate().getEncoded());
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }
}
