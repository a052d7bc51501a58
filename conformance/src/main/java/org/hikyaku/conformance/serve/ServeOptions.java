package org.hikyaku.conformance.serve;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.hikyaku.lab.Catalogue;

/**
 * How the served lab is to be.
 *
 * @param catalogue its domains
 * @param seed what its keys follow from; equal seeds and equal clocks give equal labs
 * @param clock its time
 * @param addresses where its hosts are
 * @param ports on which ports they listen
 * @param capture the file for what goes over its wires; empty: it is not kept
 */
public record ServeOptions(
        Catalogue catalogue, long seed, InstantSource clock, Addresses addresses, Ports ports, Optional<Path> capture) {

    /** Where the lab's hosts are. */
    public enum Addresses {
        /** Blocks for documentation (192.0.2.0/24 ...): only where the machine, or a namespace, has them as its own. */
        EXAMPLES,
        /** Addresses within 127.0.0.0/8, which every Linux has. IPv6 hosts cannot be reached. */
        LOOPBACK
    }

    /**
     * Ports, the same on every address. The DNS cannot name others for mail and policies, so that software that cannot
     * be told of them needs 25 and 443.
     *
     * @param dns of the name servers
     * @param resolver of the validating resolver
     * @param smtp of the MX hosts; TLSA records stand at {@code _PORT._tcp} (D8)
     * @param https of the policy hosts and the receivers of reports
     */
    public record Ports(int dns, int resolver, int smtp, int https) {
        /** 53, 53, 25, 443. */
        public static Ports usual() {
            return new Ports(53, 53, 25, 443);
        }
    }

    /** The built-in catalogue at the present time, on the usual ports of the addresses for documentation. */
    public static ServeOptions defaults() {
        return new ServeOptions(
                Catalogue.builtIn(), 1, InstantSource.system(), Addresses.EXAMPLES, Ports.usual(), Optional.empty());
    }

    public ServeOptions withCatalogue(Catalogue other) {
        return new ServeOptions(other, seed, clock, addresses, ports, capture);
    }

    public ServeOptions withSeed(long other) {
        return new ServeOptions(catalogue, other, clock, addresses, ports, capture);
    }

    public ServeOptions withClock(InstantSource other) {
        return new ServeOptions(catalogue, seed, other, addresses, ports, capture);
    }

    public ServeOptions withAddresses(Addresses other) {
        return new ServeOptions(catalogue, seed, clock, other, ports, capture);
    }

    public ServeOptions withPorts(Ports other) {
        return new ServeOptions(catalogue, seed, clock, addresses, other, capture);
    }

    public ServeOptions withCapture(Path file) {
        return new ServeOptions(catalogue, seed, clock, addresses, ports, Optional.of(file));
    }
}
