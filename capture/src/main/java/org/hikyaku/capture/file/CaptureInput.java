package org.hikyaku.capture.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;
import org.hikyaku.net.Limit;

/**
 * A forward window over the bytes of a capture: a memory-mapped file, or a stream. {@link #need} makes a run of bytes
 * stand together in {@link #buffer()} from {@link #position()} on; packets are read there without being copied again. Who wants to keep packets longer than
 * until the next one takes the windows themselves, by {@link Windows}.
 */
final class CaptureInput implements Closeable {
    /** Fits into the second-level cache of a core, together with what is made of it. */
    static final int WINDOW = 512 << 10;

    private final Source source;
    private final Limit longest;
    private final Supplier<Optional<String>> trouble;
    private Windows windows = used -> used;
    private byte[] buffer = new byte[WINDOW];
    private int position;
    private int limit;
    private long consumed;

    private CaptureInput(Source source, Limit longest, Supplier<Optional<String>> trouble) {
        this.source = source;
        this.longest = longest;
        this.trouble = trouble;
    }

    static CaptureInput ofFile(Path file, Limit longest) throws IOException {
        if (!Files.isRegularFile(file)) {
            return ofStream(Files.newInputStream(file), longest);
        }
        return new CaptureInput(new MappedFile(file), longest, Optional::empty);
    }

    static CaptureInput ofStream(InputStream in, Limit longest) {
        return ofStream(in, longest, Optional::empty);
    }

    /** @param trouble why the stream ended early, once it has */
    static CaptureInput ofStream(InputStream in, Limit longest, Supplier<Optional<String>> trouble) {
        return new CaptureInput(new Stream(in), longest, trouble);
    }

    /** Why the input ended early, if it did. */
    Optional<String> trouble() {
        return trouble.get();
    }

    byte[] buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    /** Bytes left behind so far: where in the (uncompressed) file we are. */
    long offset() {
        return consumed + position;
    }

    /** Bytes that stand in the window now. */
    int available() {
        return limit - position;
    }

    /**
     * Makes the next {@code n} bytes stand in the buffer.
     *
     * @return false when the input ends before
     */
    boolean need(int n) throws IOException {
        if (limit - position >= n) {
            return true;
        }
        longest.check(n);
        if (buffer.length - position < n) {
            turn(n);
        }
        while (limit - position < n) {
            if (source.waits()) {
                turn(n); // what has come is looked at before we wait for more
            }
            int got = source.read(buffer, limit, buffer.length - limit);
            if (got < 0) {
                return false;
            }
            limit += got;
        }
        return true;
    }

    void windows(Windows by) {
        windows = by;
    }

    /** Goes on in another window; what was not read yet stands at its beginning, with room for {@code n} bytes. */
    private void turn(int n) {
        byte[] to = windows.next(buffer);
        if (to.length < n) {
            to = new byte[n];
        }
        System.arraycopy(buffer, position, to, 0, limit - position);
        buffer = to;
        limit -= position;
        consumed += position;
        position = 0;
    }

    /** Goes past bytes that {@link #need} has brought. */
    void advance(int n) {
        position += n;
    }

    /** Goes past any number of bytes, also more than fit in the window; false when the input ends before. */
    boolean skip(long n) throws IOException {
        long left = n;
        while (left > 0) {
            int step = (int) Math.min(left, Math.max(1, Math.min(available(), WINDOW)));
            if (!need(step)) {
                return false;
            }
            advance(step);
            left -= step;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    private interface Source extends Closeable {
        int read(byte[] to, int offset, int length) throws IOException;

        /** Whether reading would wait for somebody who writes. */
        boolean waits() throws IOException;
    }

    private record Stream(InputStream in) implements Source {
        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            return in.read(to, offset, length);
        }

        @Override
        public boolean waits() throws IOException {
            return in.available() == 0;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private static final class MappedFile implements Source {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment mapped;
        private long at;

        MappedFile(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            } catch (IOException e) {
                arena.close();
                throw e;
            }
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            long left = mapped.byteSize() - at;
            if (left == 0) {
                return -1;
            }
            int n = (int) Math.min(length, left);
            MemorySegment.copy(mapped, ValueLayout.JAVA_BYTE, at, to, offset, n);
            at += n;
            return n;
        }

        @Override
        public boolean waits() {
            return false;
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
