package org.hikyaku.capture.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.net.TestPorts;

/** tcpdump on the loopback interface, for as many ports as wanted: one capture of all that is said there. */
final class Wire implements AutoCloseable {
    private final Path capture;
    private final List<Integer> ports;
    private final Tool tcpdump;

    Wire(Path dir, int ports) throws IOException, InterruptedException {
        this.capture = dir.resolve("wire.pcap");
        this.ports = TestPorts.take(ports);
        List<String> command = new ArrayList<>(List.of("tcpdump", "--immediate-mode", "-U", "-Z", "root", "-i", "lo"));
        command.addAll(List.of("-s", "0", "-B", "32768", "-w", capture.toString()));
        command.add("tcp and ("
                + String.join(" or ", this.ports.stream().map(p -> "port " + p).toList()) + ")");
        tcpdump = new Tool(dir, command).await("listening on");
    }

    int port(int index) {
        return ports.get(index);
    }

    /** Ends the capture; what was said before the last session is in the file. */
    Path stop() throws IOException, InterruptedException {
        tcpdump.close();
        tcpdump.finish();
        return capture;
    }

    @Override
    public void close() {
        tcpdump.close();
    }
}
