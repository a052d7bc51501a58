package org.hikyaku.relay.filter;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.net.Limit;

/**
 * What a filter says: a letter, and bytes whose meaning the letter decides.
 *
 * @param command the letter
 * @param data not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // as it came, and not changed
record Packet(char command, byte[] data) {
    /** Filters send a body in pieces of 64 KiB; some send more at once. */
    static final Limit SIZE = new Limit("bytes in a packet of a filter", 1L << 20);

    /** @throws FilterException when what comes is no packet */
    static Packet read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int length;
        try {
            length = data.readInt();
        } catch (EOFException e) {
            throw new FilterException("it hung up", e);
        }
        if (length < 1 || length > SIZE.value()) {
            throw new FilterException("it sent a packet of " + Integer.toUnsignedString(length)
                    + " bytes; at least 1 and at most the limit of " + SIZE.value() + " " + SIZE.name() + " are right");
        }
        byte[] bytes = new byte[length - 1];
        try {
            int command = data.readUnsignedByte();
            data.readFully(bytes);
            return new Packet((char) command, bytes);
        } catch (EOFException e) {
            throw new FilterException("it hung up in the middle of a packet", e);
        }
    }

    /** A number of four bytes at this place. */
    int number(int at) throws FilterException {
        if (data.length < at + 4) {
            throw wrong();
        }
        return (data[at] & 0xff) << 24 | (data[at + 1] & 0xff) << 16 | (data[at + 2] & 0xff) << 8 | data[at + 3] & 0xff;
    }

    /** Texts, each ended by a zero byte, from this place to the end; at least so many. */
    List<String> texts(int from, int least) throws FilterException {
        List<String> texts = new ArrayList<>();
        int start = from;
        for (int i = from; i < data.length; i++) {
            if (data[i] == 0) {
                texts.add(new String(data, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        if (start != data.length || texts.size() < least) {
            throw wrong();
        }
        return texts;
    }

    FilterException wrong() {
        return new FilterException("its answer '" + printable(command) + "' with " + data.length
                + " bytes is not as the milter protocol has it");
    }

    static String printable(char c) {
        return c >= ' ' && c <= '~' ? String.valueOf(c) : String.format("\\x%02x", (int) c);
    }
}
