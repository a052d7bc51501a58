package org.hikyaku.capture.tcp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.net.Limit;
import org.jspecify.annotations.Nullable;

/** Sorts segments into connections and each connection's two directions. One thread at a time. */
public final class TcpReassembler {
    /** Each costs some hundred bytes; a flood of half-open connections pushes out the longest silent ones. */
    public static final Limit CONNECTIONS = new Limit("TCP connections followed at a time", 100_000);

    /** Both ends, the lower first, so that both directions meet. */
    private record Key(long aHigh, long aLow, int aPort, long bHigh, long bLow, int bPort) {
        static Key of(Segment s) {
            return sourceFirst(s)
                    ? new Key(
                            s.sourceHigh,
                            s.sourceLow,
                            s.sourcePort,
                            s.destinationHigh,
                            s.destinationLow,
                            s.destinationPort)
                    : new Key(
                            s.destinationHigh,
                            s.destinationLow,
                            s.destinationPort,
                            s.sourceHigh,
                            s.sourceLow,
                            s.sourcePort);
        }

        private static boolean sourceFirst(Segment s) {
            int c = Long.compareUnsigned(s.sourceHigh, s.destinationHigh);
            c = c != 0 ? c : Long.compareUnsigned(s.sourceLow, s.destinationLow);
            c = c != 0 ? c : Integer.compare(s.sourcePort, s.destinationPort);
            return c <= 0;
        }

        // By hand: what the compiler writes for records goes by method handles, and this is asked for every packet.
        @Override
        public int hashCode() {
            long mixed = (aLow ^ Long.rotateLeft(bLow, 17)) * 0x9e3779b97f4a7c15L
                    + (aHigh ^ Long.rotateLeft(bHigh, 17)) * 0xc2b2ae3d27d4eb4fL
                    + ((long) aPort << 16 | bPort) * 0x165667b19e3779f9L;
            return (int) (mixed ^ mixed >>> 32);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key k
                    && k.aPort == aPort
                    && k.bPort == bPort
                    && k.aLow == aLow
                    && k.bLow == bLow
                    && k.aHigh == aHigh
                    && k.bHigh == bHigh;
        }

        boolean is(Segment s) {
            return sourceFirst(s)
                    ? s.sourceLow == aLow
                            && s.destinationLow == bLow
                            && s.sourcePort == aPort
                            && s.destinationPort == bPort
                            && s.sourceHigh == aHigh
                            && s.destinationHigh == bHigh
                    : s.sourceLow == bLow
                            && s.destinationLow == aLow
                            && s.sourcePort == bPort
                            && s.destinationPort == aPort
                            && s.sourceHigh == bHigh
                            && s.destinationHigh == aHigh;
        }
    }

    private final class Flow {
        private final Endpoint client;
        private final Endpoint server;
        private final boolean fromStart;
        private final long firstFrame;
        private final long firstNanos;
        private final HalfStream up = new HalfStream(outlet(Side.CLIENT));
        private final HalfStream down = new HalfStream(outlet(Side.SERVER));
        private long lastFrame;

        /** Made when the first byte comes: a flood of half-open connections costs little. */
        private @Nullable ConnectionSink sinks;

        Flow(Endpoint client, Endpoint server, boolean fromStart, Segment first) {
            this.client = client;
            this.server = server;
            this.fromStart = fromStart;
            this.firstFrame = first.frame;
            this.firstNanos = first.nanos;
        }

        private HalfStream.Outlet outlet(Side side) {
            return new HalfStream.Outlet() {
                @Override
                public StreamSink sink() {
                    return of(side, sinks());
                }

                @Override
                public void ended() {
                    ConnectionSink present = sinks;
                    if (present != null) {
                        of(side, present).end();
                    }
                    if (up.ended() && down.ended()) {
                        sinks = null; // late packets still find the flow, but it holds nothing any more
                    }
                }
            };
        }

        private static StreamSink of(Side side, ConnectionSink sinks) {
            return side == Side.CLIENT ? sinks.fromClient() : sinks.fromServer();
        }

        private ConnectionSink sinks() {
            ConnectionSink present = sinks;
            if (present == null) {
                present = listener.opened(client, server, fromStart, firstFrame, firstNanos);
                sinks = present;
                silent--;
                if (up.ended()) {
                    present.fromClient().end();
                }
                if (down.ended()) {
                    present.fromServer().end();
                }
            }
            return present;
        }

