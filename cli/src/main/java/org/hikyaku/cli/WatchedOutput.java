package org.hikyaku.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A buffered stream that remembers its first fault: print streams swallow them. */
final class WatchedOutput extends FilterOutputStream {
    private @Nullable String first;

    WatchedOutput(OutputStream to) {
        super(new BufferedOutputStream(to));
    }

    /** What went wrong, in the system's words; a reader who closed the pipe is no fault. */
    Optional<String> trouble() {
        return Optional.ofNullable(first).filter(why -> !why.contains("Broken pipe"));
    }

    @Override
    public void write(int b) throws IOException {
        try {
            out.write(b);
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw noted(e);
        }
    }

    private IOException noted(IOException e) {
        if (first == null) {
            first = String.valueOf(e.getMessage());
        }
        return e;
    }
}
