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
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Port numbers for servers that cannot be told to take any free one, and for ports at which nobody shall listen.
 *
 * <p>A port that the system picked, and that was closed again, can be anybody's outgoing connection a moment later. These are
 * numbers that the system never picks by itself, and each goes to one test of the machine only: a byte of a file is
 * locked for it until this JVM ends, whichever way it ends.
 */
public final class TestPorts {
    /** Numbers that tshark takes for no other protocol, but for {@link #TAKEN}: captures of tests are held against it. */
    private static final TestPorts UNKNOWN_TO_TSHARK = new TestPorts(22_223, 29_418);

    /**
     * From 10,000 on Hikyaku's resolver picks the UDP ports it asks from. Past the ports that docs show (2525, 4433) and below
     * those that they show (8443, 8642), which tests of docs open.
     */
    private static final TestPorts BELOW_THE_RESOLVER = new TestPorts(5_500, 8_400);

    /** Synergy and MongoDB: tshark would look for no TLS there. */
    private static final Set<Integer> TAKEN = Set.of(24_800, 27_017);

    private final int first;
    private final int end;
    private final FileChannel taken;
    private int next;
    private int untried;

    private TestPorts(int first, int end) {
        this.first = first;
        this.end = end;
        next = ThreadLocalRandom.current().nextInt(first, end);
        untried = end - first;
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
        return UNKNOWN_TO_TSHARK.takeNext();
    }

    /** As {@link #take()}, of 127.0.0.1. */
    public static InetSocketAddress takeOnLoopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), take());
    }

    /** As {@link #take()}, for a server of the DNS: over UDP Hikyaku's resolver never asks from there. */
    public static int takeForDns() {
        return BELOW_THE_RESOLVER.takeNext();
    }

    /** As {@link #takeForDns()}, of 127.0.0.1. */
    public static InetSocketAddress takeForDnsOnLoopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), takeForDns());
    }

    /** As many of them as wanted. */
    public static List<Integer> take(int count) {
        return Stream.generate(TestPorts::take).limit(count).toList();
    }

    private synchronized int takeNext() {
        for (; untried > 0; untried--) {
            int port = next;
            next = port + 1 < end ? port + 1 : first;
            if (isFree(port)) {
                untried--;
                return port;
            }
        }
        throw new IllegalStateException("no port from " + first + " to " + (end - 1) + " is left");
    }

    private boolean isFree(int port) {
        if (TAKEN.contains(port)) {
            return false;
        }
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
