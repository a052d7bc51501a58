package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Files in memory that behave as a disk does when the power fails: of what was not forced, bytes and names in the folder, anything may be
 * there afterwards and anything missing. It is killed at an operation that is chosen beforehand, in the middle of it; from then
 * on everything fails, until {@link #restarted} gives what the disk has.
 */
final class ForgetfulFiles implements QueueFiles {
    private static final int SECTOR = 512;

    private final Random random;
    private final Map<String, Inode> names = new HashMap<>();
    private final Map<String, Inode> forcedNames = new HashMap<>();
    private long operations;
    private long killAt = Long.MAX_VALUE;
    private boolean killed;
    private boolean writesAll;
    private long capacity = Long.MAX_VALUE;
    private boolean readOnly;

    ForgetfulFiles(Random random) {
        this.random = random;
    }

    private static final class Inode {
        private byte[] bytes = new byte[256];
        private int length;
        private int forced;
    }

    /** Dies at this operation from now on, the first being 1. */
    synchronized void killAt(long operation) {
        killAt = operations + operation;
    }

    /** As {@link #killAt}; where that is an append, all its bytes are written, and none is forced. */
    synchronized void killBeforeTheForceOf(long operation) {
        killAt(operation);
        writesAll = true;
    }

    synchronized long operations() {
        return operations;
    }

    synchronized boolean killed() {
        return killed;
    }

    /** Bytes that fit; what does not is refused in the middle of an append. */
    synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    synchronized void readOnly(boolean on) {
        readOnly = on;
    }

    /** Changes a byte that is on disk. */
    synchronized void damage(String name, int offset) {
        inode(name).bytes[offset] ^= 0x55;
    }

    synchronized byte[] bytes(String name) {
        return Arrays.copyOf(inode(name).bytes, inode(name).length);
    }

    synchronized void put(String name, byte[] bytes) {
        Inode inode = new Inode();
        inode.bytes = bytes.clone();
        inode.length = bytes.length;
        inode.forced = bytes.length;
        names.put(name, inode);
        forcedNames.put(name, inode);
    }

    private Inode inode(String name) {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new IllegalArgumentException("no file " + name);
        }
        return inode;
    }

    /** What a disk has after the power came back. */
    synchronized ForgetfulFiles restarted() {
        ForgetfulFiles after = new ForgetfulFiles(random);
        Map<String, Inode> left = new HashMap<>(forcedNames);
        for (Map.Entry<String, Inode> entry : names.entrySet()) {
            if (forcedNames.get(entry.getKey()) != entry.getValue() && random.nextBoolean()) {
                left.put(entry.getKey(), entry.getValue());
            }
        }
        for (String name : forcedNames.keySet()) {
            if (!names.containsKey(name) && random.nextBoolean()) {
                left.remove(name);
            }
        }
        left.forEach((name, inode) -> after.put(name, survivors(inode)));
        return after;
    }

    /** The worst that a disk may have: nothing that was not forced, and each file whose deletion was not forced, if it is one of these. */
    synchronized ForgetfulFiles worst(Predicate<String> undeleted) {
        ForgetfulFiles after = new ForgetfulFiles(random);
        forcedNames.forEach((name, inode) -> {
            if (names.containsKey(name) || undeleted.test(name)) {
                after.put(name, Arrays.copyOf(inode.bytes, Math.min(inode.length, inode.forced)));
            }
        });
        return after;
    }

    /** What another process finds after this one was killed, while the system goes on: all of it, forced or not. */
    synchronized ForgetfulFiles reopened() {
        ForgetfulFiles after = new ForgetfulFiles(random);
        after.names.putAll(names);
        after.forcedNames.putAll(forcedNames);
        return after;
    }

    private byte[] survivors(Inode inode) {
        int unforced = inode.length - inode.forced;
        if (unforced <= 0) {
            return Arrays.copyOf(inode.bytes, inode.length);
        }
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(inode.bytes, inode.forced);
            case 1 -> Arrays.copyOf(inode.bytes, inode.length);
            case 2 -> Arrays.copyOf(inode.bytes, inode.forced + random.nextInt(unforced + 1));
            default -> {
                // the length is there, but some sectors are not
                byte[] bytes = Arrays.copyOf(inode.bytes, inode.length);
                for (int at = inode.forced; at < inode.length; at += SECTOR - at % SECTOR) {
                    if (random.nextBoolean()) {
                        Arrays.fill(bytes, at, Math.min(inode.length, at + SECTOR - at % SECTOR), (byte) 0);
                    }
                }
                yield bytes;
            }
        };
    }

    /** Whether this is the operation that it dies in. */
    private boolean operation() throws IOException {
        if (killed) {
            throw new IOException("the power is off");
        }
        operations++;
        killed = operations >= killAt;
        return killed;
    }

    private void dieIf(boolean dies) throws IOException {
        if (dies) {
            throw new IOException("the power fails");
        }
    }

    private void writable() throws IOException {
        if (readOnly) {
            throw new IOException("Read-only file system");
        }
    }

    @Override
    public synchronized DurableFile create(String name, Forcing forcing) throws IOException {
        boolean dies = operation();
        writable();
        if (names.containsKey(name)) {
            throw new IOException(name + " exists");
        }
        Inode inode = new Inode();
        names.put(name, inode);
        dieIf(dies);
        return new File(inode, forcing);
    }

    @Override
    public synchronized DurableFile open(String name) throws IOException {
        dieIf(operation());
        if (!names.containsKey(name)) {
            throw new NoSuchFileException(name);
        }
        return new File(inode(name), Forcing.ON_DEMAND);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        boolean dies = operation();
        writable();
        names.remove(name);
        dieIf(dies);
    }

    @Override
    public synchronized void force() throws IOException {
        dieIf(operation());
        forcedNames.clear();
        forcedNames.putAll(names);
    }

    @Override
    public synchronized List<String> list() throws IOException {
        dieIf(operation());
        return new ArrayList<>(names.keySet());
    }

    @Override
    public synchronized long usable() {
        return capacity == Long.MAX_VALUE ? Long.MAX_VALUE / 2 : Math.max(0, capacity - used());
    }

    private long used() {
        return names.values().stream().mapToLong(inode -> inode.length).sum();
    }

    private final class File implements DurableFile {
        private final Inode inode;
        private final Forcing forcing;
        private boolean closed;

        File(Inode inode, Forcing forcing) {
            this.inode = inode;
            this.forcing = forcing;
        }

        private void open() throws IOException {
            if (closed) {
                throw new IOException("the file is closed");
            }
        }

        @Override
        public void append(ByteBuffer[] buffers, int count) throws IOException {
            synchronized (ForgetfulFiles.this) {
                open();
                boolean dies = operation();
                writable();
                int total = 0;
                for (int i = 0; i < count; i++) {
                    total += buffers[i].remaining();
                }
                long room = capacity == Long.MAX_VALUE ? total : Math.max(0, capacity - used());
                int written = (int) Math.min(dies && !writesAll ? random.nextInt(total + 1) : total, room);
                for (int i = 0, left = written; i < count; i++) {
                    int part = Math.min(left, buffers[i].remaining());
                    if (inode.bytes.length < inode.length + part) {
                        inode.bytes = Arrays.copyOf(inode.bytes, 2 * (inode.length + part));
                    }
                    buffers[i].get(inode.bytes, inode.length, part);
                    inode.length += part;
                    left -= part;
                }
                dieIf(dies);
                if (written < total) {
                    throw new IOException("No space left on device");
                }
                if (forcing == Forcing.EACH_APPEND) {
                    inode.forced = inode.length;
                }
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (ForgetfulFiles.this) {
                open();
                dieIf(operation());
                inode.forced = inode.length;
            }
        }

        @Override
        public void read(ByteBuffer to, long position) throws IOException {
            synchronized (ForgetfulFiles.this) {
                open();
                dieIf(operation());
                int count = Math.clamp(inode.length - position, 0, to.remaining());
                to.put(inode.bytes, (int) Math.min(position, inode.length), count);
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (ForgetfulFiles.this) {
                open();
                return inode.length;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (ForgetfulFiles.this) {
                open();
                boolean dies = operation();
                writable();
                inode.length = (int) size;
                inode.forced = dies ? Math.min(inode.forced, inode.length) : inode.length;
                dieIf(dies);
            }
        }

        @Override
        public void close() {
            synchronized (ForgetfulFiles.this) {
                closed = true;
            }
        }
    }
}
