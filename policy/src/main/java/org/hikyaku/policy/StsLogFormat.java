package org.hikyaku.policy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.xbill.DNS.Name;

/**
 * The bytes of the policy store, all numbers big-endian.
 *
 * <pre>
 * header: "HIKYSTS" (7 bytes), version 1 (1 byte)
 * entry:  length of the payload (4 bytes), CRC32C over that length and the payload (4 bytes), payload
 * payload: kind 1 (1 byte), fetched (8 bytes, Unix seconds), length of domain (1), domain in wire form,
 *          length of id (1), id in ASCII, policy text as served (the rest)
 * </pre>
 */
final class StsLogFormat {
    static final int HEADER_LENGTH = 8;
    private static final byte[] MAGIC = "HIKYSTS".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final byte POLICY = 1;
    private static final int FRAME = 8;
    private static final int LEAST_PAYLOAD = 1 + 8 + 1 + 1;
    private static final int SEARCH_WINDOW = 1 << 16;
    private static final int LARGEST_PAYLOAD = LEAST_PAYLOAD + 255 + 255 + (int) StsPolicyParser.MAX_SIZE.value();

    private StsLogFormat() {}

    /**
     * One whole entry and how many bytes of the file it takes.
     *
     * @param policy empty when the entry is whole and yet of no use here: of another kind, or with a text that is not
     *     taken any more
     */
    record Entry(Optional<StoredPolicy> policy, int length) {}

    static ByteBuffer header() {
        return ByteBuffer.allocate(HEADER_LENGTH).put(MAGIC).put(VERSION).flip();
    }

    static void checkHeader(Path file, ByteBuffer header) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        header.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IOException("The file " + file + " is no MTA-STS store; name another file or move it away.");
        }
        byte version = header.get();
        if (version != VERSION) {
            throw new IOException("The MTA-STS store " + file + " has format " + version
                    + "; this program reads format " + VERSION + ".");
        }
    }

    static int length(StoredPolicy policy) {
        return FRAME + LEAST_PAYLOAD + policy.domain().length() + policy.id().length() + policy.body().length;
    }

    static ByteBuffer entry(StoredPolicy policy) {
        byte[] domain = policy.domain().toWire();
        byte[] id = policy.id().getBytes(StandardCharsets.US_ASCII);
        byte[] body = policy.body();
        int payload = LEAST_PAYLOAD + domain.length + id.length + body.length;
        if (id.length > 255 || payload > LARGEST_PAYLOAD) {
            throw new IllegalArgumentException("too large for the MTA-STS store: " + policy);
        }
        ByteBuffer entry = ByteBuffer.allocate(FRAME + payload);
        entry.putInt(payload).putInt(0).put(POLICY).putLong(policy.fetched().getEpochSecond());
        entry.put((byte) domain.length)
                .put(domain)
                .put((byte) id.length)
                .put(id)
                .put(body);
        entry.putInt(4, checksum(payload, entry.array(), FRAME, payload));
        return entry.flip();
    }

    /** The entry at this place; empty when there is no whole one. */
    static Optional<Entry> readEntry(FileChannel channel, long position) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(FRAME);
        if (!fill(channel, position, frame)) {
            return Optional.empty();
        }
        int length = frame.getInt(0);
        int expected = frame.getInt(Integer.BYTES);
        if (!isLength(length)) {
            return Optional.empty();
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        if (!fill(channel, position + FRAME, payload) || checksum(length, payload.array(), 0, length) != expected) {
            return Optional.empty();
        }
        return Optional.of(new Entry(policy(payload.flip()), FRAME + length));
    }

    private static boolean isLength(int length) {
        return length >= LEAST_PAYLOAD && length <= LARGEST_PAYLOAD;
    }

    /** Where the first whole entry at or behind this place begins; empty when there is none. */
    static OptionalLong nextEntry(FileChannel channel, long from) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(SEARCH_WINDOW);
        for (long start = from; start + FRAME <= channel.size(); start += SEARCH_WINDOW - FRAME + 1) {
            window.clear();
            var _ = fill(channel, start, window); // the last window is not full
            for (int i = 0; i + FRAME <= window.position(); i++) {
                if (isLength(window.getInt(i)) && readEntry(channel, start + i).isPresent()) {
                    return OptionalLong.of(start + i);
                }
            }
        }
        return OptionalLong.empty();
    }

    private static boolean fill(FileChannel channel, long position, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<StoredPolicy> policy(ByteBuffer payload) {
        if (payload.get() != POLICY) {
            return Optional.empty();
        }
        long fetched = payload.getLong();
        byte[] domain = bytes(payload);
        byte[] id = bytes(payload);
        byte[] body = new byte[payload.remaining()];
        payload.get(body);
        try {
            return Optional.of(StoredPolicy.of(
                    new Name(domain), new String(id, StandardCharsets.US_ASCII), Instant.ofEpochSecond(fetched), body));
        } catch (IOException | StsFormatException e) {
            return Optional.empty();
        }
    }

    /** The checksum has held, so lengths are as they were written. */
    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.get() & 0xff];
        payload.get(bytes);
        return bytes;
    }

    private static int checksum(int length, byte[] bytes, int offset, int count) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(4).putInt(length).flip());
        crc.update(bytes, offset, count);
        return (int) crc.getValue();
    }
}
