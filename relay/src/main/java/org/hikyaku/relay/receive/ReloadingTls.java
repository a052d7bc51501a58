package org.hikyaku.relay.receive;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.smtp.server.ServerTls;
import org.hikyaku.tls.KeyLog;
import org.hikyaku.tls.ServerSessions;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.tls.TlsServerOptions.ClientCertificate;
import org.hikyaku.x509.Credential;

/**
 * Our TLS, with the certificate of two files that are read again when somebody says so: sessions that stand go on, new ones get
 * the new certificate. Safe for use by many threads.
 */
public final class ReloadingTls {
    /**
     * What does not change with the certificate.
     *
     * @param names of the MX host, for the check
     * @param keyLog where secrets go; in a laboratory only
     */
    public record Setup(Path certificate, Path key, Set<String> names, TlsProfile profile, Optional<KeyLog> keyLog) {
        public Setup {
            names = Set.copyOf(names);
        }
    }

    private final Setup setup;
    private final SecureRandom random;
    private final InstantSource clock;
    /** Of ports that ask for no client certificate: it would not be seen again when a session is resumed. */
    private final ServerSessions sessions = new ServerSessions();

    /** The servers of one certificate. */
    private record Servers(TlsServer plain, TlsServer asking) {}

    /** Replaced as a whole by {@link #reload}; read by every handshake. */
    private volatile Optional<Servers> now = Optional.empty();

    public ReloadingTls(Setup setup, SecureRandom random, InstantSource clock) {
        this.setup = setup;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Reads the files. With a fatal fault everything stays as it was; before the first good reading no TLS is offered.
     *
     * @return what is wrong
     */
    public List<CertificateFault> reload() {
        OwnCertificate read = OwnCertificate.read(setup.certificate(), setup.key(), setup.names(), clock.instant());
        read.credential().ifPresent(credential -> now = Optional.of(servers(credential)));
        return read.faults();
    }

    private Servers servers(Credential credential) {
        TlsServerOptions options = setup.profile().options(credential);
        if (setup.keyLog().isPresent()) {
            options = options.withKeyLog(setup.keyLog().get());
        }
        return new Servers(
                new TlsServer(options.withSessions(sessions).withNativeHandshakes(), random),
                new TlsServer(options.withClientCertificate(ClientCertificate.ASKED), random));
    }

    /** For a port that asks for no client certificate. */
    public ServerTls plain() {
        return () -> now.map(Servers::plain);
    }

    /** For a port that asks for client certificates. */
    public ServerTls asking() {
        return () -> now.map(Servers::asking);
    }
}
