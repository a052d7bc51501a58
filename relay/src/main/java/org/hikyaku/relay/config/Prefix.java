package org.hikyaku.relay.config;

import java.net.InetAddress;

/**
 * A network: all addresses that begin with the same bits.
 *
 * @param address any address of it
 * @param length how many bits, 0 to 32 or 128
 */
public record Prefix(InetAddress address, int length) {

    public Prefix {
        if (length < 0 || length > address.getAddress().length * 8) {
            throw new IllegalArgumentException("/" + length + " does not fit " + address.getHostAddress());
        }
    }

    /** @throws IllegalArgumentException says what is wrong */
    static Prefix parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + host + "\" is no IP address", e);
        }
        if (slash < 0) {
            return new Prefix(address, address.getAddress().length * 8);
        }
        String bits = text.substring(slash + 1);
        if (bits.isEmpty() || bits.length() > 3 || !bits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("\"/" + bits + "\" is no length of a network");
        }
        return new Prefix(address, Integer.parseInt(bits));
    }

    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < length; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
