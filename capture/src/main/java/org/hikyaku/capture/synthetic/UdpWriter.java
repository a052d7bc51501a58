package org.hikyaku.capture.synthetic;

import java.io.IOException;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;

/**
 * Writes what two sides said as UDP datagrams: Ethernet frames with IPv4 or IPv6 and all checksums right. Not safe for
 * several threads; several writers may share one {@link PcapNgWriter}.
 */
public final class UdpWriter {
    private final PcapNgWriter to;
    private final int interfaceNumber;
    private final Packets packets;

    /** @param interfaceNumber of an interface of type {@link PcapNgWriter#ETHERNET} */
    public UdpWriter(PcapNgWriter to, int interfaceNumber, Endpoint client, Endpoint server) {
        this.to = to;
        this.interfaceNumber = interfaceNumber;
        this.packets = new Packets(client, server);
    }

    /** One datagram of this side; it is not cut into fragments, whatever its length. */
    public void datagram(Side sender, byte[] data, long nanos) throws IOException {
        byte[] packet = packets.datagram(sender, data);
        to.packet(interfaceNumber, nanos, packet, 0, packet.length, packet.length);
    }
}
