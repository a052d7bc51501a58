package org.hikyaku.relay.filter;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.server.MailRefusedException;

/** Content that is written once and then read: in memory while it is small, past that in a file without a name. */
final class Spool extends OutputStream implements Closeable {
    static final int IN_MEMORY = 64 << 10;

    private final Path folder;
    private final long keepFree;
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream(4096);
    private Optional<FileChannel> file = Optional.empty();
    private boolean eightBit;

    /**
     * Empty.
     *
     * @param folder where a file is made when one is needed
     * @param keepFree bytes that stay free on its disk: for the mail that is in the queue already
     */
    Spool(Path folder, long keepFree) {
        this.folder = folder;
        this.keepFree = keepFree;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; !eightBit && i < offset + length; i++) {
            eightBit = bytes[i] < 0;
        }
        memory.write(bytes, offset, length);
        if (memory.size() > IN_MEMORY) {
            drain();
        }
    }

    private void drain() throws IOException {
        if (Files.getFileStore(folder).getUsableSpace() - memory.size() < keepFree) {
            // RFC 5321 section 4.2.3, as the queue does when it has no room
            throw new MailRefusedException(new Reply(452, List.of("4.3.1 there is no room now; come again")));
        }
        if (file.isEmpty()) {
            Path path = folder.resolve("filter-" + UUID.randomUUID());
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            file = Optional.of(channel);
            Files.delete(path); // it lives as long as it is open, and a crash leaves nothing
        }
        ByteBuffer bytes = ByteBuffer.wrap(memory.toByteArray());
        while (bytes.hasRemaining()) {
            file.get().write(bytes);
        }
        memory.reset();
    }

    /** Whether a byte above 127 is in it. */
    boolean eightBit() {
        return eightBit;
    }

    /** From the beginning; nothing is written any more. Supports marks. */
    InputStream open() throws IOException {
        if (file.isEmpty()) {
            return new ByteArrayInputStream(memory.toByteArray());
        }
        drain();
        return new BufferedInputStream(new FromStart(file.get()), 1 << 16);
    }

    /** Leaves the channel open. */
    private static final class FromStart extends InputStream {
        private final FileChannel channel;
        private long at;

        FromStart(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got = channel.read(ByteBuffer.wrap(bytes, offset, length), at);
            at += Math.max(0, got);
            return got;
        }
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
