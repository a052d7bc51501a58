package org.hikyaku.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsContext;
import org.hikyaku.x509.Certificate;

/** The channel bindings of a session whose handshake has just ended; both sides come to the same ones. */
final class SessionBindings {
    private SessionBindings() {}

    /**
     * The best kind first.
     *
     * @param serverChain the server's certificates; empty when it showed none
     */
    static List<ChannelBinding> of(
            TlsContext context, SecurityParameters parameters, boolean tls13, List<Certificate> serverChain) {
        List<ChannelBinding> all = new ArrayList<>();
        // RFC 9266 section 4.2 wants an extended master secret below 1.3; without one tls-unique is not unique either
        // (the triple handshake attack, RFC 7627 section 1).
        if (tls13) {
            add(all, context, ChannelBinding.Type.TLS_EXPORTER, org.bouncycastle.tls.ChannelBinding.tls_exporter);
        } else if (parameters.isExtendedMasterSecret()) {
            add(all, context, ChannelBinding.Type.TLS_UNIQUE, org.bouncycastle.tls.ChannelBinding.tls_unique);
            add(all, context, ChannelBinding.Type.TLS_EXPORTER, org.bouncycastle.tls.ChannelBinding.tls_exporter);
        }
        if (!serverChain.isEmpty()) {
            ChannelBinding.serverEndPoint(serverChain.getFirst()).ifPresent(all::add);
        }
        return all;
    }

    private static void add(List<ChannelBinding> all, TlsContext context, ChannelBinding.Type type, int library) {
        Optional.ofNullable(context.exportChannelBinding(library))
                .filter(data -> data.length > 0)
                .ifPresent(data -> all.add(new ChannelBinding(type, data)));
    }
}
