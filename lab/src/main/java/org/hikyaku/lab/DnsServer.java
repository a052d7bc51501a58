package org.hikyaku.lab;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.Resolver;
import org.hikyaku.net.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The lab's resolver on a UDP and a TCP port of the loopback interface, so that dig and Unbound can ask it. */
final class DnsServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int MAX_UDP = 1232;
    private static final int PLAIN_UDP = 512;
    private static final int MAX_TCP = 65_535;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Resolver resolver;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Thread udpServer;
    private final Thread tcpServer;

    /** Opens both ports, the same number for both; 0 takes a free one. */
    DnsServer(Resolver resolver, int port) throws IOException {
        this.resolver = resolver;
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        this.tcp = new ServerSocket(port, 50, loopback);
        try {
            this.udp = new DatagramSocket(tcp.getLocalPort(), loopback);
        } catch (SocketException e) {
            tcp.close();
            throw e;
        }
        this.udpServer = Thread.ofVirtual().name("lab dns udp").start(this::serveUdp);
        this.tcpServer = Thread.ofVirtual().name("lab dns tcp").start(this::serveTcp);
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
            Optional<byte[]> answer = answer(query, true);
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
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (true) {
                byte[] query = in.readNBytes(in.readUnsignedShort());
                Optional<byte[]> answer = answer(query, false);
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
    private Optional<byte[]> answer(byte[] bytes, boolean overUdp) throws IOException {
        Message query = new Message(bytes);
        Record question = query.getQuestion();
        Message answer = new Message(query.getHeader().getID());
        Header header = answer.getHeader();
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        copyFlag(query, answer, Flags.RD);
        copyFlag(query, answer, Flags.CD);
        OPTRecord edns = query.getOPT();
        boolean dnssec = edns != null && (edns.getFlags() & org.xbill.DNS.ExtendedFlags.DO) != 0;
        if (question == null || query.getHeader().getOpcode() != Opcode.QUERY) {
            header.setRcode(Rcode.NOTIMP);
        } else {
            answer.addRecord(question, Section.QUESTION);
            switch (resolver.ask(new Question(question.getName(), question.getType()), Deadline.after(PATIENCE))) {
                case Reply.Received received -> copy(received.message(), answer, dnssec, question.getType());
                case Reply.Unusable unusable -> {
                    if (unusable.failure().kind() == Failure.Kind.TIMEOUT) {
                        return Optional.empty();
                    }
                    header.setRcode(unusable.failure().kind() == Failure.Kind.REFUSED ? Rcode.REFUSED : Rcode.SERVFAIL);
                }
            }
        }
        if (edns != null) {
            answer.addRecord(new OPTRecord(MAX_UDP, 0, 0, edns.getFlags()), Section.ADDITIONAL);
        }
        int room = edns == null ? PLAIN_UDP : Math.clamp(edns.getPayloadSize(), PLAIN_UDP, MAX_UDP);
        return Optional.of(answer.toWire(overUdp ? room : MAX_TCP));
    }

    private static void copyFlag(Message from, Message to, int flag) {
        if (from.getHeader().getFlag(flag)) {
            to.getHeader().setFlag(flag);
        }
    }

    private static void copy(Message from, Message to, boolean dnssec, int asked) {
        to.getHeader().setRcode(from.getRcode());
        for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
            for (Record record : from.getSection(section)) {
                if (dnssec || record.getType() == asked || !isProof(record.getType())) {
                    to.addRecord(record, section);
                }
            }
        }
    }

    private static boolean isProof(int type) {
        return type == Type.RRSIG || type == Type.NSEC || type == Type.NSEC3;
    }
}
