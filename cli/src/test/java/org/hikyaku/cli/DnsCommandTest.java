package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class DnsCommandTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a..b            | A     | \"a..b\" is no domain name: two dots follow each other",
                "user@a.example  | MX    | the character \"@\" cannot be part of one",
                "a.example       | FOO   | \"FOO\" is no record type that is known here; write its number, as in TYPE65",
                "a.example       | RRSIG | signatures are not signed themselves",
                "a.example       | ANY   | it is not the type of a record set",
                "a.example       | OPT   | it is not the type of a record set"
            })
    void aWrongCallIsASentenceAndExitCode2(String name, String type, String sentence) {
        CommandRunner.Result result = new CommandRunner().run("dns", name, type);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("hikyaku dns: ").contains(sentence).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "--at, yesterday, '2026-11-22T01:02:03Z or 20261122010203'",
        "--at, 20261322010203, '2026-11-22T01:02:03Z or 20261122010203'",
        "--skew-min, -1, from 0 to 2147483647",
        "--skew-max, 99999999999, from 0 to 2147483647",
        "--trust-anchor, /nonexistent, There is no file /nonexistent",
        "--resolver, dns.example, '192.0.2.53 or [2001:db8::53]:5300'"
    })
    void aWrongOptionIsASentenceAndExitCode2(String option, String value, String sentence) {
        CommandRunner.Result result = new CommandRunner().run("dns", "a.example", option, value);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(sentence).doesNotContain("\tat ");
    }

    @Test
    void aResolverThatIsNotThereIsNotKnowingAndNamesIt() throws Exception {
        int port = TestPorts.takeForDns();

        CommandRunner.Result result = new CommandRunner().run("dns", "a.example", "--resolver", "127.0.0.1:" + port);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out())
                .startsWith("a.example A   COULD NOT FIND OUT   no resolver can be reached\n")
                .contains("nothing listens at 127.0.0.1:" + port);
    }

    /** Rule D24: not "bogus" for the whole Internet, and not "insecure" either. */
    @Test
    void aResolverThatStripsSignaturesIsToBlameAndNotTheZone() throws Exception {
        try (StrippingResolver resolver = new StrippingResolver()) {
            CommandRunner.Result result =
                    new CommandRunner().run("dns", "a.example", "--resolver", "127.0.0.1:" + resolver.port());

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.out())
                    .startsWith("a.example A   COULD NOT FIND OUT   the resolver strips DNSSEC\n")
                    .contains("127.0.0.1:" + resolver.port())
                    .contains("The zones are not to blame");

            CommandRunner.Result json =
                    new CommandRunner().run("dns", "a.example", "--json", "--resolver", "127.0.0.1:" + resolver.port());
            assertThat(json.exit()).isEqualTo(3);
            assertThat(json.out())
                    .contains("\"schema\" : \"hikyaku.dns/1\"", "\"failed\"", "\"kind\" : \"dnssec-stripped\"");
        }
    }

    @Test
    void aTrustAnchorFileWithRubbishNamesTheLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("root.ds"), "; the root\n. IN A 192.0.2.1\n");

        CommandRunner.Result result = new CommandRunner().run("dns", "a.example", "--trust-anchor", file.toString());

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("line 2");
    }

    /** Answers every question of type A with an address, every other with an empty answer, and never with DNSSEC. */
    private static final class StrippingResolver implements AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));

        StrippingResolver() throws SocketException {
            Thread.ofVirtual().start(this::serve);
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve() {
            byte[] buffer = new byte[4096];
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    Record question = new Message(Arrays.copyOf(buffer, packet.getLength())).getQuestion();
                    Message answer = new Message(((buffer[0] & 0xFF) << 8) | (buffer[1] & 0xFF));
                    answer.getHeader().setFlag(Flags.QR);
                    answer.addRecord(question, Section.QUESTION);
                    if (question.getType() == org.xbill.DNS.Type.A) {
                        answer.addRecord(
                                new ARecord(question.getName(), DClass.IN, 60, InetAddress.ofLiteral("192.0.2.1")),
                                Section.ANSWER);
                    }
                    byte[] wire = answer.toWire();
                    socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                return;
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
