package org.hikyaku.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/** A stream that another thread can end: whoever reads is told that there is no more, also when waiting for more. */
final class EndableInput extends InputStream {
    private interface Source {
        int read(byte[] to, int offset, int length) throws IOException;
    }

    private final InputStream in;
    private final Source source;
    private volatile boolean ended;

    private EndableInput(InputStream in, Source source) {
        this.in = in;
        this.source = source;
    }

    /** Over a file, a pipe or a terminal; who waits for it is woken at the end. */
    static EndableInput of(FileInputStream in) {
        FileChannel channel = in.getChannel(); // unlike the stream itself, it can be closed while somebody waits
        return new EndableInput(in, (to, offset, length) -> channel.read(ByteBuffer.wrap(to, offset, length)));
    }

    /** Over any stream; who waits for more is told of the end when something comes. */
    static EndableInput of(InputStream in) {
        return in instanceof FileInputStream file ? of(file) : new EndableInput(in, in::read);
    }

    /** Ends it, from any thread. */
    void end() throws IOException {
        ended = true;
        in.close();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        try {
            return source.read(to, offset, length);
        } catch (ClosedChannelException e) {
            return -1;
        } catch (IOException e) {
            if (ended) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public int available() throws IOException {
        try {
            return ended ? 0 : in.available();
        } catch (IOException e) {
            if (ended) {
                return 0;
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
