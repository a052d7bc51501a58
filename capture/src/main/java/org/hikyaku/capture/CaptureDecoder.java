package org.hikyaku.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.Packet;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.capture.ip.SegmentReader;
import org.hikyaku.capture.tcp.TcpReassembler;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.TlsConversation;

/** Reads a capture to its end and tells a {@link DecodeListener} what was said on each connection. */
public final class CaptureDecoder {
    private final KeyFinder finder;
    private final DecodeListener listener;
    private final byte[] scratch = new byte[TlsConversation.SCRATCH];
    private final List<String> warnings = new ArrayList<>();
    private int connections;
    private long packets;
    private long cutPackets;
    private long longest;
    private long damaged;
    private long unknownLinks;

    public CaptureDecoder(KeyFinder finder, DecodeListener listener) {
        this.finder = finder;
        this.listener = listener;
    }

    /**
     * Decodes all packets.
     *
     * @throws IOException when the capture cannot be read any further
     */
    public void decode(CaptureReader reader) throws IOException {
        Packet packet = new Packet();
        Segment segment = new Segment();
        SegmentReader segments = new SegmentReader();
        TcpReassembler tcp = new TcpReassembler((client, server, fromStart, frame, nanos) -> {
            Connection connection = new Connection(++connections, client, server, fromStart, frame, nanos);
            return new ConnectionDecoder(connection, listener.opened(connection), finder, scratch);
        });
        try {
            while (reader.next(packet)) {
                packets++;
                if (packet.captured < packet.original) {
                    cutPackets++;
                    longest = Math.max(longest, packet.original);
                }
                switch (segments.read(packet, segment)) {
                    case SEGMENT -> tcp.accept(segment);
                    case DAMAGED -> damaged++;
                    case UNKNOWN_LINK_TYPE -> unknownLinks++;
                    case OTHER, FRAGMENT -> {} // nothing for us, or not yet
                }
            }
        } finally {
            tcp.finish();
            warnings.addAll(reader.warnings());
            warn(tcp, segments, packet.linkType);
        }
    }

    private void warn(TcpReassembler tcp, SegmentReader segments, int linkType) {
        if (cutPackets > 0) {
            warnings.add(cutPackets + " packets were cut by the snapshot length; " + longest
                    + " bytes would have been enough (tcpdump -s 0 captures whole packets)");
        }
        if (unknownLinks > 0) {
            warnings.add(unknownLinks + " packets have a link type that is not understood (the last: LINKTYPE "
                    + linkType + ")");
        }
        if (damaged > 0) {
            warnings.add(damaged + " packets have IP or TCP headers that are cut or make no sense");
        }
        if (segments.fragmentsDropped() > 0) {
            warnings.add(
                    segments.fragmentsDropped() + " IP fragments were dropped: the rest never came, or they overlap");
        }
        if (tcp.evicted() > 0) {
            warnings.add(tcp.evicted() + " connections were given up before their end, because of the limit of "
                    + TcpReassembler.CONNECTIONS.value() + " " + TcpReassembler.CONNECTIONS.name());
        }
    }

    public long packets() {
        return packets;
    }

    public int connections() {
        return connections;
    }

    /** What was noticed, a sentence each; complete after {@link #decode}. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
