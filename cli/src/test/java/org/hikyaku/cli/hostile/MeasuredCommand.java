package org.hikyaku.cli.hostile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.hikyaku.cli.Environment;
import org.hikyaku.cli.Hikyaku;
import org.hikyaku.cli.Internet;
import org.hikyaku.cli.NetworkAccess;
import org.hikyaku.cli.Terminal;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.net.Network;
import org.hikyaku.net.interop.OtherPorts;

/**
 * Runs one command line as {@code hikyaku} does, in a process of its own, and leaves behind how much memory it took. Port
 * 443 leads to the one in the system property {@code https}, for a test may not open it.
 */
final class MeasuredCommand {
    private MeasuredCommand() {}

    public static void main(String[] args) throws IOException {
        Map<String, String> variables = System.getenv();
        Environment machine = Environment.system();
        Environment environment = new Environment(
                Terminal.system(variables),
                InstantSource.system(),
                variables,
                elsewhere(machine.internet(), Integer.getInteger("https", 443)));
        int code = Hikyaku.run(environment, args);
        Files.writeString(Path.of(System.getProperty("memory")), peakHeap() + " " + peakResident());
        System.exit(code);
    }

    private static Internet elsewhere(Internet internet, int https) {
        return options -> new Elsewhere(internet.open(options), https);
    }

    /** Bytes of heap in use at most, garbage among them: each pool at its own peak. */
    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    /** Bytes of the whole process in memory at most, the JVM itself among them; 0 where the system does not tell. */
    private static long peakResident() throws IOException {
        Path status = Path.of("/proc/self/status");
        return !Files.exists(status)
                ? 0
                : Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                        .sum();
    }

    private record Elsewhere(NetworkAccess access, int https) implements NetworkAccess {
        @Override
        public Network network() {
            return new OtherPorts(access.network(), Map.of(443, https));
        }

        @Override
        public Resolver resolver() {
            return access.resolver();
        }

        @Override
        public TrustAnchors anchors() {
            return access.anchors();
        }

        @Override
        public org.hikyaku.x509.TrustAnchors authorities() {
            return access.authorities();
        }

        @Override
        public void close() {
            access.close();
        }
    }
}