        boolean sentByClient(Segment s) {
            return s.sourcePort == client.port() && s.sourceLow == client.low() && s.sourceHigh == client.high();
        }

        void accept(Segment s) {
            lastFrame = s.frame;
            boolean byClient = sentByClient(s);
            HalfStream sender = byClient ? up : down;
            HalfStream receiver = byClient ? down : up;
            if (s.cut > 0 && !sender.ended()) {
                sinks().cut(s.wire);
            }
            sender.accept(s);
            if (s.has(Segment.ACK)) {
                receiver.acknowledge(s.acknowledgement);
            }
            if (s.has(Segment.RST)) {
                receiver.finish();
            }
        }

        /** The pair of ports is used again: a SYN with another initial sequence number. */
        boolean isOver(Segment s) {
            return s.has(Segment.SYN) && (sentByClient(s) ? up : down).isAnotherSyn(s);
        }

        void finish() {
            up.finish();
            down.finish();
        }
    }

    private final ConnectionListener listener;
    private final Map<Key, Flow> flows = new LinkedHashMap<>(1024, 0.75f, true);
    private @Nullable Key recentKey;
    private @Nullable Flow recent;
    private final int most;
    private long evicted;
    private long silent;

    /** @param listener told of connections when their first byte comes */
    public TcpReassembler(ConnectionListener listener) {
        this(listener, CONNECTIONS.value());
    }

    /** @param most connections followed at a time, of the {@link #CONNECTIONS} of all reassemblers together */
    public TcpReassembler(ConnectionListener listener, long most) {
        this.listener = listener;
        this.most = (int) most;
    }

    /** Connections of which not one byte of data was seen. */
    public long silent() {
        return silent;
    }

    /** Connections that were given up before their end because there were too many at a time. */
    public long evicted() {
        return evicted;
    }

    public void accept(Segment s) {
        if (recent != null && recentKey != null && recentKey.is(s) && !s.has(Segment.SYN)) {
            recent.accept(s);
            return;
        }
        Key key = Key.of(s);
        Flow flow = flows.get(key);
        if (flow != null && flow.isOver(s)) {
            flow.finish();
            flows.remove(key);
            flow = null;
        }
        if (flow == null) {
            if (!s.has(Segment.SYN) && s.length + s.cut == 0) {
                return; // a late acknowledgement or reset of something that we never saw
            }
            flow = open(s);
            flows.put(key, flow);
            makeRoom();
        }
        recentKey = key;
        recent = flow;
        flow.accept(s);
    }

    /** The capture has ended: everything still waiting is given out. */
    public void finish() {
        finish(frame -> {});
    }

    /**
     * The capture has ended: everything still waiting is given out, connection by connection, the one that was silent
     * longest first.
     *
     * @param before told of the last packet of each connection before it is given out
     */
    public void finish(LongConsumer before) {
        List<Flow> all = new ArrayList<>(flows.values());
        flows.clear();
        recent = null;
        recentKey = null;
        all.sort(Comparator.comparingLong(flow -> flow.lastFrame));
        for (Flow flow : all) {
            before.accept(flow.lastFrame);
            flow.finish();
        }
    }

    private Flow open(Segment s) {
        Endpoint source = new Endpoint(s.sourceHigh, s.sourceLow, s.sourcePort);
        Endpoint destination = new Endpoint(s.destinationHigh, s.destinationLow, s.destinationPort);
        boolean syn = s.has(Segment.SYN);
        // Without its SYN: servers have the lower port, nearly always.
        boolean byClient = syn ? !s.has(Segment.ACK) : s.sourcePort >= s.destinationPort;
        Endpoint client = byClient ? source : destination;
        Endpoint server = byClient ? destination : source;
        silent++;
        return new Flow(client, server, syn, s);
    }

    private void makeRoom() {
        if (flows.size() <= most) {
            return;
        }
        Iterator<Flow> eldest = flows.values().iterator();
        Flow flow = eldest.next();
        eldest.remove();
        if (!flow.up.ended() || !flow.down.ended()) {
            evicted++;
        }
        flow.finish();
    }
}
