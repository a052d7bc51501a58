package org.hikyaku.dns.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hikyaku.dns.Question;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Sends questions to a resolver over UDP with a fixed number under way, from one thread, and keeps the
 * answers as bytes: so cheap that the resolver has the processor for itself.
 */
final class LoadClient {
    private static final long AGAIN_AFTER_NANOS = 3_000_000_000L;
    private static final int PACKET = 4_096;

    /** Enough that the system spreads them over all threads of a server that uses SO_REUSEPORT. */
    private static final int SOCKETS = 32;

    private final InetSocketAddress server;
    private final List<ByteBuffer> queries;

    /** Builds all queries beforehand: DO=1, CD=0, so that the resolver validates. The id is the question's number. */
    LoadClient(InetSocketAddress server, List<Question> questions) {
        this.server = server;
        this.queries = IntStream.range(0, questions.size())
                .mapToObj(i -> query(i, questions.get(i)))
                .toList();
    }

    private static ByteBuffer query(int id, Question question) {
        Message query = Message.newQuery(Record.newRecord(question.name(), question.type(), DClass.IN));
        query.getHeader().setID(id);
        query.addRecord(new OPTRecord(1232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        byte[] wire = query.toWire();
        return ByteBuffer.allocateDirect(wire.length).put(wire).flip();
    }

    /** Sends all questions and returns all answers, in the questions' order. At most 65,536 questions. */
    byte[][] run(int window) throws IOException {
        byte[][] answers = new byte[queries.size()][];
        long[] sentAt = new long[queries.size()];
        List<DatagramChannel> channels = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < SOCKETS; i++) {
                channels.add(open(selector));
            }
            ByteBuffer buffer = ByteBuffer.allocateDirect(PACKET);
            int next = 0;
            int answered = 0;
            long checked = System.nanoTime();
            while (answered < queries.size()) {
                for (; next - answered < window && next < queries.size(); next++) {
                    send(channels, next, sentAt);
                }
                selector.select(100);
                selector.selectedKeys().clear();
                for (DatagramChannel channel : channels) {
                    answered += read(channel, buffer, answers);
                }
                long now = System.nanoTime();
                if (now - checked > AGAIN_AFTER_NANOS / 4) {
                    checked = now;
                    for (int i = 0; i < next; i++) {
                        if (answers[i] == null && now - sentAt[i] > AGAIN_AFTER_NANOS) {
                            send(channels, i, sentAt);
                        }
                    }
                }
            }
        } finally {
            for (DatagramChannel channel : channels) {
                channel.close();
            }
        }
        return answers;
    }

    private DatagramChannel open(Selector selector) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
        channel.connect(server);
        channel.register(selector, SelectionKey.OP_READ);
        return channel;
    }

    private void send(List<DatagramChannel> channels, int question, long[] sentAt) throws IOException {
        sentAt[question] = System.nanoTime();
        channels.get(question % SOCKETS).write(queries.get(question).duplicate());
    }

    private static int read(DatagramChannel channel, ByteBuffer buffer, byte[][] answers) throws IOException {
        int fresh = 0;
        buffer.clear();
        while (channel.read(buffer) > 0) {
            buffer.flip();
            int id = buffer.getShort(0) & 0xFFFF;
            if (id < answers.length && answers[id] == null) {
                answers[id] = new byte[buffer.limit()];
                buffer.get(0, answers[id]);
                fresh++;
            }
            buffer.clear();
        }
        return fresh;
    }
}
