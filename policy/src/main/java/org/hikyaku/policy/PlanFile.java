package org.hikyaku.policy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.hikyaku.net.Limit;
import org.xbill.DNS.Name;

/**
 * Plans on paper: what the MX hosts of some domains must show, with all that judgement needs, so that sessions can be
 * judged later and elsewhere (a capture, say). JSON by the schema {@code docs/schema/plans-1.json}.
 *
 * @param at when the domains were observed: what was promised then
 * @param entries in the order of the domains, and of preference within each
 */
public record PlanFile(Instant at, List<Entry> entries) {
    public static final String SCHEMA = "hikyaku.plans/1";

    /** Enough for tens of thousands of hosts. */
    public static final Limit MAX_SIZE = new Limit("bytes in a file of plans", 64 * 1024 * 1024);

    public PlanFile {
        entries = List.copyOf(entries);
    }

    /**
     * One MX host of one domain.
     *
     * @param addresses where it can be reached; empty when the plan rules the host out, or nothing is known
     */
    public record Entry(Name domain, int preference, List<InetAddress> addresses, DeliveryPlan plan) {
        public Entry {
            addresses = List.copyOf(addresses);
        }
    }

    /** The entries of a route; none when there are no hosts to go to. */
    public static List<Entry> entries(Name domain, Route route) {
        return switch (route) {
            case Route.Hosts hosts ->
                hosts.hosts().stream()
                        .map(h -> new Entry(domain, h.preference(), h.addresses(), h.plan()))
                        .toList();
            case Route.NoMail _, Route.Unknown _ -> List.of();
        };
    }

    /** The plans that a session with this address may be judged by. Several domains may share a host, each with its own. */
    public List<Entry> at(InetAddress address, int port) {
        return entries.stream()
                .filter(e -> e.plan().port() == port && e.addresses().contains(address))
                .toList();
    }

    /**
     * Reads a file.
     *
     * @throws PlanFormatException when it is damaged or of another kind; the sentence says where
     * @throws IOException when it cannot be read
     */
    public static PlanFile read(Path file) throws IOException, PlanFormatException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes((int) MAX_SIZE.value() + 1);
            if (bytes.length > MAX_SIZE.value()) {
                throw new PlanFormatException(
                        "it is larger than the limit of " + MAX_SIZE.value() + " " + MAX_SIZE.name());
            }
            return parse(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** Reads the text of a file. */
    public static PlanFile parse(String json) throws PlanFormatException {
        return PlanReader.read(json);
    }

    /** The text to write into a file. */
    public String toJson() {
        return PlanWriter.write(this);
    }
}
