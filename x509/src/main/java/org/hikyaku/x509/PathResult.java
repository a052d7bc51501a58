package org.hikyaku.x509;

import java.util.List;

/** What a search for a path from a server's certificate to a trust anchor came to. */
public sealed interface PathResult {

    /**
     * A path holds.
     *
     * @param path server certificate first; the anchor's certificate last, unless the anchor is a bare key
     */
    record Trusted(List<Certificate> path) implements PathResult {
        public Trusted {
            path = List.copyOf(path);
        }
    }

    /**
     * None holds.
     *
     * @param fault the most useful reason: that of the path that came furthest
     * @param sentence which certificate, and what about it
     */
    record Untrusted(Fault fault, String sentence) implements PathResult {}
}
