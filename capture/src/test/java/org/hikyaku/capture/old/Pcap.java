package org.hikyaku.capture.old;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** A capture of raw IPv4 packets (link type 101) of one TCP connection after the other, by the book. */
final class Pcap {
    private static final int MOST = 1400;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int seconds = 1_700_000_000;

    Pcap() {
        out.writeBytes(ByteBuffer.allocate(24)
                .putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(101)
                .array());
    }

    /** Both sides of one connection. */
    final class Tcp {
        private final int port;
        private int client = 1000;
        private int server = 5000;

        Tcp(int port) {
            this.port = port;
            packet(true, 0x02, new byte[0]);
            client++;
            packet(false, 0x12, new byte[0]);
            server++;
            packet(true, 0x10, new byte[0]);
        }

        void send(boolean fromClient, byte[] data) {
            for (int at = 0; at < data.length; at += MOST) {
                byte[] part = java.util.Arrays.copyOfRange(data, at, Math.min(data.length, at + MOST));
                packet(fromClient, 0x18, part);
                if (fromClient) {
                    client += part.length;
                } else {
                    server += part.length;
                }
            }
        }

        void end() {
            packet(true, 0x11, new byte[0]);
            client++;
            packet(false, 0x11, new byte[0]);
            server++;
            packet(true, 0x10, new byte[0]);
        }

        private void packet(boolean fromClient, int flags, byte[] data) {
            int length = 40 + data.length;
            ByteBuffer packet = ByteBuffer.allocate(16 + length);
            packet.putInt(seconds++).putInt(0).putInt(length).putInt(length);
            // IPv4: version and length, no options, do not fragment, TTL 64, TCP, checksum left to the card
            packet.putShort((short) 0x4500)
                    .putShort((short) length)
                    .putInt(0x00004000)
                    .putInt(0x40060000);
            packet.putInt(fromClient ? 0xc0000201 : 0xc0000202).putInt(fromClient ? 0xc0000202 : 0xc0000201);
            packet.putShort((short) (fromClient ? port : 443)).putShort((short) (fromClient ? 443 : port));
            packet.putInt(fromClient ? client : server).putInt(fromClient ? server : client);
            packet.putShort((short) (0x5000 | flags)).putShort((short) 0xffff).putInt(0);
            packet.put(data);
            out.writeBytes(packet.array());
        }
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
