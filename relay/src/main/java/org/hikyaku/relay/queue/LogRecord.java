package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The head of a record in a segment of the log: {@link #HEAD} bytes, then the meta data, then content.
 *
 * <table><caption>Layout, big-endian</caption>
 * <tr><td>0</td><td>8</td><td>the segment's salt: no mail can contain it, for nobody outside knows it</td></tr>
 * <tr><td>8</td><td>1</td><td>type</td></tr>
 * <tr><td>9</td><td>3</td><td>zero</td></tr>
 * <tr><td>12</td><td>4</td><td>bytes of meta data</td></tr>
 * <tr><td>16</td><td>4</td><td>bytes of content</td></tr>
 * <tr><td>20</td><td>4</td><td>CRC32C of the meta data</td></tr>
 * <tr><td>24</td><td>4</td><td>CRC32C of the content</td></tr>
 * <tr><td>28</td><td>4</td><td>CRC32C of these 28 bytes</td></tr>
 * </table>
 *
 * @param type what it is
 * @param meta bytes of meta data
 * @param content bytes of content
 */
record LogRecord(Type type, int meta, int content, int metaSum, int contentSum) {
    static final int HEAD = 32;

    /** Bytes of meta data in a record: 64 MiB, a mail with some 500,000 recipients. */
    static final int MOST_META = 64 << 20;

    /** Bytes of content in a record; more is in a file of its own. */
    static final int MOST_CONTENT = 1 << 20;

    private static final int META = 12;
    private static final int CONTENT = 16;
    private static final int META_SUM = 20;
    private static final int CONTENT_SUM = 24;
    private static final int HEAD_SUM = 28;

    /** What a record says. */
    enum Type {
        /** A mail was accepted: {@link MailMeta}. */
        MAIL(1),
        /** How far the recipients of one parcel are: {@link ParcelState}. The highest revision counts. */
        STATE(2),
        /** A mail is done with: {@link GoneMeta}. Counts wherever it stands. */
        GONE(3),
        /** A mail is held or no longer: {@link HoldMeta}. The highest revision counts. */
        HOLD(4);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        private static Optional<Type> of(int code) {
            return switch (code) {
                case 1 -> Optional.of(MAIL);
                case 2 -> Optional.of(STATE);
                case 3 -> Optional.of(GONE);
                case 4 -> Optional.of(HOLD);
                default -> Optional.empty();
            };
        }
    }

    /** Bytes from the head to the end of the content. */
    int length() {
        return HEAD + meta + content;
    }

    /** Room for the head in front of meta data. */
    static Packer begin(int expected) {
        return new Packer(HEAD + expected).skip(HEAD);
    }

    /** Writes all of the head but what depends on the segment. */
    static void fill(ByteBuffer head, Type type, int content, int contentSum) {
        CRC32C sum = new CRC32C();
        int meta = head.limit() - HEAD;
        sum.update(head.slice(HEAD, meta));
        head.putInt(8, type.code << 24);
        head.putInt(META, meta);
        head.putInt(CONTENT, content);
        head.putInt(META_SUM, (int) sum.getValue());
        head.putInt(CONTENT_SUM, contentSum);
    }

    /** Writes what depends on the segment. */
    static void stamp(ByteBuffer head, long salt, CRC32C sum) {
        head.putLong(0, salt);
        sum.reset();
        sum.update(head.slice(0, HEAD_SUM));
        head.putInt(HEAD_SUM, (int) sum.getValue());
    }

    /** The head that begins at this index, if one does. */
    static Optional<LogRecord> at(ByteBuffer bytes, int index, long salt, CRC32C sum) {
        if (bytes.limit() - index < HEAD || bytes.getLong(index) != salt) {
            return Optional.empty();
        }
        sum.reset();
        sum.update(bytes.slice(index, HEAD_SUM));
        Optional<Type> type = Type.of(bytes.get(index + 8));
        int meta = bytes.getInt(index + META);
        int content = bytes.getInt(index + CONTENT);
        if ((int) sum.getValue() != bytes.getInt(index + HEAD_SUM)
                || type.isEmpty()
                || meta < 0
                || meta > MOST_META
                || content < 0
                || content > MOST_CONTENT) {
            return Optional.empty();
        }
        return Optional.of(new LogRecord(
                type.get(), meta, content, bytes.getInt(index + META_SUM), bytes.getInt(index + CONTENT_SUM)));
    }

    /** Holds bytes against a sum. */
    static boolean matches(ByteBuffer bytes, int expected) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.duplicate());
        return (int) sum.getValue() == expected;
    }
}
