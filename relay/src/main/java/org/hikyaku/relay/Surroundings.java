package org.hikyaku.relay;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.net.Network;

/**
 * What a relay touches outside itself.
 *
 * @param listening opens its ports
 * @param dialling reaches other servers
 * @param resolver a plain resolver that passes DNSSEC records on
 * @param anchors by what the DNS root is trusted
 * @param authorities who may vouch for certificates
 * @param clock wall-clock time
 * @param random for keys, boundaries, jitter
 * @param variables environment variables
 */
public record Surroundings(
        Network listening,
        Network dialling,
        Resolver resolver,
        TrustAnchors anchors,
        org.hikyaku.x509.TrustAnchors authorities,
        InstantSource clock,
        SecureRandom random,
        Map<String, String> variables) {

    public Surroundings {
        variables = Map.copyOf(variables);
    }
}
