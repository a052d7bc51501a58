package org.hikyaku.dns;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.Network;

/** One question over a TCP connection of its own (RFC 7766; two bytes of length before each message). */
final class TcpExchange {
    private final Network network;
    private final RandomGenerator random;
    private final Semaphore connections;
    private final Limit limit;

    TcpExchange(Network network, RandomGenerator random, Limit connections) {
        this.network = network;
        this.random = random;
        this.limit = connections;
        this.connections = new Semaphore((int) connections.value());
    }

    /**
     * Asks and waits.
     *
     * @throws WireMessage.MalformedException when what came back does not answer the question
     * @throws IOException when nothing came back
     */
    ByteBuffer ask(WireQuery query, InetSocketAddress server, Deadline deadline)
            throws IOException, InterruptedException, WireMessage.MalformedException {
        if (!connections.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new SocketTimeoutException(
                    "no room among the limit of " + limit.value() + " " + limit.name() + " before the time was over");
        }
        try (Connection connection = network.dial(server, deadline)) {
            connection.within(deadline);
            int id = random.nextInt(1 << 16);
            ByteBuffer message = query.withId(id);
            byte[] framed = new byte[2 + message.remaining()];
            ByteBuffer.wrap(framed).putShort((short) message.remaining()).put(message);
            connection.output().write(framed);
            connection.output().flush();

            DataInputStream input = new DataInputStream(connection.input());
            byte[] answer = new byte[input.readUnsignedShort()];
            input.readFully(answer);
            ByteBuffer received = ByteBuffer.wrap(answer);
            if (!query.isAnsweredBy(received) || (received.getShort(0) & 0xFFFF) != id) {
                throw new WireMessage.MalformedException("it does not repeat our question and id");
            }
            if (WireMessage.isTruncated(received)) {
                throw new WireMessage.MalformedException("it says that it is truncated, which TCP answers never are");
            }
            return received;
        } catch (EOFException e) {
            throw new IOException("the connection was closed before the answer was complete", e);
        } finally {
            connections.release();
        }
    }
}
