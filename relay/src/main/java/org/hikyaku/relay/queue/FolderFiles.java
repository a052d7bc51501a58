package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The real files of a folder. */
final class FolderFiles implements QueueFiles {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final FileStore store;

    FolderFiles(Path folder) throws IOException {
        this.folder = folder;
        this.store = Files.getFileStore(folder);
    }

    @Override
    public DurableFile create(String name, Forcing forcing) throws IOException {
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Path path = folder.resolve(name);
        return new ChannelFile(
                path,
                switch (forcing) {
                    // one call instead of two, and it waits for its own bytes alone
                    case EACH_APPEND -> FileChannel.open(path, with(options, StandardOpenOption.DSYNC), PRIVATE);
                    case ON_DEMAND -> FileChannel.open(path, options, PRIVATE);
                });
    }

    private static Set<OpenOption> with(Set<OpenOption> options, OpenOption another) {
        return Set.copyOf(Stream.concat(options.stream(), Stream.of(another)).toList());
    }

    @Override
    public DurableFile open(String name) throws IOException {
        Path path = folder.resolve(name);
        return new ChannelFile(path, ChannelFile.channel(path));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void force() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public long usable() throws IOException {
        return store.getUsableSpace();
    }

    private static final class ChannelFile implements DurableFile {
        private final Path path;
        private volatile FileChannel channel;
        private volatile boolean closed;

        ChannelFile(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        static FileChannel channel(Path path) throws IOException {
            return FileChannel.open(path, EnumSet.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        }

        @Override
        public void append(ByteBuffer[] buffers, int count) throws IOException {
            FileChannel to = channel;
            long left = 0;
            for (int i = 0; i < count; i++) {
                left += buffers[i].remaining();
            }
            long position = to.size();
            to.position(position);
            int first = 0;
            while (left > 0) {
                left -= to.write(buffers, first, count - first);
                while (first < count && !buffers[first].hasRemaining()) {
                    first++;
                }
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        /**
         * A thread that is interrupted while it reads closes the channel for all (as Java has it). That must not harm the others: they
         * open it again.
         */
        @Override
        public void read(ByteBuffer to, long position) throws IOException {
            int begin = to.position();
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        FileChannel from = channel;
                        while (to.hasRemaining()) {
                            if (from.read(to, position + to.position() - begin) < 0) {
                                return;
                            }
                        }
                        return;
                    } catch (ClosedByInterruptException e) {
                        interrupted |= Thread.interrupted();
                        reopen(e);
                    } catch (ClosedChannelException e) {
                        reopen(e);
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private synchronized void reopen(IOException why) throws IOException {
            if (closed) {
                throw why;
            }
            if (!channel.isOpen()) {
                channel = channel(path);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
            channel.force(true);
        }

        @Override
        public synchronized void close() throws IOException {
            closed = true;
            channel.close();
        }
    }
}
