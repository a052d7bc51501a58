package org.hikyaku.capture.file;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes pcapng (draft-ietf-opsawg-pcapng) block by block as it comes: one section, little endian, times in nanoseconds,
 * TLS secrets in Decryption Secrets Blocks. Readers take a secret for the packets behind it only, so write secrets first
 * where they are known first. Safe for several threads; each block is written whole.
 */
public final class PcapNgWriter implements Closeable {
    /** LINKTYPE_ETHERNET of the tcpdump.org registry. */
    public static final int ETHERNET = 1;

    private static final int INTERFACE = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int SECRETS = 10;
    private static final int TLS_KEY_LOG = 0x544c534b;
    private static final int OPTION_COMMENT = 1;
    private static final int OPTION_INTERFACE_NAME = 2;
    private static final int OPTION_APPLICATION = 4;
    private static final int OPTION_RESOLUTION = 9;
    private static final byte NANOSECONDS = 9;

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock(); // blocks of several threads must not mix
    private ByteBuffer block = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
    private int interfaces;
    private boolean options;

    /**
     * Begins a section.
     *
     * @param application who writes, such as {@code hikyaku decode}; it stands in the section's header
     */
    public PcapNgWriter(OutputStream out, String application) throws IOException {
        this.out = out;
        begin(PcapNgReader.SECTION_HEADER);
        block.putInt(0x1a2b3c4d)
                .putShort((short) 1)
                .putShort((short) 0)
                .putLong(-1); // length of the section: not known, as it streams
        option(OPTION_APPLICATION, application.getBytes(StandardCharsets.UTF_8));
        end();
    }

    /**
     * Makes or overwrites a file.
     *
     * @param secrets whether secrets will stand in it; then nobody but its owner may read it, where the file system knows
     *     permissions
     */
    public static PcapNgWriter create(Path file, String application, boolean secrets) throws IOException {
        OutputStream stream = secrets ? OwnerOnlyFile.create(file) : Files.newOutputStream(file);
        return new PcapNgWriter(new BufferedOutputStream(stream, 1 << 16), application);
    }

    /**
     * Adds an interface that packets come through.
     *
     * @param linkType LINKTYPE_ value of the tcpdump.org registry
     * @param snapLength most bytes that a packet of it holds; 0 when there is no bound
     * @param name such as {@code eth0}; left out when empty
     * @return its number, for {@link #packet}
     */
    public int addInterface(int linkType, int snapLength, String name) throws IOException {
        lock.lock();
        try {
            begin(INTERFACE);
            block.putShort((short) linkType).putShort((short) 0).putInt(snapLength);
            if (!name.isEmpty()) {
                option(OPTION_INTERFACE_NAME, name.getBytes(StandardCharsets.UTF_8));
            }
            option(OPTION_RESOLUTION, new byte[] {NANOSECONDS});
            end();
            return interfaces++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes a packet.
     *
     * @param number of the interface
     * @param nanos its time in nanoseconds since 1970-01-01 UTC
     * @param original bytes that it had on the wire, at least {@code length}
     */
    public void packet(int number, long nanos, byte[] data, int offset, int length, long original) throws IOException {
        packet(number, nanos, data, offset, length, original, "");
    }

    /** As {@link #packet(int, long, byte[], int, int, long)}, with a comment beside it unless that is empty. */
    public void packet(int number, long nanos, byte[] data, int offset, int length, long original, String comment)
            throws IOException {
        lock.lock();
        try {
            if (number < 0 || number >= interfaces) {
                throw new IllegalArgumentException("there is no interface " + number);
            }
            begin(ENHANCED_PACKET);
            room(length + 32);
            block.putInt(number)
                    .putInt((int) (nanos >>> 32))
                    .putInt((int) nanos)
                    .putInt(length)
                    .putInt((int) original)
                    .put(data, offset, length);
            pad();
            if (!comment.isEmpty()) {
                option(OPTION_COMMENT, comment.getBytes(StandardCharsets.UTF_8));
            }
            end();
        } finally {
            lock.unlock();
        }
    }

    /** Writes lines of a TLS key log (RFC 9850) as a Decryption Secrets Block. */
    public void keyLog(byte[] lines) throws IOException {
        lock.lock();
        try {
            begin(SECRETS);
            room(lines.length + 16);
            block.putInt(TLS_KEY_LOG).putInt(lines.length).put(lines);
            pad();
            end();
        } finally {
            lock.unlock();
        }
    }

    private void begin(int type) {
        block.clear();
        block.putInt(type).putInt(0);
    }

    private void option(int code, byte[] value) {
        int length = Math.min(value.length, 0xffff);
        room(length + 16);
        block.putShort((short) code).putShort((short) length).put(value, 0, length);
        pad();
        options = true;
    }

    private void pad() {
        while ((block.position() & 3) != 0) {
            block.put((byte) 0);
        }
    }

    private void end() throws IOException {
        if (options) {
            room(8);
            block.putInt(0); // end of options
            options = false;
        }
        int length = block.position() + 4;
        block.putInt(length).putInt(4, length);
        out.write(block.array(), 0, length);
    }

    /** Makes so many bytes fit, and the padding and length behind them. */
    private void room(int bytes) {
        if (block.remaining() < bytes + 16) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(block.capacity() * 2, block.position() + bytes + 64))
                    .order(ByteOrder.LITTLE_ENDIAN);
            block = larger.put(block.flip());
        }
    }

    /** Hands on what is buffered. */
    public void flush() throws IOException {
        lock.lock();
        try {
            out.flush();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            out.close();
        } finally {
            lock.unlock();
        }
    }
}
