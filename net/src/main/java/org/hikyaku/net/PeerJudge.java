package org.hikyaku.net;

import java.util.List;
import java.util.Optional;

/** Decides whether the server that was reached is the one that was meant. */
@FunctionalInterface
public interface PeerJudge {

    /**
     * Asked when the handshake is complete and before anything is sent inside it.
     *
     * @param host the host that was asked for
     * @param derChain the certificates as sent, server first, DER
     * @return why this server must not be talked to, as a sentence; empty when it may
     */
    Optional<String> objection(String host, List<byte[]> derChain);
}
