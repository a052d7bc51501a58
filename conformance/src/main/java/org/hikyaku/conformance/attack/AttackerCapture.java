package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.KeyLog;

/**
 * All that the attacker has: what went over the wires that he sits on, the secrets of the TLS sessions that ended at him, and
 * the mails that his own servers took. He has the secrets of no other session. Safe for several threads.
 */
public final class AttackerCapture implements KeyLog {
    private static final String APPLICATION = "hikyaku lab attack";

    private final Queue<Wire> wires = new ConcurrentLinkedQueue<>();
    private final Queue<String> secrets = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> mails = new ConcurrentLinkedQueue<>();

    /** A wire that he taps from now on. */
    void tap(Wire wire) {
        wires.add(wire);
    }

    /** A mail that a server of his took. */
    void took(byte[] mail) {
        mails.add(mail);
    }

    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) {
        HexFormat hex = HexFormat.of();
        secrets.add(label + " " + hex.formatHex(clientRandom) + " " + hex.formatHex(secret));
    }

    /** Whether he can read this word: in clear on a wire, or in a mail that his own server took. */
    public boolean canRead(String word) {
        return wires.stream().anyMatch(w -> holds(w.sentBy(Side.CLIENT), word) || holds(w.sentBy(Side.SERVER), word))
                || wasTaken(word);
    }

    /** Whether a mail with this word in it was taken by his own server. */
    public boolean wasTaken(String word) {
        return mails.stream().anyMatch(m -> holds(m, word));
    }

    static boolean holds(byte[] bytes, String word) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(word);
    }

    /** Connections that went through his hands. */
    public int connections() {
        return wires.size();
    }

    /** Secrets of his own TLS sessions, as lines of a key log (RFC 9850). */
    public List<String> keyLog() {
        return List.copyOf(secrets);
    }

    /** Writes it to a file as pcapng; when there are secrets in it, only its owner may read it. */
    public void writeTo(Path file) throws IOException {
        try (PcapNgWriter out = PcapNgWriter.create(file, APPLICATION, !secrets.isEmpty())) {
            writeTo(out);
        }
    }

    /** Writes it as pcapng. */
    public void writeTo(OutputStream to) throws IOException {
        PcapNgWriter out = new PcapNgWriter(to, APPLICATION);
        writeTo(out);
        out.flush();
    }

    /** The secrets that he has come first, so that every reader takes them for what follows. */
    private void writeTo(PcapNgWriter out) throws IOException {
        if (!secrets.isEmpty()) {
            out.keyLog((String.join("\n", secrets) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        Map<Wire.Leg, Integer> interfaces = new EnumMap<>(Wire.Leg.class);
        for (Wire.Leg leg : Wire.Leg.values()) {
            interfaces.put(leg, out.addInterface(PcapNgWriter.ETHERNET, 0, leg.title()));
        }
        record Timed(Wire wire, Wire.Chunk chunk) {}
        Map<Wire, TcpWriter> connections = new HashMap<>();
        List<Timed> all = new ArrayList<>();
        long end = 0;
        for (Wire wire : wires) {
            for (Wire.Chunk chunk : wire.chunks()) {
                all.add(new Timed(wire, chunk));
                end = Math.max(end, chunk.nanos());
            }
        }
        all.sort(Comparator.comparingLong(t -> t.chunk().nanos()));
        for (Timed timed : all) {
            Wire wire = timed.wire();
            TcpWriter connection = connections.get(wire);
            if (connection == null) {
                connection = new TcpWriter(
                        out,
                        interfaces.getOrDefault(wire.leg(), 0),
                        Endpoint.of(wire.client()),
                        Endpoint.of(wire.server()));
                connection.open(Math.min(wire.opened(), timed.chunk().nanos()));
                connections.put(wire, connection);
            }
            byte[] bytes = timed.chunk().bytes();
            connection.data(
                    timed.chunk().side(), bytes, 0, bytes.length, timed.chunk().nanos());
        }
        for (Wire wire : wires) {
            TcpWriter connection = connections.get(wire);
            if (connection != null) {
                connection.close(end);
            }
        }
    }
}
