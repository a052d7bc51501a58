package org.hikyaku.relay.queue;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A segment that has the content of one large mail, so that it can be deleted with that mail: the letters {@code HIKYAKUB}, the
 * version, zeros, the mail's id, then blocks, each with its length, its CRC32C and its bytes.
 */
final class BodyFile implements Closeable {
    /** Bytes of content in a block: 64 KiB. */
    static final int MOST_BLOCK = 64 << 10;

    private static final String SUFFIX = ".body";
    private static final long MAGIC = 0x48494B59414B5542L; // HIKYAKUB
    private static final int HEAD = 24;
    private static final int BLOCK_HEAD = 8;

    private final DurableFile file;
    private final CRC32C sum = new CRC32C();
    private final ByteBuffer head = ByteBuffer.allocate(HEAD);

    private BodyFile(DurableFile file) {
        this.file = file;
    }

    static String name(QueueId id) {
        return id + SUFFIX;
    }

    /** Whose content a file of this name is. */
    static Optional<QueueId> owner(String name) {
        return name.endsWith(SUFFIX)
                ? QueueId.parse(name.substring(0, name.length() - SUFFIX.length()))
                : Optional.empty();
    }

    /** Begins one. */
    static BodyFile create(QueueFiles files, QueueId id) throws IOException {
        BodyFile body = new BodyFile(files.create(name(id), QueueFiles.Forcing.ON_DEMAND));
        body.head.putLong(MAGIC).putInt(SegmentHead.VERSION).putInt(0).putLong(id.number());
        body.file.append(new ByteBuffer[] {body.head.flip()}, 1);
        return body;
    }

    /** Writes the rest of the buffer as one block, at most {@link #MOST_BLOCK} bytes. */
    void write(ByteBuffer block) throws IOException {
        sum.reset();
        sum.update(block.duplicate());
        head.clear().putInt(block.remaining()).putInt((int) sum.getValue()).flip();
        file.append(new ByteBuffer[] {head, block}, 2);
    }

    void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /**
     * Reads the content.
     *
     * @param size how many bytes it has
     */
    static InputStream read(QueueFiles files, QueueId id, long size) throws IOException {
        DurableFile file = files.open(name(id));
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        try {
            file.read(head, 0);
            if (head.hasRemaining()
                    || head.getLong(0) != MAGIC
                    || head.getInt(8) != SegmentHead.VERSION
                    || head.getLong(16) != id.number()) {
                throw new DamagedRecordException("its file does not begin as it should");
            }
            return new Blocks(file, size);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Gives bytes out only when their block is sound. */
    private static final class Blocks extends InputStream {
        private final DurableFile file;
        private final ByteBuffer head = ByteBuffer.allocate(BLOCK_HEAD);
        private final ByteBuffer block = ByteBuffer.allocate(MOST_BLOCK).limit(0);
        private long left;
        private long at = HEAD;

        Blocks(DurableFile file, long size) {
            this.file = file;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            return fill() ? block.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, block.remaining());
            block.get(bytes, offset, count);
            return count;
        }

        private boolean fill() throws IOException {
            if (block.hasRemaining()) {
                return true;
            }
            if (left == 0) {
                return false;
            }
            file.read(head.clear(), at);
            int length = head.getInt(0);
            if (head.hasRemaining() || length <= 0 || length > MOST_BLOCK || length > left) {
                throw new DamagedRecordException("no block begins at byte " + at + " of its file");
            }
            file.read(block.clear().limit(length), at + BLOCK_HEAD);
            if (block.hasRemaining() || !LogRecord.matches(block.flip(), head.getInt(4))) {
                block.limit(0);
                throw new DamagedRecordException("the block at byte " + at + " of its file does not fit its CRC32C");
            }
            at += BLOCK_HEAD + length;
            left -= length;
            return true;
        }

        @Override
        public int available() {
            return block.remaining();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
