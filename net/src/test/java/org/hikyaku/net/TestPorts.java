package org.hikyaku.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Port numbers for servers that cannot be told to take any free one, and for ports at which nobody shall listen.
 *
 * <p>A port that the system picked, and that was closed again, can be anybody's outgoing connection a moment later. These are
 * numbers that neither the system nor Hikyaku ever picks, and each goes to one test of the machine only: a byte of a file is
 * locked for it until this JVM ends, whichever way it ends.
 */
public final class TestPorts {
    /** Past the ports that docs show (2525, 4433) and below those that they show (8443, 8642), which tests of docs open. */
    private static final int FIRST = 5_500;

    /**
     * From 10,000 on Hikyaku's resolver picks the ports it asks from, and from 32,768 on Linux does ({@code
     * net.ipv4.ip_local_port_range}).
     */
    private static final int END = 8_400;

    /** The machine has its ports once, so there is one of these. */
    private static final TestPorts OF_THIS_JVM = new TestPorts();

    private final FileChannel taken;
    private int next = ThreadLocalRandom.current().nextInt(FIRST, END);
    private int untried = END - FIRST;

    private TestPorts() {
        Path file = Path.of(
                System.getProperty("java.io.tmpdir"),
                "hikyaku-test-ports." + System.getProperty("user.name") + ".lock");
        try {
            taken = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port at which nobody listens over TCP or UDP at any address of this machine, and which no other test gets. */
    public static int take() {
        return OF_THIS_JVM.takeNext();
    }

    /** As {@link #take()}, of 127.0.0.1. */
    public static InetSocketAddress takeOnLoopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), take());
    }

    /** As many of them as wanted. */
    public static List<Integer> take(int count) {
        return Stream.generate(TestPorts::take).limit(count).toList();
    }

    private synchronized int takeNext() {
        for (; untried > 0; untried--) {
            int port = next;
            next = port + 1 < END ? port + 1 : FIRST;
            if (isFree(port)) {
                untried--;
                return port;
            }
        }
        throw new IllegalStateException("no port from " + FIRST + " to " + (END - 1) + " is left");
    }

    private boolean isFree(int port) {
        try {
            // Never given back: the number stays this JVM's own.
            FileLock lock = taken.tryLock(port, 1, false);
            if (lock == null) {
                return false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (ServerSocket tcp = new ServerSocket(port);
                DatagramSocket udp = new DatagramSocket(port)) {
            return tcp.isBound() && udp.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
