package org.hikyaku.check.differential;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.tls.probe.Certificates;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.OpenSslConfiguration;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.Probes;
import org.hikyaku.tls.probe.RealServer;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.KeyChoice;

/** A server of somebody else with a configuration that has a name, started for one comparison. */
final class Peer implements AutoCloseable {
    private static final String GNUTLS_OLD =
            "NORMAL:+VERS-TLS1.1:+VERS-TLS1.0:+3DES-CBC:+ARCFOUR-128:+CAMELLIA-128-GCM:+CAMELLIA-256-CBC:+ANON-ECDH";

    private final InetSocketAddress address;
    private final Service service;
    private final Closeable server;

    private Peer(InetSocketAddress address, Service service, Closeable server) {
        this.address = address;
        this.service = service;
        this.server = server;
    }

    /** All names. */
    static Stream<String> names() {
        return Stream.of(
                        OpenSslConfiguration.ALL.stream().map(c -> "openssl: " + c.name()),
                        Stream.of("gnutls: NORMAL", "gnutls: SECURE256", "gnutls: old"),
                        Stream.of("postfix: defaults", "postfix: encrypt", "postfix: everything"))
                .flatMap(s -> s);
    }

    /** @param directory for certificates, which are made once */
    static Peer start(String name, Path directory) throws IOException, InterruptedException {
        Certificates certificates = new Certificates(directory);
        String configuration = name.substring(name.indexOf(": ") + 2);
        if (name.startsWith("openssl: ")) {
            return of(OpenSslConfiguration.named(configuration).start(certificates));
        }
        if (name.startsWith("gnutls: ")) {
            String priority = configuration.equals("old") ? GNUTLS_OLD : configuration;
            return of(RealServer.gnutls(certificates.rsaArguments(), List.of("--priority", priority)));
        }
        Mx host = host(configuration);
        PostfixServer postfix = PostfixServer.start(host);
        return new Peer(postfix.address(host), Service.SMTP_STARTTLS, postfix::close);
    }

    private static Peer of(RealServer server) {
        return new Peer(server.address(), Service.TLS, server::close);
    }

    private static Mx host(String configuration) {
        CertificateMaker maker = CertificateMaker.seeded("differential");
        CertificateTemplate template = CertificateTemplate.server(
                Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2046-11-01T00:00:00Z"), "mx.example");
        Mx host = Mx.of("mx.example", "127.77.4.1", maker.selfSigned(template, maker.key(KeyChoice.RSA_2048)));
        return switch (configuration) {
            case "defaults" -> host;
            case "encrypt" ->
                host.with("smtpd_tls_security_level", "encrypt")
                        .with("smtpd_tls_mandatory_protocols", ">=TLSv1.2")
                        .with("smtpd_tls_mandatory_ciphers", "high")
                        .with("tls_preempt_cipherlist", "yes");
            case "everything" ->
                host.with("smtpd_tls_protocols", ">=TLSv1").with("tls_medium_cipherlist", "ALL:@SECLEVEL=0");
            default -> throw new IllegalArgumentException(configuration);
        };
    }

    InetSocketAddress address() {
        return address;
    }

    boolean smtp() {
        return service == Service.SMTP_STARTTLS;
    }

    ServerFacts probe(Depth depth) {
        return Probes.probe(address, service, depth);
    }

    ServerFacts probe(Depth depth, ProbeOptions options) {
        return Probes.probe(address, service, depth, options);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
