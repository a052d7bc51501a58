package org.hikyaku.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
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
        return new Access(options);
    }

    /** What files are named in the options is read at once; the machine's own is looked for when it is wanted. */
    private static final class Access implements NetworkAccess {
        private final NetworkOptions options;
        private final TrustAnchors anchors;
        private final Network network = new SystemNetwork();
        private final ReentrantLock lock = new ReentrantLock();
        private Optional<StubResolver> resolver = Optional.empty();
        private Optional<org.hikyaku.x509.TrustAnchors> authorities = Optional.empty();

        Access(NetworkOptions options) {
            this.options = options;
            this.anchors = SystemInternet.anchors(options);
            if (options.caFile().isPresent()) {
                authorities = Optional.of(SystemInternet.authorities(options));
            }
        }

        @Override
        public Network network() {
            return network;
        }

        @Override
        public Resolver resolver() {
            lock.lock();
            try {
                StubResolver stub = resolver.orElseGet(() -> SystemInternet.resolver(options));
                resolver = Optional.of(stub);
                return stub;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public TrustAnchors anchors() {
            return anchors;
        }

        @Override
        public org.hikyaku.x509.TrustAnchors authorities() {
            lock.lock();
            try {
                org.hikyaku.x509.TrustAnchors known = authorities.orElseGet(() -> SystemInternet.authorities(options));
                authorities = Optional.of(known);
                return known;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            if (resolver.isEmpty()) {
                return;
            }
            try {
                resolver.get().close();
            } catch (IOException e) {
                throw new UncheckedIOException("closing the resolver's sockets", e);
            }
        }
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
        return authorities(options.caFile());
    }

    /** Those of the file, or else the system's. */
    static org.hikyaku.x509.TrustAnchors authorities(Optional<Path> caFile) {
        if (caFile.isPresent()) {
            Path file = caFile.get();
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
