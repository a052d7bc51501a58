package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.capture.CaptureDecoder;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.policy.Verdict;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the story says of pre-shared keys, in captures of OpenSSL's {@code s_server} and {@code s_client} 3.0, and that what peers
 * write stays text.
 */
class DecodeStoryTest {
    private static final String KEY = "00112233445566778899aabbccddeeff";
    private static final String KEY_OF_13 = "0102030405060708090a0b0c0d0e0f10";

    private static String decode(String capture, String... more) {
        List<String> args = new ArrayList<>(List.of("decode", TestCaptures.file(capture)));
        args.addAll(Arrays.asList(more));
        return oneLine(new CommandRunner().run(args.toArray(new String[0])).out());
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @Test
    void aPreSharedKeyOfTls12IsNoKeyOfTheServer() {
        assertThat(decode("captures/psk12.pcap", "--story", "1", "--psk", "courier:" + KEY))
                .contains("no certificate: each shows by the pre-shared key that it is the one who was given it")
                .contains("the server gives a hint which pre-shared key it means ('couriers')")
                .contains("the client names the pre-shared key ('courier'): the secret follows from that key alone")
                .contains("we have it from the pre-shared key")
                .doesNotContain("under the server's key");
    }

    @Test
    void withoutThatKeyItIsAskedForByTheIdentity() {
        assertThat(decode("captures/psk12.pcap"))
                .contains("its key exchange is PSK, and the pre-shared key of identity 'courier' was not given (--psk),"
                        + " nor a key log")
                .contains("1 not (1: no key given)");
        assertThat(decode("captures/psk12.pcap", "--psk", "other:" + KEY))
                .contains("the pre-shared key of identity 'courier' was not given");
        assertThat(decode("captures/psk12.pcap", "--keylog", TestCaptures.file("captures/http.keys")))
                .contains("no line for client random")
                .contains("the pre-shared key of identity 'courier' was not given either (--psk)");
    }

    @Test
    void tls13WithoutKeySharesHasItsSecretsFromThePreSharedKeyAlone() {
        assertThat(decode("captures/psk13-ke.pcap", "--story", "--psk", "courier:" + KEY_OF_13))
                .contains("no certificate: each shows by the pre-shared key")
                .contains("the secrets follow from the pre-shared key alone (psk_ke)")
                .contains("; offers 1 pre-shared key or ticket; random ");
        assertThat(decode("captures/psk13-ke.pcap"))
                .contains("a pre-shared key that was agreed on outside of TLS would open it as well (--psk)");
    }

    @Test
    void tls13MixesAPreSharedKeyWithTheKeyShares() {
        assertThat(decode("captures/psk13-dhe.pcap", "--story", "--psk", "courier:" + KEY_OF_13))
                .contains("both sides derived it from their x25519 shares and the pre-shared key");
    }

    @Test
    void anotherPreSharedKeyIsToldByTheBinder() {
        assertThat(decode("captures/psk13-dhe.pcap", "--psk", "courier:" + KEY))
                .contains("it is another key, and no key log was given");
    }

    /** SNI, ALPN and the certificate are what anybody put on the wire. */
    @Test
    void namesOfPeersCannotWriteToTheTerminal() throws IOException {
        byte[] smtp = capture("tls13.pcap");
        replace(smtp, "mx.example", "mx\u001bexample");
        byte[] http = capture("captures/http.pcap");
        replace(http, "web.example", "web\u001bexample");
        replace(http, "\u0008http/1.1", "\u0008http\u001b1.1");
        for (String view : new String[] {"--list", "--story", "--dialogue"}) {
            String ofSmtp = decode(smtp, view);
            String ofHttp = decode(http, view);
            assertThat(ofSmtp + ofHttp).as(view).doesNotContain("\u001b");
            if (!view.equals("--dialogue")) {
                assertThat(ofSmtp).as(view).contains("mx\\x1bexample");
                assertThat(ofHttp).as(view).contains("web\\x1bexample", "http\\x1b1.1");
            }
        }
    }

    @Test
    void sentencesOfJudgementsCannotEither() throws IOException {
        List<String> rows = new ArrayList<>();
        Name host = Name.fromConstantString("mx.example.");
        DecodeJudge.Judged judged = new DecodeJudge.Judged(
                host, host, new Verdict.NotJudged("the certificate is for mx\u001b[2J.invalid\u2029"));
        CaptureDecoder decoder =
                new CaptureDecoder(new KeyFinder(new SecretStore(), new RsaKeys()), connection -> new ConnectionView() {
                    @Override
                    public void data(
                            Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {}

                    @Override
                    public void hole(Side side, boolean encrypted, long bytes, long frame) {}

                    @Override
                    public void tlsBegins(long frame) {}

                    @Override
                    public void end() {
                        rows.add(DecodeRow.of(
                                connection,
                                Protocol.SMTP,
                                Optional.empty(),
                                new CertificateNames(),
                                List.of(judged),
                                400));
                    }
                });
        try (CaptureReader reader = CaptureFiles.open(Path.of(TestCaptures.file("tls13.pcap")), text -> {})) {
            decoder.decode(reader);
        }
        assertThat(rows)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row)
                        .doesNotContain("\u001b", "\u2029")
                        .contains("the certificate is for mx\\x1b[2J.invalid\\u2029"));
    }

    /** JSON escapes below U+0020 only; what is read from it stays the same. */
    @Test
    void neitherCanWhatIsWrittenAsJson() throws IOException {
        byte[] capture = capture("tls13.pcap");
        replace(capture, "mx.example", "mx\u007fexample");
        assertThat(decode(capture, "--json")).doesNotContain("\u007f").contains("\"serverName\":\"mx\\u007fexample\"");
        String text = "grüße \u0085\u009b2J\u202e\u2028\u2029 \ud83d\udce8";
        String json = JsonOption.line(JsonOption.document("test/1").put("text", text));
        assertThat(json)
                .isEqualTo("{\"schema\":\"test/1\",\"text\":\"grüße \\u0085\\u009b2J\\u202e\\u2028\\u2029"
                        + " \ud83d\udce8\"}");
        assertThat(JsonMapper.builder().build().readTree(json).get("text").asString())
                .isEqualTo(text);
    }

    private static byte[] capture(String name) throws IOException {
        return Files.readAllBytes(Path.of(TestCaptures.file(name)));
    }

    private static String decode(byte[] capture, String view) {
        return oneLine(new CommandRunner()
                .input(new ByteArrayInputStream(capture))
                .run("decode", "-", view)
                .out());
    }

    /** Wherever it stands; both are equally long. */
    private static void replace(byte[] in, String what, String by) {
        byte[] old = what.getBytes(StandardCharsets.ISO_8859_1);
        byte[] other = by.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(other).hasSameSizeAs(old);
        int found = 0;
        for (int at = 0; at + old.length <= in.length; at++) {
            if (Arrays.equals(in, at, at + old.length, old, 0, old.length)) {
                System.arraycopy(other, 0, in, at, other.length);
                found++;
            }
        }
        assertThat(found).as(what).isPositive();
    }
}
