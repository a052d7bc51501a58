package org.hikyaku.smtp;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.net.Network;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsSession;

/**
 * Opens mail sessions. Every ending is a {@link SessionOutcome}; no exception tells of what a server or the network does.
 */
public final class SmtpClient {
    private final Network network;
    private final TlsUpgrade tls;
    private final SmtpClientOptions options;

    public SmtpClient(Network network, TlsClient tls, SmtpClientOptions options) {
        this(
                network,
                (plain, sni, deadline) -> {
                    TlsSession session = tls.handshake(plain, sni, deadline);
                    return new TlsUpgrade.Upgraded(session, session.facts(), session.bindings());
                },
                options);
    }

    /** With another way to start TLS. */
    public SmtpClient(Network network, TlsUpgrade tls, SmtpClientOptions options) {
        this.network = network;
        this.tls = tls;
        this.options = options;
    }

    /** As {@link #open(InetSocketAddress, TlsUse, Optional, Transcript)}, without a transcript. */
    public SmtpAttempt open(InetSocketAddress address, TlsUse use, Optional<String> sni) {
        return open(address, use, sni, Transcript.none());
    }

    /**
     * Connects, greets, starts TLS as asked, and greets again inside it.
     *
     * @param address a server's address and port, resolved
     * @param sni the server name for the handshake; what it must be is the delivery plan's to say
     */
    public SmtpAttempt open(InetSocketAddress address, TlsUse use, Optional<String> sni, Transcript transcript) {
        return new SmtpOpening(network, tls, options, address, transcript).run(use, sni);
    }
}
