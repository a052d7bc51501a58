package org.hikyaku.capture.file;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * What comes out of a compressed file. One that was cut or damaged gives what can be had, then ends; {@link #trouble} says so. Errors
 * of the file system are thrown as they come.
 */
final class Unpacked extends InputStream {
    private final InputStream from;
    private final Packed packed;
    private final String format;
    private Optional<String> trouble = Optional.empty();

    /** The compressed bytes; remembers whether all were asked for. */
    private static final class Packed extends FilterInputStream {
        private boolean ended;

        Packed(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            ended |= b < 0;
            return b;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int n = super.read(to, offset, length);
            ended |= n < 0;
            return n;
        }
    }

    private Unpacked(InputStream from, Packed packed, String format) {
        this.from = from;
        this.packed = packed;
        this.format = format;
    }

    /**
     * Begins with gzip's header.
     *
     * @param name what to call the file in errors
     */
    static Unpacked gzip(InputStream in, String name) throws IOException {
        Packed packed = new Packed(in);
        try {
            return new Unpacked(new GZIPInputStream(packed, 1 << 16), packed, "gzip");
        } catch (EOFException | ZipException e) {
            throw new CaptureFormatException(name + " is not a capture: it begins as gzip does, but "
                    + (packed.ended ? "ends at once" : "has no good header of gzip"));
        }
    }

    static Unpacked zstd(InputStream in) throws IOException {
        Packed packed = new Packed(in);
        return new Unpacked(new ZstdInputStream(packed), packed, "zstd");
    }

    /** Why it ended too early, if it did. */
    Optional<String> trouble() {
        return trouble;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (trouble.isPresent()) {
            return -1;
        }
        try {
            return from.read(to, offset, length);
        } catch (EOFException | ZipException | ZstdIOException e) {
            trouble = Optional.of(
                    packed.ended
                            ? "the file ends inside its " + format + " stream: it was cut"
                            : "the " + format + " stream is damaged, and nothing behind that place can be read ("
                                    + e.getMessage() + ")");
            return -1;
        }
    }

    @Override
    public int available() throws IOException {
        return trouble.isPresent() ? 0 : from.available();
    }

    @Override
    public void close() throws IOException {
        from.close();
    }
}
