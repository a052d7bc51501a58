package org.hikyaku.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.hikyaku.dns.BadTrustAnchorException;
import org.hikyaku.dns.NoResolverException;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.StubOptions;
import org.hikyaku.dns.StubResolver;
import org.hikyaku.dns.SystemResolvers;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.x509.CertificateFormatException;

/** The machine's own network, with what the options say. */
final class SystemInternet implements Internet {

    @Override
    public NetworkAccess open(NetworkOptions options) {
        TrustAnchors anchors = anchors(options);
        org.hikyaku.x509.TrustAnchors authorities = authorities(options);
        Network network = new SystemNetwork();
        StubResolver resolver = resolver(options);
        return new NetworkAccess() {
            @Override
            public Network network() {
                return network;
            }

            @Override
            public Resolver resolver() {
                return resolver;
            }

            @Override
            public TrustAnchors anchors() {
                return anchors;
            }

            @Override
            public org.hikyaku.x509.TrustAnchors authorities() {
                return authorities;
            }

            @Override
            public void close() {
                try {
                    resolver.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("closing the resolver's sockets", e);
                }
            }
        };
    }

    private static StubResolver resolver(NetworkOptions options) {
        try {
            List<InetSocketAddress> servers =
                    options.resolvers().isEmpty() ? SystemResolvers.configured() : options.resolvers();
            return new StubResolver(servers, StubOptions.defaults());
        } catch (NoResolverException e) {
            throw new UsageException(e.getMessage() + " Name one with --resolver ADDRESS.", e);
        }
    }

    private static TrustAnchors anchors(NetworkOptions options) {
        if (options.trustAnchor().isEmpty()) {
            return TrustAnchors.builtIn();
        }
        Path file = options.trustAnchor().get();
        try {
            return TrustAnchors.ofFile(file);
        } catch (BadTrustAnchorException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UsageException("the trust anchor file " + FileTrouble.unreadable(file, e), e);
        }
    }

    private static org.hikyaku.x509.TrustAnchors authorities(NetworkOptions options) {
        if (options.caFile().isPresent()) {
            Path file = options.caFile().get();
            try {
                return org.hikyaku.x509.TrustAnchors.ofPem(file);
            } catch (CertificateFormatException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new UsageException("the CA file " + FileTrouble.unreadable(file, e), e);
            }
        }
        try {
            return org.hikyaku.x509.TrustAnchors.system();
        } catch (IOException e) {
            throw new UsageException(
                    "the certificate authorities of this machine cannot be read: " + e.getMessage()
                            + "; name a PEM file with --ca-file",
                    e);
        }
    }
}
