package org.hikyaku.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;

/** A capture of so many short talks, one a day: a mail, a request, a ClientHello, and then greetings alone. */
final class ManyTalks {
    private static final long DAY = 86_400_000_000_000L;

    private final PcapNgWriter writer;
    private final int device;
    private final String name;

    private ManyTalks(PcapNgWriter writer, String name) throws IOException {
        this.writer = writer;
        this.device = writer.addInterface(PcapNgWriter.ETHERNET, 0, "");
        this.name = name;
    }

    /** @param name what stands in the mail's subject, the request's header and the name that TLS asks for */
    static Path write(Path capture, int count, String name) throws IOException {
        try (PcapNgWriter writer = PcapNgWriter.create(capture, "test", false)) {
            ManyTalks talks = new ManyTalks(writer, name);
            for (int i = 0; i < count; i++) {
                talks.talk(i);
            }
        }
        return capture;
    }

    private void talk(int number) throws IOException {
        TcpWriter tcp = new TcpWriter(
                writer,
                device,
                Endpoint.of(new InetSocketAddress("192.0.2.1", 4000 + number)),
                Endpoint.of(new InetSocketAddress("192.0.2.2", 25)));
        long at = number * DAY + 1;
        switch (number) {
            case 0 -> {
                say(tcp, Side.SERVER, "220 mx.example ESMTP\r\n", at);
                say(tcp, Side.CLIENT, "EHLO a\r\n", at);
                say(tcp, Side.SERVER, "250 mx.example\r\n", at);
                say(tcp, Side.CLIENT, "MAIL FROM:<a@b.example>\r\n", at);
                say(tcp, Side.SERVER, "250 ok\r\n", at);
                say(tcp, Side.CLIENT, "RCPT TO:<c@d.example>\r\n", at);
                say(tcp, Side.SERVER, "250 ok\r\n", at);
                say(tcp, Side.CLIENT, "DATA\r\n", at);
                say(tcp, Side.SERVER, "354 go\r\n", at);
                say(tcp, Side.CLIENT, "Subject: " + name + "\r\n\r\nHello.\r\n.\r\n", at);
                say(tcp, Side.SERVER, "250 ok\r\n", at);
            }
            case 1 -> {
                say(
                        tcp,
                        Side.CLIENT,
                        "GET /" + name.replace(' ', '/') + " HTTP/1.1\r\nX-Name: " + name + "\r\n\r\n",
                        at);
                say(tcp, Side.SERVER, "HTTP/1.1 204 " + name + "\r\n\r\n", at);
            }
            case 2 -> {
                byte[] hello = clientHello(name.getBytes(StandardCharsets.US_ASCII));
                tcp.data(Side.CLIENT, hello, 0, hello.length, at);
            }
            default -> {
                say(tcp, Side.SERVER, "220 mx" + number + ".example ESMTP\r\n", at);
                say(tcp, Side.CLIENT, "QUIT\r\n", at);
                say(tcp, Side.SERVER, "221 bye\r\n", at);
            }
        }
        tcp.close(at + 1);
    }

    private static void say(TcpWriter tcp, Side side, String text, long nanos) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        tcp.data(side, bytes, 0, bytes.length, nanos);
    }

    /** RFC 8446 section 4.1.2 with one extension, the server's name (RFC 6066 section 3). */
    private static byte[] clientHello(byte[] name) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {3, 3});
        body.writeBytes(new byte[32]); // random
        body.writeBytes(new byte[] {0, 0, 2, 0x13, 0x01, 1, 0}); // no session, one suite, no compression
        body.writeBytes(ByteBuffer.allocate(11)
                .putShort((short) (name.length + 9))
                .putShort((short) 0)
                .putShort((short) (name.length + 5))
                .putShort((short) (name.length + 3))
                .put((byte) 0)
                .putShort((short) name.length)
                .array());
        body.writeBytes(name);
        return ByteBuffer.allocate(9 + body.size())
                .put(new byte[] {22, 3, 1})
                .putShort((short) (4 + body.size()))
                .putInt(1 << 24 | body.size())
                .put(body.toByteArray())
                .array();
    }
}
