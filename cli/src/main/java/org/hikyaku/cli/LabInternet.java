package org.hikyaku.cli;

import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.lab.Lab;
import org.hikyaku.net.Network;

/** The lab's Internet: everything stays in this process, whatever the options say. */
final class LabInternet implements Internet {
    private final Lab lab;

    LabInternet(Lab lab) {
        this.lab = lab;
    }

    @Override
    public NetworkAccess open(NetworkOptions options) {
        return new NetworkAccess() {
            @Override
            public Network network() {
                return lab.network();
            }

            @Override
            public Resolver resolver() {
                return lab.resolver();
            }

            @Override
            public TrustAnchors anchors() {
                return lab.dnsAnchors();
            }

            @Override
            public org.hikyaku.x509.TrustAnchors authorities() {
                return lab.caAnchors();
            }

            @Override
            public void close() {
                // the lab is closed by whoever started it
            }
        };
    }
}
