package org.hikyaku.capture;

import java.util.Optional;
import java.util.OptionalLong;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.TlsReport;
import org.jspecify.annotations.Nullable;

/** One TCP connection of a capture. Filled in while it passes. */
public final class Connection {
    int number;
    private final Endpoint client;
    private final Endpoint server;
    private final boolean fromStart;
    private final long firstFrame;
    private final long nanos;
    long clientPlain;
    long serverPlain;
    long lostInClear;
    boolean cut;
    long longestCut;

    @Nullable
    TlsReport tls;

    Connection(Endpoint client, Endpoint server, boolean fromStart, long firstFrame, long nanos) {
        this.client = client;
        this.server = server;
        this.fromStart = fromStart;
        this.firstFrame = firstFrame;
        this.nanos = nanos;
    }

    /** From 1, in the order in which connections carry their first byte. */
    public int number() {
        return number;
    }

    public Endpoint client() {
        return client;
    }

    public Endpoint server() {
        return server;
    }

    /** Whether the capture holds its beginning. */
    public boolean fromStart() {
        return fromStart;
    }

    /** Number of its first packet, from 1. */
    public long firstFrame() {
        return firstFrame;
    }

    /** Time of its first packet, in nanoseconds since 1970-01-01 UTC. */
    public long nanos() {
        return nanos;
    }

    /** Bytes sent in clear: all of them without TLS, those before it with STARTTLS. */
    public long clearBytes(Side side) {
        return side == Side.CLIENT ? clientPlain : serverPlain;
    }

    /** Bytes missing from what was sent in clear. */
    public long lostInClear() {
        return lostInClear;
    }

    /** The snapshot length that would have held all packets of it; empty when none was cut. */
    public OptionalLong neededSnapshotLength() {
        return longestCut > 0 ? OptionalLong.of(longestCut) : OptionalLong.empty();
    }

    /** Present when TLS was found. */
    public Optional<TlsReport> tls() {
        return Optional.ofNullable(tls);
    }

    /** Whether TLS began only after something had been said in clear. */
    public boolean startTls() {
        return tls != null && clientPlain + serverPlain > 0;
    }
}
