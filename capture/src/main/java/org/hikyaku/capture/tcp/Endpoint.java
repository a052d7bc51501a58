package org.hikyaku.capture.tcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.hikyaku.net.Addresses;

/**
 * One end of a connection.
 *
 * @param high upper half of the address
 * @param low lower half of the address; IPv4 as IPv4-mapped IPv6
 * @param port TCP port
 */
public record Endpoint(long high, long low, int port) {

    /** The end of a socket; its address must be resolved. */
    public static Endpoint of(InetSocketAddress socket) {
        byte[] address = socket.getAddress().getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(address);
        return address.length == 4
                ? new Endpoint(0, 0xffff_0000_0000L | bytes.getInt() & 0xffff_ffffL, socket.getPort())
                : new Endpoint(bytes.getLong(), bytes.getLong(), socket.getPort());
    }

    /** The address, IPv4 where it is one. */
    public InetAddress address() {
        try {
            // Sixteen bytes that hold an IPv4-mapped address give an Inet4Address.
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(16).putLong(high).putLong(low).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are an address", e);
        }
    }

    @Override
    public String toString() {
        if (high != 0 || low >>> 32 != 0xffff) {
            return Addresses.text(new InetSocketAddress(address(), port));
        }
        StringBuilder text = new StringBuilder(21); // by hand: two for each connection that is listed
        for (int shift = 24; shift >= 0; shift -= 8) {
            text.append((int) (low >>> shift) & 0xff).append(shift > 0 ? '.' : ':');
        }
        return text.append(port).toString();
    }
}
