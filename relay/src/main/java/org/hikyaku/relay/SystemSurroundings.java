package org.hikyaku.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.hikyaku.dns.BadTrustAnchorException;
import org.hikyaku.dns.NoResolverException;
import org.hikyaku.dns.StubOptions;
import org.hikyaku.dns.StubResolver;
import org.hikyaku.dns.SystemResolvers;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.relay.config.RelayConfig;

/** The machine's own surroundings, as the configuration says. */
public final class SystemSurroundings implements Closeable {
    private final Surroundings surroundings;
    private final StubResolver resolver;

    private SystemSurroundings(Surroundings surroundings, StubResolver resolver) {
        this.surroundings = surroundings;
        this.resolver = resolver;
    }

    /** @throws StartException when there is no resolver, or a file cannot be read */
    public static SystemSurroundings of(RelayConfig config, Map<String, String> variables) throws StartException {
        TrustAnchors anchors = anchors(config);
        org.hikyaku.x509.TrustAnchors authorities = authorities(config);
        StubResolver resolver = resolver(config);
        Network network = new SystemNetwork();
        return new SystemSurroundings(
                new Surroundings(
                        network,
                        network,
                        resolver,
                        anchors,
                        authorities,
                        InstantSource.system(),
                        new SecureRandom(),
                        variables),
                resolver);
    }

    private static StubResolver resolver(RelayConfig config) throws StartException {
        try {
            List<InetSocketAddress> servers = config.dns().resolvers().isEmpty()
                    ? SystemResolvers.configured()
                    : config.dns().resolvers();
            return new StubResolver(servers, StubOptions.defaults());
        } catch (NoResolverException e) {
            throw new StartException(e.getMessage() + " Name one with \"dns.resolvers\".", e);
        }
    }

    private static TrustAnchors anchors(RelayConfig config) throws StartException {
        if (config.dns().trustAnchor().isEmpty()) {
            return TrustAnchors.builtIn();
        }
        Path file = config.dns().trustAnchor().get();
        try {
            return TrustAnchors.ofFile(file);
        } catch (BadTrustAnchorException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new StartException("The trust anchors in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static org.hikyaku.x509.TrustAnchors authorities(RelayConfig config) throws StartException {
        try {
            return config.dns().caFile().isPresent()
                    ? org.hikyaku.x509.TrustAnchors.ofPem(config.dns().caFile().get())
                    : org.hikyaku.x509.TrustAnchors.system();
        } catch (IOException e) {
            throw new StartException(
                    "The certificate authorities cannot be read: " + e.getMessage()
                            + " Name a PEM file with \"dns.ca-file\".",
                    e);
        }
    }

    public Surroundings surroundings() {
        return surroundings;
    }

    @Override
    public void close() throws IOException {
        resolver.close();
    }
}
