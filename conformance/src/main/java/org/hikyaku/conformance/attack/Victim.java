package org.hikyaku.conformance.attack;

import java.net.InetAddress;
import java.util.Optional;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.xbill.DNS.Name;

/** Whose mail it is that the attacker is after, and what he has brought along. */
record Victim(Lab lab, LabDomain receiver, Arsenal arsenal) {

    Name domain() {
        return receiver.name();
    }

    /** The name that a server in the receiver's place gives itself. */
    Name mxName() {
        return receiver.setup().hosts().stream()
                .map(LabDomain.Host::name)
                .findFirst()
                .orElse(receiver.name());
    }

    /** What happens to connections to this address, when it is one of the attacker's own hosts. */
    Optional<MailTrick> attackersHost(InetAddress address) {
        return arsenal.hostAt(address).map(host -> new FakeMx(host.name(), Optional.of(host.credential())));
    }
}
