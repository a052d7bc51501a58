package org.hikyaku.capture.talk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.hikyaku.capture.tcp.Side;
import org.junit.jupiter.api.Test;

/** HTTP/1.1 and HTTP/2 as they pass; frames put together by hand from RFC 9113, header blocks from RFC 7541 appendix C. */
class HttpTalkTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] plain, boolean bare) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(out, new Deflater(9, bare))) {
            deflate.write(plain);
        }
        return out.toByteArray();
    }

    private static Scene get() {
        return new Scene(false).client("GET /a HTTP/1.1\r\nHost: web\r\n\r\n");
    }

    @Test
    void chunkedAndPackedBodiesAreUnpacked() throws IOException {
        byte[] packed = gzip("one\r\ntwo\n".getBytes(StandardCharsets.US_ASCII));
        int half = packed.length / 2;
        byte[] all = Scene.bytes(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
                Integer.toHexString(half),
                ";name=value\r\n",
                Arrays.copyOf(packed, half),
                "\r\n",
                Integer.toHexString(packed.length - half),
                "\r\n",
                Arrays.copyOfRange(packed, half, packed.length),
                "\r\n0\r\nDigest: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
        List<String> expected = List.of(
                "C: GET /a HTTP/1.1",
                "C: Host: web",
                "S: HTTP/1.1 200 OK",
                "S: Content-Type: text/plain",
                "S: Content-Encoding: gzip",
                "S: Transfer-Encoding: chunked",
                "S: Digest: x",
                "S: [body of " + packed.length + " bytes, text/plain, gzip: 9 bytes unpacked]",
                "S: one",
                "S: two",
                "S: HTTP/1.1 204 No Content");
        assertThat(get().server(all).end()).isEqualTo(expected);
        assertThat(get().slowly(Side.SERVER, all).end()).isEqualTo(expected);
    }

    @Test
    void deflateIsUnpackedWithItsWrappingAndWithout() throws IOException {
        for (boolean bare : new boolean[] {false, true}) {
            byte[] packed = deflate("{\"a\":1}".getBytes(StandardCharsets.US_ASCII), bare);
            assertThat(get().server(Scene.bytes(
                                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: deflate\r\n"
                                            + "Content-Length: " + packed.length + "\r\n\r\n",
                                    packed))
                            .end())
                    .endsWith(
                            "S: [body of " + packed.length + " bytes, application/json, deflate: 7 bytes unpacked]",
                            "S: {\"a\":1}");
        }
    }

    @Test
    void aBombIsLeftPacked() throws IOException {
        byte[] bomb = gzip(new byte[64 << 20]);
        List<String> told = get().server(Scene.bytes(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n",
                        bomb))
                .end();
        assertThat(told.getLast()).contains("more than 4194304 bytes unpacked, the rest is left packed");
    }

    @Test
    void damagedAndCutBodiesAreSaid() throws IOException {
        byte[] packed = gzip("x".repeat(10_000).getBytes(StandardCharsets.US_ASCII));
        packed[packed.length - 6] ^= 1; // its checksum
        String head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.length + "\r\n\r\n";
        assertThat(get().server(Scene.bytes(head, packed)).end().getLast()).contains("damaged behind these");
        assertThat(get().server(head)
                        .missing(Side.SERVER, packed.length)
                        .server("HTTP/1.1 200 OK\r\n\r\n")
                        .end())
                .contains("S: [body of " + packed.length + " bytes, gzip, some of them missing]", "S: HTTP/1.1 200 OK");
    }

    /** RFC 9112 section 6.3: answers to HEAD, 1xx, 204 and 304 have no body whatever their headers say. */
    @Test
    void answersWithoutBodiesHaveNone() {
        assertThat(new Scene(false)
                        .client(
                                "HEAD / HTTP/1.1\r\nHost: w\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.1\r\n\r\n")
                        .server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
                        .server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                        .server("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")
                        .end())
                .containsSubsequence(
                        "S: HTTP/1.1 200 OK",
                        "S: HTTP/1.1 100 Continue",
                        "S: HTTP/1.1 200 OK",
                        "S: [body of 2 bytes]",
                        "S: HTTP/1.1 304 Not Modified")
                .contains("C: [body of 2 bytes]", "C: GET / HTTP/1.1");
    }

    @Test
    void credentialsAreMasked() {
        assertThat(new Scene(false)
                        .client(
                                "POST / HTTP/1.1\r\nauthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\nCookie: a=b\r\n")
                        .client("Proxy-Authorization: Bearer abc\r\n")
                        .client("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 25\r\n\r\n")
                        .client("user=a&Password=b&token=c")
                        .end())
                .containsExactly(
                        "C: POST / HTTP/1.1",
                        "C: authorization: Basic ********   [user Aladdin, password ********]",
                        "C: Cookie: ********",
                        "C: Proxy-Authorization: Bearer ********",
                        "C: Content-Type: application/x-www-form-urlencoded",
                        "C: Content-Length: 25",
                        "C: [body of 25 bytes, application/x-www-form-urlencoded]",
                        "C: user=a&Password=********&token=********");
    }

    private static byte[] frame(int type, int flags, int stream, Object... payload) {
        byte[] body = Scene.bytes(payload);
        byte[] head = {
            (byte) (body.length >>> 16),
            (byte) (body.length >>> 8),
            (byte) body.length,
            (byte) type,
            (byte) flags,
            0,
            0,
            (byte) (stream >>> 8),
            (byte) stream
        };
        return Scene.bytes(head, body);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** RFC 7541 C.4.1 and C.4.2, Huffman coded, the second pointing into the table that the first made. */
    @Test
    void headerListsOfTheRfcAreUnpacked() {
        byte[] client = Scene.bytes(
                PREFACE,
                frame(4, 0, 0, hex("0003 00000064")),
                frame(1, 0x5, 1, hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")),
                frame(1, 0x5, 3, hex("8286 84be 5886 a8eb 1064 9cbf")));
        List<String> expected = List.of(
                "C: SETTINGS max concurrent streams 100",
                "C: [1] GET http://www.example.com/",
                "C: [3] GET http://www.example.com/",
                "C: [3] cache-control: no-cache");
        assertThat(new Scene(false).client(client).end()).isEqualTo(expected);
        assertThat(new Scene(false).slowly(Side.CLIENT, client).end()).isEqualTo(expected);
    }

    /** C.5.1 over HEADERS and two CONTINUATION frames, with padding and priority; then a padded body in two frames. */
    @Test
    void continuationsPaddingAndBodies() {
        byte[] block = hex("4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
                + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d");
        byte[] server = Scene.bytes(
                frame(4, 0, 0, hex("0001 00001000")),
                frame(1, 0x28, 1, hex("03 00000000 10"), Arrays.copyOf(block, 10), "pad"),
                frame(9, 0, 1, Arrays.copyOfRange(block, 10, 30)),
                frame(9, 4, 1, Arrays.copyOfRange(block, 30, block.length)),
                frame(0, 0x8, 1, hex("02"), "mo", "pa"),
                frame(8, 0, 0, hex("00000001")),
                frame(0, 0x1, 1, "ved"),
                frame(3, 0, 3, hex("00000008")),
                frame(7, 0, 0, hex("00000003 0000000b"), "slow"));
        assertThat(new Scene(false).server(server).end())
                .containsExactly(
                        "S: SETTINGS header table size 4096",
                        "S: [1] 302",
                        "S: [1] cache-control: private",
                        "S: [1] date: Mon, 21 Oct 2013 20:13:21 GMT",
                        "S: [1] location: https://www.example.com",
                        "S: [1] [body of 5 bytes]",
                        "S: [3] RST_STREAM: cancel",
                        "S: GOAWAY: enhance your calm, last stream 3, slow");
    }

    /** One entry of 4,000 bytes in the table, then named thousands of times in a few kilobytes. */
    @Test
    void anHpackBombIsStopped() {
        byte[] entry = Scene.bytes(hex("40 01 61"), hex("7f a1 1e"), "x".repeat(4000));
        byte[] references = new byte[10_000];
        Arrays.fill(references, (byte) 0xbe);
        List<String> told = new Scene(false)
                .client(Scene.bytes(PREFACE, frame(4, 0, 0), frame(1, 0x5, 1, entry), frame(1, 0x5, 3, references)))
                .client(frame(1, 0x5, 5, hex("82")))
                .end();
        assertThat(told.getFirst()).isEqualTo("C: SETTINGS");
        assertThat(told.get(1)).hasSize("C: [1] a: ".length() + 4000);
        assertThat(told.get(2)).startsWith("C: [3] [headers that cannot be unpacked");
        assertThat(told.get(3)).isEqualTo("-- later headers of this side cannot be unpacked without them");
        assertThat(told).hasSize(4);
    }

    @Test
    void aHoleWithinABodyLosesThatBodyOnly() {
        byte[] body = frame(0, 0x1, 1, "0123456789");
        assertThat(new Scene(false)
                        .server(frame(4, 0, 0))
                        .server(Arrays.copyOf(body, 12))
                        .missing(Side.SERVER, 4)
                        .server(Arrays.copyOfRange(body, 16, body.length))
                        .server(frame(3, 0, 3, hex("00000000")))
                        .end())
                .containsExactly(
                        "S: SETTINGS",
                        "S: [1] [body of 10 bytes, some of them missing]",
                        "-- 4 bytes of the server are missing here",
                        "S: [3] RST_STREAM: no error");
        List<String> told = new ArrayList<>(new Scene(false)
                .server(frame(4, 0, 0))
                .missing(Side.SERVER, 400)
                .server(frame(3, 0, 3, hex("00000000")))
                .end());
        assertThat(told)
                .containsExactly(
                        "S: SETTINGS",
                        "-- from here on the frames of HTTP/2 cannot be told apart",
                        "-- 400 bytes of the server are missing here");
    }
}
