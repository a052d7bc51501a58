package org.hikyaku.conformance.serve;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.hikyaku.conformance.serve.ServeOptions.Ports;

/**
 * Port 53, which other people's resolvers cannot be talked out of, for name servers on loopback addresses. One test has it at a
 * time, also among several JVMs: until it is closed, others wait.
 */
public final class RootPorts implements Closeable {
    private final FileChannel lock;
    private final Ports ports;

    private RootPorts(FileChannel lock, Ports ports) {
        this.lock = lock;
        this.ports = ports;
    }

    /** Waits until no other test has port 53; skips the test where it takes rights that we have not. */
    public static RootPorts assumed() throws IOException {
        FileChannel lock = FileChannel.open(
                Path.of(System.getProperty("java.io.tmpdir"), "hikyaku-root-ports.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        lock.lock();
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.53.0.1"), 53));
        } catch (IOException e) {
            lock.close();
            assumeTrue(
                    !String.valueOf(e.getMessage()).contains("Permission denied"),
                    "port 53 of 127.53.0.1 takes root: " + e.getMessage());
            throw e;
        }
        Ports free = ServedLabTest.freePorts();
        return new RootPorts(lock, new Ports(53, 53, free.smtp(), free.https()));
    }

    /** Port 53 for both kinds of DNS, free ports for the rest. */
    public Ports ports() {
        return ports;
    }

    /** Leaves them to the next. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
