package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Lookup;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.x509.Certificate;
import org.xbill.DNS.Name;

/** What a mail server shows at each of its addresses. */
record LiveServer(Name host, int port) {
    private static final int SUBMISSIONS = 465;

    /**
     * One address.
     *
     * @param chain the certificates as sent; empty when there was no session inside TLS
     * @param problem why not, a sentence; empty text when there was one
     */
    record Seen(InetAddress address, List<Certificate> chain, String problem) {}

    /** Connects to each address, one after the other; throws when there is none to connect to. */
    List<Seen> look(Environment environment, NetworkAccess access, NetworkOptions network) {
        Lookup lookup = access.lookup(network.timeout(), environment.clock());
        List<InetAddress> addresses;
        try {
            addresses = new ValidatedAddresses(lookup).addresses(host.toString());
        } catch (IOException e) {
            throw new UndecidedException(String.valueOf(e.getMessage()), e);
        }
        if (addresses.isEmpty()) {
            throw new UndecidedException(host.toString(true) + " has no address");
        }
        SmtpClient client = new SmtpClient(
                access.network(),
                new TlsClient(TlsClientOptions.defaults(), new SecureRandom()),
                new SmtpClientOptions(
                        EhloNames.ofThisMachine(environment.variables()),
                        network.timeout(),
                        network.timeout().plusSeconds(20),
                        network.timeout()));
        List<Seen> seen = new ArrayList<>();
        for (InetAddress address : addresses) {
            seen.add(look(client, address));
        }
        return seen;
    }

    private Seen look(SmtpClient client, InetAddress address) {
        SmtpAttempt attempt = client.open(
                new InetSocketAddress(address, port),
                port == SUBMISSIONS ? TlsUse.IMPLICIT : TlsUse.STARTTLS,
                Optional.of(host.toString(true)));
        attempt.session().ifPresent(LiveServer::close);
        return switch (attempt.outcome()) {
            case SessionOutcome.Established established ->
                new Seen(
                        address,
                        established.facts().chain(),
                        established.facts().chain().isEmpty() ? "the server shows no certificate" : "");
            case SessionOutcome.NotReached notReached -> new Seen(address, List.of(), notReached.sentence());
            case SessionOutcome.NoStartTls noTls ->
                new Seen(
                        address,
                        List.of(),
                        noTls.refusal()
                                .map(r -> "STARTTLS was refused: " + r)
                                .orElse("the server does not offer STARTTLS"));
            case SessionOutcome.HandshakeFailed failed ->
                new Seen(address, List.of(), failed.failure().sentence());
        };
    }

    private static void close(SmtpSession session) {
        try {
            session.close();
        } catch (IOException e) {
            // the certificate has been seen; how the server takes the goodbye does not matter
        }
    }
}
