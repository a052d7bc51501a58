package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.conformance.serve.ServeOptions;

/** Four free ports for a lab on loopback addresses, and the options that say so. */
record LabPorts(int dns, int resolver, int smtp, int https) {

    static LabPorts free() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            return new LabPorts(ports.get(0), ports.get(1), ports.get(2), ports.get(3));
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    ServeOptions.Ports ports() {
        return new ServeOptions.Ports(dns, resolver, smtp, https);
    }

    /** A command line with these ports at its end. */
    String[] line(String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        line.addAll(List.of(
                "--dns-port",
                "" + dns,
                "--resolver-port",
                "" + resolver,
                "--smtp-port",
                "" + smtp,
                "--https-port",
                "" + https));
        return line.toArray(String[]::new);
    }
}
