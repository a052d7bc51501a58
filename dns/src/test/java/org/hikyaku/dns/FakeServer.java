package org.hikyaku.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.hikyaku.net.TestPorts;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A DNS server on loopback that says what the test tells it to, byte for byte. UDP and TCP share the port. */
final class FakeServer implements AutoCloseable {

    /** What arrived over UDP: the query and the port it came from. */
    record Asked(Message query, int sourcePort) {}

    private final DatagramSocket udp;
    private final DatagramSocket stranger;
    private final ServerSocket tcp;
    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    private final Function<Message, List<byte[]>> overUdp;
    private final Function<Message, List<byte[]>> overTcp;
    private final boolean fromStranger;

    private FakeServer(
            Function<Message, List<byte[]>> overUdp, Function<Message, List<byte[]>> overTcp, boolean fromStranger)
            throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        int port = TestPorts.takeForDns();
        tcp = new ServerSocket(port, 50, loopback);
        udp = new DatagramSocket(port, loopback);
        stranger = new DatagramSocket(0, loopback);
        this.overUdp = overUdp;
        this.overTcp = overTcp;
        this.fromStranger = fromStranger;
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    static FakeServer udp(Function<Message, List<byte[]>> answers) throws IOException {
        return new FakeServer(answers, query -> List.of(), false);
    }

    static FakeServer udpAndTcp(Function<Message, List<byte[]>> udp, Function<Message, List<byte[]>> tcp)
            throws IOException {
        return new FakeServer(udp, tcp, false);
    }

    /** Sends the first answer from a port that was never asked, the others from its own. */
    static FakeServer firstFromStranger(Function<Message, List<byte[]>> answers) throws IOException {
        return firstFromStranger(answers, query -> List.of());
    }

    /** As {@link #firstFromStranger(Function)}, with answers over TCP. */
    static FakeServer firstFromStranger(Function<Message, List<byte[]>> udp, Function<Message, List<byte[]>> tcp)
            throws IOException {
        return new FakeServer(udp, tcp, true);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
    }

    List<Asked> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    /** A response to the query with this RCODE and these answers. */
    static Message response(Message query, int rcode, Record... answers) {
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setFlag(Flags.RA);
        response.getHeader().setRcode(rcode);
        response.addRecord(query.getQuestion(), Section.QUESTION);
        for (Record answer : answers) {
            response.addRecord(answer, Section.ANSWER);
        }
        return response;
    }

    private void serveUdp() {
        byte[] buffer = new byte[65_535];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
                Asked present = new Asked(query, packet.getPort());
                asked.add(present);
                boolean first = true;
                for (byte[] answer : overUdp.apply(query)) {
                    DatagramSocket from = first && fromStranger ? stranger : udp;
                    int to = portThatAsked(answer, present);
                    from.send(new DatagramPacket(answer, answer.length, packet.getAddress(), to));
                    first = false;
                }
            }
        } catch (SocketException closed) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer to the present question goes back to it; one to an earlier question to where that came from. */
    private int portThatAsked(byte[] answer, Asked present) {
        int id = answer.length < 2 ? -1 : (answer[0] & 0xff) << 8 | answer[1] & 0xff;
        if (present.query().getHeader().getID() == id) {
            return present.sourcePort();
        }
        return asked().stream()
                .filter(a -> a.query().getHeader().getID() == id)
                .findFirst()
                .orElse(present)
                .sourcePort();
    }

    private void serveTcp() {
        try {
            while (true) {
                try (Socket socket = tcp.accept()) {
                    DataInputStream input = new DataInputStream(socket.getInputStream());
                    byte[] query = new byte[input.readUnsignedShort()];
                    input.readFully(query);
                    DataOutputStream output = new DataOutputStream(socket.getOutputStream());
                    for (byte[] answer : overTcp.apply(new Message(query))) {
                        output.writeShort(answer.length);
                        output.write(answer);
                    }
                    output.flush();
                }
            }
        } catch (SocketException closed) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
        stranger.close();
    }
}
