package org.hikyaku.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Hands out addresses in order from the blocks that are set aside for examples (RFC 5737, RFC 3849), and when these are
 * used up from the block for benchmarks (RFC 2544: 198.18.0.0/15). Or, where these cannot be had, from the loopback
 * network: 127.25.0.1 and what follows; IPv6 addresses stay as they are, for there is one loopback address alone.
 */
final class LabAddresses {
    private static final int PER_BLOCK = 254;
    private static final byte[][] BLOCKS = {
        {(byte) 192, 0, 2}, {(byte) 198, 51, 100}, {(byte) 203, 0, 113},
    };

    private final boolean loopback;
    private int v4;
    private int v6;

    LabAddresses(boolean loopback) {
        this.loopback = loopback;
    }

    InetAddress nextV4() {
        int block = v4 / PER_BLOCK;
        byte last = (byte) (v4 % PER_BLOCK + 1);
        v4++;
        if (loopback) {
            return address(new byte[] {127, 25, (byte) block, last});
        }
        if (block < BLOCKS.length) {
            return address(new byte[] {BLOCKS[block][0], BLOCKS[block][1], BLOCKS[block][2], last});
        }
        int more = block - BLOCKS.length;
        return address(new byte[] {(byte) 198, (byte) (18 + more / 256), (byte) more, last});
    }

    InetAddress nextV6() {
        v6++;
        byte[] bytes = new byte[16];
        bytes[0] = 0x20;
        bytes[1] = 0x01;
        bytes[2] = 0x0d;
        bytes[3] = (byte) 0xb8;
        bytes[14] = (byte) (v6 >> 8);
        bytes[15] = (byte) v6;
        return address(bytes);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
