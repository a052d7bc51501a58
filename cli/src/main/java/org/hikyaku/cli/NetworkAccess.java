package org.hikyaku.cli;

import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.net.Network;

/** A way to the network for one command: whom to dial through, whom to ask, whom to trust. */
public interface NetworkAccess extends AutoCloseable {

    Network network();

    /** A plain resolver; nothing that it says is validated yet. */
    Resolver resolver();

    /** By what the DNS root is trusted. */
    TrustAnchors anchors();

    /** Who may vouch for certificates. */
    org.hikyaku.x509.TrustAnchors authorities();

    @Override
    void close();
}
