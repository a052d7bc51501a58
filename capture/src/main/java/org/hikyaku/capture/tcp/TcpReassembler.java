package org.hikyaku.capture.tcp;

import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.net.Limit;
import org.jspecify.annotations.Nullable;

/** Sorts segments into connections and each connection's two directions. One thread at a time. */
public final class TcpReassembler {
    /**
     * Each costs some hundred bytes, with TLS begun three thousand, and may hold a record: so there are fewer in a small heap. A flood of
     * half-open connections pushes out the longest silent ones.
     */
    public static final Limit CONNECTIONS =
            new Limit("TCP connections followed at a time", Math.min(100_000, heap() >> 15));

    /** Late packets of many connections may together be more than a heap holds. */
    static final Limit WAITING =
            new Limit("bytes of all TCP streams waiting for missing segments", Math.min(256 << 20, heap() >> 3));

    private static long heap() {
        return Runtime.getRuntime().maxMemory();
    }

    private final class Flow {
        private final Endpoint client;
        private final Endpoint server;
        private final boolean fromStart;
        private final long firstFrame;
        private final long firstNanos;
        private final HalfStream up = new HalfStream(outlet(Side.CLIENT), waiting);
        private final HalfStream down = new HalfStream(outlet(Side.SERVER), waiting);
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
    private final FlowTable<Flow> flows = new FlowTable<>();
    private final int most;
    private final WaitingBytes waiting;
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
        this.waiting = new WaitingBytes(WAITING.value() * most / CONNECTIONS.value());
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
        Flow flow = flows.find(s);
        if (flow != null && flow.isOver(s)) {
            flow.finish();
            flows.remove(s);
            flow = null;
        }
        if (flow == null) {
            if (!s.has(Segment.SYN) && s.length + s.cut == 0) {
                return; // a late acknowledgement or reset of something that we never saw
            }
            flow = open(s);
            flows.add(s, flow);
            makeRoom();
        }
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
        List<Flow> all = flows.removeAll();
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
        Flow flow = flows.removeOldest();
        if (flow == null) {
            return;
        }
        if (!flow.up.ended() || !flow.down.ended()) {
            evicted++;
        }
        flow.finish();
    }
}
