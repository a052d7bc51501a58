package org.hikyaku.conformance.serve;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.hikyaku.conformance.serve.ServeOptions.Ports;

/** Port 53, which other people's resolvers cannot be talked out of, for name servers on loopback addresses. */
final class RootPorts {
    private RootPorts() {}

    /** Port 53 for both kinds of DNS, free ports for the rest; skips the test where port 53 cannot be had. */
    static Ports assumed() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.53.0.1"), 53));
        } catch (IOException e) {
            assumeTrue(false, "port 53 of 127.53.0.1 cannot be had (it takes root): " + e.getMessage());
        }
        Ports free = ServedLabTest.freePorts();
        return new Ports(53, 53, free.smtp(), free.https());
    }
}
