package org.hikyaku.cli;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.file.CaptureCopy;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.capture.ip.SegmentReader;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tls.TlsReport;

/**
 * Writes a capture again with the secrets that opened it in front: those of the connections that were asked for, and
 * when not all were, only their packets.
 */
final class SecretCapture {
    private record Ends(Endpoint a, Endpoint b) {}

    private final boolean everything;
    private final Set<String> lines = new LinkedHashSet<>();
    private final Set<Ends> chosen = new HashSet<>();
    private final Set<Endpoint> hosts = new HashSet<>();

    /** @param everything whether packets of no TCP connection are wanted as well */
    SecretCapture(boolean everything) {
        this.everything = everything;
    }

    /** A connection that was asked for has ended. */
    void add(Connection connection) {
        connection.tls().map(TlsReport::usedSecrets).ifPresent(lines::addAll);
        if (!everything) {
            chosen.add(new Ends(connection.client(), connection.server()));
            hosts.add(host(connection.client()));
            hosts.add(host(connection.server()));
        }
    }

    /** Secrets to be written. */
    int secrets() {
        return lines.size();
    }

    private static Endpoint host(Endpoint end) {
        return new Endpoint(end.high(), end.low(), 0);
    }

    /** What copies the capture so, when all connections have ended. */
    CaptureCopy copy() {
        if (everything) {
            return CaptureCopy.whole(lines);
        }
        Segment segment = new Segment();
        SegmentReader segments = new SegmentReader();
        return CaptureCopy.of(packet -> isChosen(segments.read(packet, segment), segment), lines);
    }

    private boolean isChosen(SegmentReader.Found found, Segment s) {
        return switch (found) {
            case SEGMENT -> {
                Endpoint source = new Endpoint(s.sourceHigh, s.sourceLow, s.sourcePort);
                Endpoint destination = new Endpoint(s.destinationHigh, s.destinationLow, s.destinationPort);
                yield chosen.contains(new Ends(source, destination)) || chosen.contains(new Ends(destination, source));
            }
            // The ports stand in one of them only.
            case FRAGMENT ->
                hosts.containsAll(List.of(
                        new Endpoint(s.sourceHigh, s.sourceLow, 0),
                        new Endpoint(s.destinationHigh, s.destinationLow, 0)));
            case OTHER, DAMAGED, UNKNOWN_LINK_TYPE -> false;
        };
    }
}
