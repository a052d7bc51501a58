package org.hikyaku.cli;

import java.util.ArrayList;
import java.util.List;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.net.TestPorts;

/** Four free ports for a lab on loopback addresses, and the options that say so. */
record LabPorts(int dns, int resolver, int smtp, int https) {

    static LabPorts free() {
        return new LabPorts(TestPorts.takeForDns(), TestPorts.takeForDns(), TestPorts.take(), TestPorts.take());
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
