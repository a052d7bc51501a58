package org.hikyaku.tls;

import java.io.IOException;

/**
 * Takes the secrets of sessions, so that Wireshark or {@code hikyaku decode} can decrypt what was captured. Whoever has
 * them reads the session: they go only where a person asked for them to go. Called by the thread of each session.
 */
@FunctionalInterface
public interface KeyLog {
    /** TLS 1.0 to 1.2: the master secret. */
    String MASTER_SECRET = "CLIENT_RANDOM";

    String CLIENT_HANDSHAKE = "CLIENT_HANDSHAKE_TRAFFIC_SECRET";
    String SERVER_HANDSHAKE = "SERVER_HANDSHAKE_TRAFFIC_SECRET";
    String CLIENT_TRAFFIC = "CLIENT_TRAFFIC_SECRET_0";
    String SERVER_TRAFFIC = "SERVER_TRAFFIC_SECRET_0";
    String EXPORTER = "EXPORTER_SECRET";

    /**
     * One secret.
     *
     * @param label one of the labels of RFC 9850 section 2
     * @param clientRandom 32 bytes that name the session
     */
    void secret(String label, byte[] clientRandom, byte[] secret) throws IOException;
}
