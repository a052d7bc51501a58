package org.hikyaku.lab;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.dns.Question;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A UDP and a TCP port for questions of the DNS, so that dig and Unbound can ask. */
final class DnsServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    static final int MAX_UDP = 1232;
    private static final int PLAIN_UDP = 512;
    private static final int MAX_TCP = 65_535;
    private static final int PORT_TRIES = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Is told of each exchange. */
    @FunctionalInterface
    interface Witness {
        void exchange(LabWatch.DnsExchange exchange);
    }

    private record Pair(ServerSocket tcp, DatagramSocket udp) {}

    private final DnsResponder responder;
    private final boolean byResolver;
    private final Witness witness;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Thread udpServer;
    private final Thread tcpServer;

    /**
     * Opens both ports, the same number for both; port 0 takes a free one.
     *
     * @param byResolver whether this is the validating resolver, for the witness
     */
    DnsServer(InetSocketAddress at, DnsResponder responder, boolean byResolver, Witness witness) throws IOException {
        this.responder = responder;
        this.byResolver = byResolver;
        this.witness = witness;
        Pair pair = open(at);
        this.tcp = pair.tcp();
        this.udp = pair.udp();
        this.udpServer = Thread.ofVirtual().name("lab dns udp").start(this::serveUdp);
        this.tcpServer = Thread.ofVirtual().name("lab dns tcp").start(this::serveTcp);
    }

    private static Pair open(InetSocketAddress at) throws IOException {
        for (int tries = 1; ; tries++) {
            ServerSocket tcp = new ServerSocket();
            try {
                tcp.setReuseAddress(true);
                tcp.bind(at, 50);
                return new Pair(tcp, new DatagramSocket(tcp.getLocalPort(), at.getAddress()));
            } catch (IOException e) {
                tcp.close();
                // The number that was free over TCP may be somebody's over UDP.
                if (at.getPort() != 0 || tries == PORT_TRIES) {
                    throw LabPorts.named(e, at, "DNS");
                }
            }
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
        Waiting.until(udpServer);
        Waiting.until(tcpServer);
    }

    private void serveUdp() {
        byte[] buffer = new byte[MAX_TCP];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                InetSocketAddress client = (InetSocketAddress) packet.getSocketAddress();
                Thread.ofVirtual().name("lab dns answer").start(() -> answerUdp(query, client));
            } catch (IOException e) {
                if (!udp.isClosed()) {
                    LOG.warn("the lab's DNS port cannot receive: {}", e.getMessage());
                }
            }
        }
    }

    private void answerUdp(byte[] query, InetSocketAddress client) {
        try {
            Optional<byte[]> answer = answer(query, true, client);
            if (answer.isPresent()) {
                udp.send(new DatagramPacket(answer.get(), answer.get().length, client));
            }
        } catch (IOException e) {
            LOG.debug("no DNS answer to {}: {}", client, e.getMessage());
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket client = tcp.accept();
                Thread.ofVirtual().name("lab dns tcp client").start(() -> serveClient(client));
            } catch (IOException e) {
                if (!tcp.isClosed()) {
                    LOG.warn("the lab's DNS port cannot accept: {}", e.getMessage());
                }
            }
        }
    }

    private void serveClient(Socket client) {
        try (client) {
            client.setSoTimeout((int) PATIENCE.toMillis());
            InetSocketAddress from = (InetSocketAddress) client.getRemoteSocketAddress();
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (true) {
                byte[] query = in.readNBytes(in.readUnsignedShort());
                Optional<byte[]> answer = answer(query, false, from);
                if (answer.isEmpty()) {
                    return;
                }
                byte[] framed = new byte[answer.get().length + 2];
                framed[0] = (byte) (answer.get().length >> 8);
                framed[1] = (byte) answer.get().length;
                System.arraycopy(answer.get(), 0, framed, 2, answer.get().length);
                out.write(framed);
                out.flush();
            }
        } catch (EOFException e) {
            LOG.trace("DNS client went", e);
        } catch (IOException e) {
            LOG.debug("DNS over TCP with {}: {}", client.getRemoteSocketAddress(), e.getMessage());
        }
    }

    /** The answer's bytes; empty when the question is one that is never answered. */
    private Optional<byte[]> answer(byte[] bytes, boolean overUdp, InetSocketAddress client) throws IOException {
        Message query = new Message(bytes);
        Record asked = query.getQuestion();
        OPTRecord edns = query.getOPT();
        boolean dnssec = edns != null && (edns.getFlags() & ExtendedFlags.DO) != 0;
        if (asked == null || query.getHeader().getOpcode() != Opcode.QUERY) {
            return Optional.of(wire(DnsResponder.begin(query), edns, overUdp));
        }
        Optional<Message> found = responder.answer(query, dnssec);
        Optional<byte[]> answer = found.isPresent() ? Optional.of(wire(found.get(), edns, overUdp)) : Optional.empty();
        witness.exchange(new LabWatch.DnsExchange(
                new Question(asked.getName(), asked.getType()),
                dnssec,
                query.getHeader().getFlag(Flags.CD),
                byResolver,
                !overUdp,
                address(),
                client,
                bytes,
                answer));
        return answer;
    }

    private static byte[] wire(Message answer, @Nullable OPTRecord edns, boolean overUdp) {
        if (edns != null && answer.getOPT() == null) {
            answer.addRecord(new OPTRecord(MAX_UDP, 0, 0, edns.getFlags()), Section.ADDITIONAL);
        }
        int room = edns == null ? PLAIN_UDP : Math.clamp(edns.getPayloadSize(), PLAIN_UDP, MAX_UDP);
        return answer.toWire(overUdp ? room : MAX_TCP);
    }
}
