package org.hikyaku.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** A stream whose bytes are kept as they are read, for it cannot be read twice. */
final class KeptInput extends FilterInputStream {
    private final OutputStream copy;

    KeptInput(InputStream in, OutputStream copy) {
        super(in);
        this.copy = copy;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws UncheckedIOException when the copy cannot be written: that is no fault of what is read */
    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int got = super.read(to, offset, length);
        if (got > 0) {
            try {
                copy.write(to, offset, got);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return got;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
