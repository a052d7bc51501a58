package org.hikyaku.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.hikyaku.dns.BadTrustAnchorException;
import org.hikyaku.dns.Resolver;
import org.hikyaku.lab.LabDomain.Reach;
import org.hikyaku.lab.LabDomain.Trouble;
import org.hikyaku.net.Network;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.Pem;
import org.hikyaku.x509.TrustAnchors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The running lab. Everything that it opens is on the loopback interface and ends with {@link #close}. */
public final class Lab implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lab.class);

    private final LabOptions options;
    private final LabWorld world;
    private final LabResolver resolver;
    private final List<Closeable> open = new ArrayList<>();
    private final Optional<InetSocketAddress> dnsAddress;
    private final Map<InetSocketAddress, InetSocketAddress> ports = new HashMap<>();
    private final LabNetwork network;
    private final Queue<LabMail> mails = new ConcurrentLinkedQueue<>();

    private Lab(LabOptions options) throws IOException {
        this.options = options;
        Instant now = options.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        this.world = new LabWorld(options.catalogue(), options.seed(), now);
        this.resolver = new LabResolver(
                world.zones(), world.trouble(), options.oneWayDelay().multipliedBy(2));
        try {
            for (LabService service : world.services().values()) {
                if (service.reach() == Reach.OPEN) {
                    LabPort port = new LabPort(service.toString(), server(service));
                    open.add(port);
                    ports.put(service.address(), port.address());
                }
            }
            if (options.dnsPort().isPresent()) {
                DnsServer dns = new DnsServer(resolver, options.dnsPort().getAsInt());
                open.add(dns);
                this.dnsAddress = Optional.of(dns.address());
            } else {
                this.dnsAddress = Optional.empty();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        this.network = new LabNetwork(world.services(), ports, options.oneWayDelay(), options.silence());
    }

    private LabPort.Server server(LabService service) {
        return switch (service) {
            case LabService.Mail mail -> {
                LabDomain.Host host = mail.host();
                Lazy<LabTls> tls = new Lazy<>(
                        () -> new LabTls(world.certificates().credential(host.cert(), host.certificateName())));
                yield client -> new MailServer(mail, tls, mails::add, client).run();
            }
            case LabService.Policy policy -> {
                String name = "mta-sts." + policy.domain().text();
                Lazy<LabTls> tls = new Lazy<>(() ->
                        new LabTls(world.certificates().credential(policy.sts().cert(), name)));
                PolicyServer server = new PolicyServer(policy, tls);
                yield server::serve;
            }
        };
    }

    /** Brings up a lab; throws when a loopback port cannot be opened. */
    public static Lab start(LabOptions options) throws IOException {
        return new Lab(options);
    }

    /** All domains, and what a correct judgement of each is. */
    public Catalogue catalogue() {
        return options.catalogue();
    }

    /** The lab's time. */
    public InstantSource clock() {
        return options.clock();
    }

    /** Answers about the lab's zones as a recursive resolver does that does not check (CD=1). */
    public Resolver resolver() {
        return resolver;
    }

    /** As {@link #resolver()}, with an attacker in between. */
    public Resolver resolver(DnsAttacker attacker) {
        return (question, deadline) -> attacker.tamper(question, resolver.ask(question, deadline));
    }

    /** Reaches the lab's servers under the addresses that the lab's DNS gives. */
    public Network network() {
        return network;
    }

    /** The mails that the lab's servers have accepted so far, oldest first. */
    public List<LabMail> mails() {
        return List.copyOf(mails);
    }

    LabWorld world() {
        return world;
    }

    LabZones zones() {
        return world.zones();
    }

    /** The loopback port behind each of the lab's addresses that is open. */
    Map<InetSocketAddress, InetSocketAddress> ports() {
        return Map.copyOf(ports);
    }

    /** Where other people's software can ask {@link #resolver}, when the options say so. */
    public Optional<InetSocketAddress> dnsAddress() {
        return dnsAddress;
    }

    /** The root's trust anchor as DS records in master-file form. */
    public String rootDs() {
        return world.zones().root().signer().ds().stream().map(r -> r + "\n").collect(Collectors.joining());
    }

    /** The lab's root of DNSSEC. */
    public org.hikyaku.dns.TrustAnchors dnsAnchors() {
        try {
            return org.hikyaku.dns.TrustAnchors.ofText(rootDs(), "the lab's root");
        } catch (BadTrustAnchorException e) {
            throw new IllegalStateException("the lab's own DS records are well-formed", e);
        }
    }

    /** The CA that stands for the public ones. */
    public TrustAnchors caAnchors() {
        return TrustAnchors.of(List.of(world.certificates().root()));
    }

    /** Key and chain of one of the lab's mail hosts, for somebody who is to stand in its place. */
    public Credential credential(LabDomain.Host host) {
        return world.certificates().credential(host.cert(), host.certificateName());
    }

    /**
     * A certificate that the CA that stands for the public ones issues to whoever asks, for these names: what a careless or
     * deceived authority gives an attacker. Intermediate and root are sent with it.
     */
    public Credential misissued(List<String> names) {
        return world.certificates().misissued(names);
    }

    /** The signed zones whose signatures are meant to be right, as master files. */
    List<ZoneFile> zoneFiles() {
        return world.zones().all().stream()
                .filter(z -> z.setup().meantRight() && !hasFlawedSet(z))
                .map(z -> new ZoneFile(z.setup().apex(), masterFile(z)))
                .toList();
    }

    /** Any one zone as a master file. */
    ZoneFile zoneFile(Name apex) {
        return new ZoneFile(apex, masterFile(world.zones().responsible(apex, Type.SOA)));
    }

    private boolean hasFlawedSet(Zone zone) {
        return world.trouble().entrySet().stream()
                .filter(t -> t.getValue() == Trouble.Kind.CORRUPT || t.getValue() == Trouble.Kind.UNSIGNED)
                .anyMatch(t -> t.getKey().name().subdomain(zone.setup().apex())
                        && world.zones()
                                        .responsible(
                                                t.getKey().name(), t.getKey().type())
                                == zone);
    }

    /** One zone as text. */
    record ZoneFile(Name apex, String text) {}

    private static String masterFile(Zone zone) {
        StringBuilder text = new StringBuilder();
        for (SignedSet set : zone.contents()) {
            for (Record record : set.records()) {
                text.append(record).append('\n');
            }
            for (RRSIGRecord signature : set.signatures()) {
                text.append(signature).append('\n');
            }
        }
        return text.toString();
    }

    /** Writes the trust anchors for other people's software: {@code root.ds} and {@code ca.pem}. */
    public void writeFiles(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("root.ds"), rootDs(), StandardCharsets.US_ASCII);
        Files.writeString(
                folder.resolve("ca.pem"),
                Pem.encode(List.of(world.certificates().root())),
                StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        for (Closeable closeable : open.reversed()) {
            try {
                closeable.close();
            } catch (IOException e) {
                LOG.warn("the lab could not close a port: {}", e.getMessage());
            }
        }
    }
}
