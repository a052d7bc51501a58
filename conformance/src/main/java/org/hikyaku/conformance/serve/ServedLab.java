package org.hikyaku.conformance.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.lab.LabServing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lab on real ports. Everything is up when {@link #start} returns; keys, certificates and signatures are made when
 * somebody first asks for them.
 */
public final class ServedLab implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedLab.class);

    private final Lab lab;
    private final ServeOptions options;
    private final Optional<WireTap> tap;
    private final Consumer<Sighting> listener;

    private ServedLab(Lab lab, ServeOptions options, Optional<WireTap> tap, Consumer<Sighting> listener) {
        this.lab = lab;
        this.options = options;
        this.tap = tap;
        this.listener = listener;
    }

    /**
     * Stands the lab up.
     *
     * @param listener is told of everything that the servers see, by many threads, and must be quick
     * @throws java.net.BindException when an address is not this machine's, or a port is taken or not allowed; the
     *     message says which
     * @throws IOException when the capture cannot be made
     */
    public static ServedLab start(ServeOptions options, Consumer<Sighting> listener) throws IOException {
        return start(options, options.ports().smtp(), listener);
    }

    /**
     * As {@link #start(ServeOptions, Consumer)}, for a sender whose way to the mail servers leads to other ports than it thinks.
     *
     * @param mailPort the port that it thinks they have: where TLSA records stand (D8)
     */
    public static ServedLab start(ServeOptions options, int mailPort, Consumer<Sighting> listener) throws IOException {
        Optional<WireTap> tap = options.capture().isPresent()
                ? Optional.of(WireTap.create(options.capture().get(), options.clock()))
                : Optional.empty();
        ServeOptions.Ports ports = options.ports();
        Catalogue catalogue = options.catalogue().withMailPort(mailPort);
        Witness witness = new Witness(catalogue, options.clock(), tap, listener);
        boolean loopback = options.addresses() == ServeOptions.Addresses.LOOPBACK;
        LabServing serving =
                new LabServing(loopback, ports.dns(), ports.resolver(), ports.smtp(), ports.https(), witness);
        try {
            Lab lab = Lab.start(LabOptions.defaults()
                    .withCatalogue(catalogue)
                    .withSeed(options.seed())
                    .withClock(options.clock())
                    .withServing(serving));
            return new ServedLab(lab, options, tap, listener);
        } catch (IOException e) {
            if (tap.isPresent()) {
                tap.get().close();
            }
            throw e;
        }
    }

    /** Makes the domains that change what they are later, and tells of it. */
    public void moveOn() {
        lab.moveOn();
        listener.accept(new Sighting.MovedOn(options.clock().instant(), false));
    }

    /** Tells that the sender under test has been restarted, by whoever did it. */
    public void tellRestarted() {
        listener.accept(new Sighting.MovedOn(options.clock().instant(), true));
    }

    /** The addresses that a lab of these options needs to have: those of its hosts and name servers. */
    public static Set<InetAddress> addresses(ServeOptions options) {
        return Lab.addresses(options.catalogue(), options.addresses() == ServeOptions.Addresses.LOOPBACK);
    }

    /** Every domain, and what a correct sender does there. */
    public Catalogue catalogue() {
        return lab.catalogue();
    }

    /** The lab behind it: trust anchors, resolver in memory, mails taken. */
    public Lab lab() {
        return lab;
    }

    /** The validating resolver. */
    public InetSocketAddress resolver() {
        return new InetSocketAddress(Lab.resolverAddress(), options.ports().resolver());
    }

    /** The addresses of the root's name servers. */
    public List<InetAddress> rootServers() {
        return lab.rootServers();
    }

    /**
     * Writes what other people's software needs: {@code root.ds} and {@code ca.pem}, the trust anchors; {@code root.hints}
     * for resolvers; {@code resolv.conf}; {@code catalogue.yaml}, what each domain is.
     */
    public void writeFiles(Path folder) throws IOException {
        lab.writeFiles(folder);
        Files.writeString(folder.resolve("root.hints"), rootHints(), StandardCharsets.US_ASCII);
        Files.writeString(folder.resolve("resolv.conf"), resolvConf(), StandardCharsets.US_ASCII);
        Files.writeString(
                folder.resolve("catalogue.yaml"),
                String.join("\n---\n", catalogue().texts()),
                StandardCharsets.UTF_8);
    }

    /** For {@code /etc/resolv.conf}: the validating resolver, whose AD bit is to be trusted. */
    public static String resolvConf() {
        return "nameserver " + Lab.resolverAddress().getHostAddress() + "\noptions edns0 trust-ad\n";
    }

    private String rootHints() {
        return rootServers().stream()
                .map(a -> "root-servers.nic.example. 3600 IN " + (a.getAddress().length == 4 ? "A " : "AAAA ")
                        + a.getHostAddress() + "\n")
                .collect(Collectors.joining("", ". 3600 IN NS root-servers.nic.example.\n", ""));
    }

    @Override
    public void close() {
        lab.close();
        tap.ifPresent(t -> {
            try {
                t.close();
            } catch (IOException e) {
                LOG.error("The end of the capture could not be written: {}", e.getMessage());
            }
        });
    }
}
