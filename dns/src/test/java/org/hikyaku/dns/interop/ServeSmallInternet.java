package org.hikyaku.dns.interop;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.hikyaku.net.Addresses;

/** Serves the small Internet of the interoperability tests until standard input ends: for trying things by hand. */
final class ServeSmallInternet {
    private ServeSmallInternet() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0])).toAbsolutePath();
        SmallInternet internet = SmallInternet.build(folder.resolve("zones"), Instant.now());
        Path anchor = Files.writeString(folder.resolve("root.ds"), internet.rootAnchor());
        try (DnsServers.Running authority = DnsServers.nsd(folder.resolve("nsd"), internet.zones());
                DnsServers.Running resolver = DnsServers.unbound(
                        folder.resolve("resolver"), "module-config: \"iterator\"", authority.asForwardZone())) {
            System.out.println("--resolver " + Addresses.text(resolver.address()) + " --trust-anchor " + anchor);
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
