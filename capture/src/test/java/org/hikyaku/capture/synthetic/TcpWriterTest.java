package org.hikyaku.capture.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.hikyaku.capture.Captures;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Byte streams as packets: our own reassembly gives them back; what tshark says of them is in the interop tests. */
class TcpWriterTest {

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.25", "2001:db8::1, 2001:db8::25"})
    void bothStreamsComeBack(String from, String to) throws IOException {
        byte[] mail = new byte[200_001];
        new Random(7).nextBytes(mail);
        byte[] greeting = "220 mx.example\r\n".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        Endpoint client = Endpoint.of(new InetSocketAddress(from, 40_000));
        Endpoint server = Endpoint.of(new InetSocketAddress(to, 25));
        try (PcapNgWriter writer = new PcapNgWriter(file, "test")) {
            TcpWriter tcp = new TcpWriter(writer, writer.addInterface(PcapNgWriter.ETHERNET, 0, ""), client, server);
            tcp.open(1_000);
            tcp.data(Side.SERVER, greeting, 0, greeting.length, 2_000);
            tcp.data(Side.CLIENT, mail, 0, mail.length, 3_000);
            tcp.gap(Side.CLIENT, 70_000);
            tcp.data(Side.CLIENT, greeting, 0, greeting.length, 2_500);
            tcp.close(4_000);
        }
        ByteArrayOutputStream up = new ByteArrayOutputStream();
        ByteArrayOutputStream down = new ByteArrayOutputStream();
        Captures.decode(file.toByteArray(), connection -> {
            assertThat(connection.client()).isEqualTo(client);
            assertThat(connection.server()).isEqualTo(server);
            return new Streams(connection, up, down);
        });
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.write(mail);
        sent.write("[70000]".getBytes(StandardCharsets.US_ASCII));
        sent.write(greeting);
        assertThat(up.toByteArray()).isEqualTo(sent.toByteArray());
        assertThat(down.toByteArray()).isEqualTo(greeting);
    }

    private record Streams(Connection connection, ByteArrayOutputStream up, ByteArrayOutputStream down)
            implements ConnectionView {
        private ByteArrayOutputStream of(Side side) {
            return side == Side.CLIENT ? up : down;
        }

        @Override
        public void data(Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {
            of(side).write(d, offset, length);
        }

        @Override
        public void hole(Side side, boolean encrypted, long bytes, long frame) {
            of(side).writeBytes(("[" + bytes + "]").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void tlsBegins(long frame) {}

        @Override
        public void end() {
            assertThat(connection.fromStart()).isTrue();
        }
    }
}
