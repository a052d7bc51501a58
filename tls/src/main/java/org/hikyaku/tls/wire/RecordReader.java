package org.hikyaku.tls.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.hikyaku.net.Limit;

/**
 * Cuts a stream into records: SSLv3 to TLS 1.3, and SSLv2 where a hello in that format is allowed to stand.
 *
 * <p>A record holds at most 2^14 bytes of plaintext, and protection may add 2048 (TLS 1.2 and before, RFC 5246 section
 * 6.2.3; TLS 1.3 allows 256). How many records may come is bounded too, so that a million empty ones are an error and
 * not a way to keep us busy.
 */
public final class RecordReader {
    /** Bytes of one record's fragment. */
    public static final Limit FRAGMENT = new Limit("bytes in a TLS record", 16384 + 2048);

    /** Records read from one peer while probing. */
    public static final Limit RECORDS = new Limit("TLS records from one connection", 4096);

    private final InputStream in;
    private final boolean acceptSslv2;
    private final Limit records;
    private long offset;
    private long count;

    /** @param acceptSslv2 whether the first record may be an SSLv2 message */
    public RecordReader(InputStream in, boolean acceptSslv2) {
        this(in, acceptSslv2, RECORDS);
    }

    public RecordReader(InputStream in, boolean acceptSslv2, Limit records) {
        this.in = in;
        this.acceptSslv2 = acceptSslv2;
        this.records = records;
    }

    /**
     * The next record; empty when the stream ended between two records.
     *
     * @throws TlsFormatException when the bytes are no record, are cut off in the middle, or exceed a limit
     * @throws IOException from the stream, time-outs included
     */
    public Optional<TlsRecord> next() throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        if (++count > records.value()) {
            throw new TlsFormatException("more than the limit of " + records.value() + " " + records.name(), offset);
        }
        boolean isSslv2 = acceptSslv2 && count == 1 && (first & 0x80) != 0;
        TlsRecord next = isSslv2 ? sslv2(first) : tls(first);
        offset += (isSslv2 ? 2 : TlsRecord.HEADER) + next.fragment().length;
        return Optional.of(next);
    }

    private TlsRecord tls(int type) throws IOException {
        if (type < 20 || type > 24) {
            throw new TlsFormatException("not TLS: a record begins with byte " + show(type), offset);
        }
        byte[] header = exactly(4, "record header", 1);
        int major = header[0] & 0xff;
        int length = (header[2] & 0xff) << 8 | header[3] & 0xff;
        if (major != 3) {
            throw new TlsFormatException("not TLS: record version " + major + "." + (header[1] & 0xff), offset + 1);
        }
        if (length > FRAGMENT.value()) {
            throw new TlsFormatException(
                    "record of " + length + " bytes, more than the limit of " + FRAGMENT.value() + " "
                            + FRAGMENT.name(),
                    offset + 3);
        }
        byte[] fragment = exactly(length, "record", TlsRecord.HEADER);
        return new TlsRecord(type, major << 8 | header[1] & 0xff, fragment, offset);
    }

    /** SSLv2's two-byte header: the high bit set, then 15 bits of length. The three-byte form never starts a session. */
    private TlsRecord sslv2(int first) throws IOException {
        byte[] second = exactly(1, "SSLv2 record header", 1);
        int length = (first & 0x7f) << 8 | second[0] & 0xff;
        if (length == 0) {
            throw new TlsFormatException("SSLv2 record without content", offset);
        }
        return new TlsRecord(0, 0x0002, exactly(length, "SSLv2 record", 2), offset);
    }

    private byte[] exactly(int length, String what, int read) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new TlsFormatException(
                    "the stream ended in the middle of a " + what + ": " + bytes.length + " of " + length + " bytes",
                    offset + read + bytes.length);
        }
        return bytes;
    }

    private static String show(int b) {
        String hex = String.format("0x%02x", b);
        return b > 32 && b < 127 ? hex + " '" + (char) b + "'" : hex;
    }
}
