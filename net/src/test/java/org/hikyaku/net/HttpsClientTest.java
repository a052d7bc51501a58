package org.hikyaku.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.hikyaku.net.ScriptedHttps.sends;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.HttpsException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpsClientTest {
    private static final String HOST = "mta-sts.example.com";
    private static final String PATH = "/.well-known/mta-sts.txt";
    private static final Limit LIMIT = new Limit("bytes in a policy", 64 * 1024);
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static TestIdentity identity;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Network network = new SystemNetwork();
    private PeerJudge judge = (host, chain) -> Optional.empty();

    @BeforeAll
    static void makeIdentity() throws Exception {
        identity = TestIdentity.of(HOST);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void anAnswerComesBackWhole() throws Exception {
        var server =
                serve(sends(OK + "Content-Type: text/plain\r\nX-Two: a\r\nx-two: b\r\nContent-Length: 5\r\n\r\nhello"));
        HttpsResponse response = get(server);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-type")).hasValue("text/plain");
        assertThat(response.headers().get("x-two")).containsExactly("a", "b");
        assertThat(response.body()).asString(ISO_8859_1).isEqualTo("hello");
        assertThat(response.peerChain()).containsExactly(identity.certificate().getEncoded());
    }

    @Test
    void theRequestAsksForNothingSpecialAndNamesTheServer() throws Exception {
        var server = serve(sends(OK + "Content-Length: 0\r\n\r\n"));
        get(server);
        var seen = server.seen();
        assertThat(seen.sni()).isEqualTo(HOST);
        assertThat(seen.request())
                .isEqualTo("GET " + PATH + " HTTP/1.1\r\nHost: " + HOST + ":"
                        + server.address().getPort() + "\r\nUser-Agent: hikyaku\r\nConnection: close\r\n\r\n");
    }

    @Test
    void postSendsItsContent() throws Exception {
        var server = serve(socket -> {
            byte[] content = socket.getInputStream().readNBytes(4);
            socket.getOutputStream().write((OK + "Content-Length: 4\r\n\r\n").getBytes(ISO_8859_1));
            socket.getOutputStream().write(content);
        });
        HttpsResponse response = client(server.address().getAddress())
                .post(server.uri(HOST, "/r"), "application/tlsrpt+gzip", new byte[] {1, 2, 3, 4}, LIMIT, soon());
        assertThat(response.body()).containsExactly(1, 2, 3, 4);
        assertThat(server.seen().request())
                .startsWith("POST /r HTTP/1.1\r\n")
                .contains("Content-Type: application/tlsrpt+gzip\r\n", "Content-Length: 4\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 301 Moved\r\nLocation: /again\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 503 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
            })
    void anyStatusIsReturnedAsItIs(String answer) throws Exception {
        var server = serve(sends(answer));
        assertThat(get(server).status()).isEqualTo(Integer.parseInt(answer.substring(9, 12)));
    }

    @Test
    void noContentCodingIsUndone() throws Exception {
        var server = serve(sends(OK + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\u001f\u008b\u0008"));
        assertThat(get(server).body()).containsExactly(0x1F, 0x8B, 0x08);
    }

    @Test
    void chunksAreJoined() throws Exception {
        var server = serve(sends(OK + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"));
        assertThat(get(server).body()).asString(ISO_8859_1).isEqualTo("abcde");
    }

    @Test
    void aBodyMayEndWithTheSession() throws Exception {
        var server = serve(sends(OK + "\r\nhello"));
        assertThat(get(server).body()).asString(ISO_8859_1).isEqualTo("hello");
    }

    @Test
    void aBodyAtTheLimitIsTaken() throws Exception {
        var server = serve(sends(OK + "\r\n" + "x".repeat(64 * 1024)));
        assertThat(get(server).body()).hasSize(64 * 1024);
    }

    @Test
    void aCertificateThatIsObjectedToEndsItBeforeTheRequest() throws Exception {
        judge = (host, chain) -> Optional.of("it names other.example, not " + host);
        var server = serve(sends(OK + "\r\n"));
        HttpsException e = failure(server);
        assertThat(e.kind()).isEqualTo(Kind.CERTIFICATE);
        assertThat(e)
                .hasMessage("the certificate of " + HOST + " at " + Addresses.text(server.address())
                        + " is not good: it names other.example, not " + HOST);
        assertThat(server.seen().request()).isEmpty();
    }

    @Test
    void aRefusedConnectionIsConnect() throws Exception {
        InetSocketAddress closed = TestPorts.takeOnLoopback();
        HttpsException e = failure(client(closed.getAddress()), "https://" + HOST + ":" + closed.getPort());
        assertThat(e.kind()).isEqualTo(Kind.CONNECT);
        assertThat(e).hasMessageContaining(HOST).hasMessageContaining("refused");
    }

    @Test
    void theNextAddressIsTriedWhenOneDoesNotAnswer() throws Exception {
        var server = serve(sends(OK + "Content-Length: 2\r\n\r\nok"));
        HttpsResponse response = client(
                        InetAddress.ofLiteral("::1"), server.address().getAddress())
                .get(server.uri(HOST, PATH), LIMIT, soon());
        assertThat(response.status()).isEqualTo(200);
    }

    @Test
    void noAddressIsAddress() throws Exception {
        var client = new HttpsClient(network, host -> List.of(), judge);
        HttpsException e = failure(client, "https://" + HOST + PATH);
        assertThat(e.kind()).isEqualTo(Kind.ADDRESS);
        assertThat(e).hasMessage(HOST + " has no address");
    }

    @Test
    void aLookupThatFailsIsAddress() throws Exception {
        var client = new HttpsClient(
                network,
                host -> {
                    throw new IOException("the answer is bogus");
                },
                judge);
        HttpsException e = failure(client, "https://" + HOST + PATH);
        assertThat(e.kind()).isEqualTo(Kind.ADDRESS);
        assertThat(e).hasMessage("could not find out the address of " + HOST + ": the answer is bogus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://mta-sts.example.com/", "https:///x", "https://me@mta-sts.example.com/", "file:/etc"})
    void onlyPlainHttpsAddressesAreAsked(String uri) throws Exception {
        HttpsException e = failure(client(InetAddress.getLoopbackAddress()), uri);
        assertThat(e.kind()).isEqualTo(Kind.ADDRESS);
        assertThat(e).hasMessageContaining("is not an https address");
    }

    @Test
    void aServerWithoutTlsIsTls() throws Exception {
        Listener plain = plain("220 mail.example ESMTP\r\n");
        HttpsException e = failure(
                client(plain.local().getAddress()),
                "https://" + HOST + ":" + plain.local().getPort());
        assertThat(e.kind()).isEqualTo(Kind.TLS);
        assertThat(e).hasMessageStartingWith("the TLS handshake with " + HOST + " at 127.0.0.1:");
    }

    @Test
    void aServerThatHangsUpDuringTheHandshakeIsTls() throws Exception {
        Listener plain = plain("");
        HttpsException e = failure(
                client(plain.local().getAddress()),
                "https://" + HOST + ":" + plain.local().getPort());
        assertThat(e.kind()).isEqualTo(Kind.TLS);
    }

    @Test
    void aChainWithoutEndIsTls() throws Exception {
        var server = serve(identity, 200, sends(OK + "\r\n"));
        HttpsException e = failure(server);
        assertThat(e.kind()).isEqualTo(Kind.TLS);
    }

    @Test
    void aServerThatSaysNothingIsTimeout() throws Exception {
        Listener silent = network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        open.add(silent);
        URI uri = URI.create("https://" + HOST + ":" + silent.local().getPort() + PATH);
        HttpsException e = catchThrowableOfType(
                HttpsException.class,
                () -> client(silent.local().getAddress()).get(uri, LIMIT, Deadline.after(Duration.ofMillis(200))));
        assertThat(e.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(e).hasMessageEndingWith("did not finish the TLS handshake in time");
    }

    @Test
    void aTrickleIsTimeoutHoweverAliveItLooks() throws Exception {
        var server = serve(socket -> {
            socket.getOutputStream().write((OK + "X: ").getBytes(ISO_8859_1));
            while (true) {
                socket.getOutputStream().write('x');
                Thread.onSpinWait();
            }
        });
        // A second passes with each look at the clock; dial and handshake take a few looks.
        Deadline deadline = Deadline.after(Duration.ofSeconds(100), new TickingClock());
        HttpsException e = catchThrowableOfType(
                HttpsException.class,
                () -> client(server.address().getAddress()).get(server.uri(HOST, PATH), LIMIT, deadline));
        assertThat(e.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(e).hasMessageEndingWith("did not send the whole answer in time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Transfer-Encoding: chunked\r\n", "Content-Length: 104857600\r\n"})
    void anEndlessBodyIsCutAtTheLimit(String header) throws Exception {
        var server = serve(socket -> {
            OutputStream out = socket.getOutputStream();
            out.write((OK + header + "\r\n").getBytes(ISO_8859_1));
            byte[] block = (header.startsWith("Transfer") ? "1000\r\n" + "x".repeat(4096) + "\r\n" : "x".repeat(4096))
                    .getBytes(ISO_8859_1);
            while (true) {
                out.write(block);
            }
        });
        HttpsException e = failure(server);
        assertThat(e.kind()).isEqualTo(Kind.LIMIT);
        assertThat(e)
                .hasMessage(HOST + " at " + Addresses.text(server.address())
                        + " sent more than the limit of 65536 bytes in a policy");
        assertThat(server.seen().scriptRanToItsEnd()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y\r\n", "xxxxxxxxxxxxxxxx"})
    void anEndlessHeadIsCutAtTheLimit(String piece) throws Exception {
        var server = serve(socket -> {
            socket.getOutputStream().write(OK.getBytes(ISO_8859_1));
            byte[] block = piece.repeat(200).getBytes(ISO_8859_1);
            while (true) {
                socket.getOutputStream().write(block);
            }
        });
        HttpsException e = failure(server);
        assertThat(e.kind()).isEqualTo(Kind.LIMIT);
        assertThat(e)
                .hasMessageEndingWith(
                        "sent more than the limit of 100 header fields of 8192 bytes in the head of its answer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                "",
            })
    void whatIsNoGoodHttpIsHttp(String answer) throws Exception {
        HttpsException e = failure(serve(sends(answer)));
        assertThat(e.kind()).isEqualTo(Kind.HTTP);
        assertThat(e).hasMessageStartingWith("no good HTTP answer from " + HOST + " at 127.0.0.1:");
    }

    @Test
    @SuppressWarnings("try") // hanging up early is the point
    void aBodyThatOnlyTheEndOfTcpDelimitsIsCutShort() throws Exception {
        // The server's TCP stream ends without the farewell of TLS: an attacker could have cut it anywhere.
        Listener front = network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        open.add(front);
        var context = identity.context(1);
        Thread.ofVirtual().start(() -> {
            try (Connection connection = front.accept()) {
                var tls = (javax.net.ssl.SSLSocket)
                        context.getSocketFactory().createSocket(new ConnectionSocket(connection), HOST, 443, true);
                tls.setUseClientMode(false);
                tls.getInputStream().readNBytes(40);
                tls.getOutputStream().write((OK + "\r\nversion: STSv1").getBytes(ISO_8859_1));
                connection.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        HttpsException e = failure(
                client(front.local().getAddress()),
                "https://" + HOST + ":" + front.local().getPort());
        assertThat(e.kind()).isEqualTo(Kind.HTTP);
    }

    private ScriptedHttps serve(ScriptedHttps.Script script) throws Exception {
        return serve(identity, 1, script);
    }

    private ScriptedHttps serve(TestIdentity as, int copies, ScriptedHttps.Script script) throws Exception {
        var server = new ScriptedHttps(as.context(copies), InetAddress.ofLiteral("127.0.0.1"), script);
        open.add(server);
        return server;
    }

    private Listener plain(String greeting) throws IOException {
        Listener listener = network.listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        open.add(listener);
        Thread.ofVirtual().start(() -> {
            try (Connection connection = listener.accept()) {
                connection.output().write(greeting.getBytes(ISO_8859_1));
                connection.input().readNBytes(100);
            } catch (IOException e) {
                // The client may hang up first.
            }
        });
        return listener;
    }

    private HttpsClient client(InetAddress... addresses) {
        return new HttpsClient(network, host -> List.of(addresses), judge);
    }

    private HttpsResponse get(ScriptedHttps server) throws HttpsException {
        return client(server.address().getAddress()).get(server.uri(HOST, PATH), LIMIT, soon());
    }

    private HttpsException failure(ScriptedHttps server) {
        return failure(
                client(server.address().getAddress()), server.uri(HOST, PATH).toString());
    }

    private static HttpsException failure(HttpsClient client, String uri) {
        return catchThrowableOfType(HttpsException.class, () -> client.get(URI.create(uri), LIMIT, soon()));
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }
}
