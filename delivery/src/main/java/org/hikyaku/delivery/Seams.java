package org.hikyaku.delivery;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.hikyaku.dns.Lookup;
import org.hikyaku.net.Network;
import org.hikyaku.policy.StsSource;
import org.hikyaku.tls.KeyLog;
import org.hikyaku.x509.TrustAnchors;

/**
 * What deliveries need of the world outside.
 *
 * @param network dials
 * @param lookup validated look-ups
 * @param sts knows MTA-STS policies
 * @param authorities who may vouch for a name where a policy or a level asks for that
 * @param clock wall-clock time
 * @param random for the order of equal hosts
 * @param secureRandom for TLS and logins
 * @param keyLog where the secrets of each session go: in a laboratory only
 */
public record Seams(
        Network network,
        Lookup lookup,
        StsSource sts,
        TrustAnchors authorities,
        InstantSource clock,
        RandomGenerator random,
        SecureRandom secureRandom,
        Optional<KeyLog> keyLog) {}
