package org.hikyaku.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hikyaku.dns.BadTrustAnchorException;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
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
    private static final int SMTP = 25;
    private static final int HTTPS = 443;
    private static final LabWatch.Visit UNWATCHED = new LabWatch.Visit() {};

    /** Where the validating resolver of a served lab is, whatever addresses the rest has. */
    private static final InetAddress RESOLVER = LabPorts.address(127, 53, 0, 1);

    private final LabOptions options;
    private final LabWorld world;
    private final LabResolver resolver;
    private final List<Closeable> open = new ArrayList<>();
    private final Optional<InetSocketAddress> dnsAddress;
    private final Map<InetSocketAddress, InetSocketAddress> ports = new HashMap<>();
    private final LabNetwork network;
    private final Queue<LabMail> mails = new ConcurrentLinkedQueue<>();
    private final Map<InetSocketAddress, LabPort.Server> laterServers = new HashMap<>();
    private volatile boolean movedOn;

    private Lab(LabOptions options) throws IOException {
        this.options = options;
        Instant now = options.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        this.world = new LabWorld(
                options.catalogue(),
                options.seed(),
                now,
                new LabAddresses(
                        options.serving().isPresent() && options.serving().get().loopback()),
                options.serving().map(LabServing::smtp).orElse(SMTP),
                options.serving().map(LabServing::https).orElse(HTTPS));
        this.resolver = new LabResolver(
                world.zones(), world.trouble(), options.oneWayDelay().multipliedBy(2));
        try {
            world.laterServices().forEach((address, service) -> laterServers.put(address, server(service)));
            for (LabService service : world.services().values()) {
                open(service);
            }
            if (options.dnsPort().isPresent()) {
                DnsServer dns = new DnsServer(
                        LabPorts.loopback(options.dnsPort().getAsInt()),
                        new RecursiveAnswers(resolver),
                        false,
                        _ -> {});
                open.add(dns);
                this.dnsAddress = Optional.of(dns.address());
            } else {
                this.dnsAddress = Optional.empty();
            }
            if (options.serving().isPresent()) {
                serveDns(options.serving().get());
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        this.network = new LabNetwork(world.services(), ports, options.oneWayDelay(), options.silence());
    }

    private void open(LabService service) throws IOException {
        Optional<LabServing> serving = options.serving();
        boolean outOfReach = serving.isPresent()
                && serving.get().loopback()
                && service.address().getAddress() instanceof Inet6Address;
        if (service.reach() == Reach.REFUSED || outOfReach) {
            return;
        }
        if (service.reach() == Reach.DROPPED) {
            if (serving.isPresent()) {
                open.add(new SilentPort(service.toString(), service.address()));
            }
            return;
        }
        LabPort port = new LabPort(
                service.toString(),
                serving.isPresent() ? service.address() : LabPorts.anyOfLoopback(),
                server(service, server(service)),
                serving.<Function<InetSocketAddress, LabWatch.Visit>>map(
                                s -> client -> s.watch().connected(service.asHost(), client))
                        .orElse(_ -> UNWATCHED));
        open.add(port);
        ports.put(service.address(), port.address());
    }

    /** Name servers at all their addresses, and the validating resolver. */
    private void serveDns(LabServing serving) throws IOException {
        for (Map.Entry<InetAddress, NameServerRole> server : world.nameServers().entrySet()) {
            if (serving.loopback() && server.getKey() instanceof Inet6Address) {
                continue;
            }
            open.add(new DnsServer(
                    new InetSocketAddress(server.getKey(), serving.dns()),
                    new AuthoritativeAnswers(server.getValue(), world.zones(), world.trouble()),
                    false,
                    serving.watch()::asked));
        }
        ValidatingResolver validator =
                new ValidatingResolver(resolver, dnsAnchors(), ValidatorOptions.defaults(), options.clock());
        open.add(new DnsServer(
                new InetSocketAddress(RESOLVER, serving.resolver()),
                new ValidatedAnswers(resolver, validator),
                true,
                serving.watch()::asked));
    }

    /** The server that it is now. */
    private LabPort.Server server(LabService service, LabPort.Server first) {
        LabPort.Server later = laterServers.getOrDefault(service.address(), first);
        return client -> (movedOn ? later : first).serve(client);
    }

    private LabPort.Server server(LabService service) {
        return switch (service) {
            case LabService.Mail mail -> {
                LabDomain.Host host = mail.host();
                Lazy<LabTls> tls =
                        tls(host.cert(), host.certificateName(), host.smtp() == LabDomain.Smtp.ASKS_CERTIFICATE);
                yield client -> new MailServer(mail, tls, mails::add, client).run();
            }
            case LabService.Policy policy -> {
                Lazy<LabTls> tls =
                        tls(policy.sts().cert(), "mta-sts." + policy.domain().text(), false);
                yield new PolicyServer(policy, tls)::serve;
            }
            case LabService.Reports reports ->
                new ReportServer(reports, tls(reports.reports().cert(), reports.name(), false))::serve;
        };
    }

    private Lazy<LabTls> tls(LabDomain.Cert cert, String name, boolean asksCertificate) {
        return new Lazy<>(() -> new LabTls(
                world.certificates().credential(cert, name),
                options.serving().map(LabServing::watch),
                asksCertificate));
    }

    /** Brings up a lab; throws when a loopback port cannot be opened. */
    public static Lab start(LabOptions options) throws IOException {
        return new Lab(options);
    }

    /**
     * Makes the domains that change what they are later ({@link LabDomain#later}). What was told of them before may be
     * remembered for the TTL of their records, 5 s, and for the max_age of their policies.
     */
    public void moveOn() {
        moveOn(true);
    }

    /** Makes all domains what they were at the start. */
    public void startOver() {
        moveOn(false);
    }

    private void moveOn(boolean on) {
        movedOn = on;
        world.zones().moveOn(on);
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

    /** Every address that hosts and name servers of a served lab have. */
    public static Set<InetAddress> addresses(Catalogue catalogue, boolean loopback) {
        LabWorld world = new LabWorld(catalogue, 0, Instant.EPOCH, new LabAddresses(loopback), SMTP, HTTPS);
        Set<InetAddress> all = new LinkedHashSet<>(world.nameServers().keySet());
        world.services().keySet().forEach(a -> all.add(a.getAddress()));
        return all;
    }

    /** The address of the validating resolver of a served lab. */
    public static InetAddress resolverAddress() {
        return RESOLVER;
    }

    /** The addresses of the root's name servers. */
    public List<InetAddress> rootServers() {
        return world.nameServers().entrySet().stream()
                .filter(e -> e.getValue() == NameServerRole.ROOT)
                .map(Map.Entry::getKey)
                .toList();
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
