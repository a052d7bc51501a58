package org.hikyaku.policy;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * Policies in an append-only file, so that a restart is no window for an attacker (S16, RFC 8461 section 10).
 *
 * <p>The file is a header and entries ({@link StsLogFormat}). Each put appends one entry and forces it to disk before it
 * returns. A process that dies in the middle leaves a torn last entry, which is cut off when the file is opened next;
 * damage before other whole entries is passed over.
 * When the file has grown to twice what was of use in it, what still is (no policy that is outdated or expired) is
 * written anew beside the old one and moved into its place. One process at a time: the file is locked. Its mode is
 * 0600.
 *
 * <p>In memory there is only where each domain's policy stands ({@link StsIndex}), so that a million domains take some
 * tens of megabytes; a policy is read from the file when it is asked for.
 */
public final class StsLog implements StsStore, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StsLog.class);

    /** A file smaller than this is not worth compacting. */
    private static final long COMPACTION_FLOOR = 1024 * 1024;

    private final Path file;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private StsIndex index = new StsIndex(); // guarded by lock
    private FileChannel channel; // guarded by lock
    private long compactAt; // guarded by lock: the size past which the file is written anew
    private boolean nameNotDurable; // guarded by lock: the file was moved into place, and the directory not forced
    private boolean broken; // guarded by lock: an append failed and what it left could not be cut off

    private StsLog(Path file, FileChannel channel, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.channel = channel;
    }

    /**
     * Opens the store, or makes it; the directory must exist.
     *
     * @param clock by which policies expire
     * @throws IOException with a sentence: another process has it, it is no such store, or the disk fails
     */
    public static StsLog open(Path file, InstantSource clock) throws IOException {
        FileChannel channel = openChannel(file, StandardOpenOption.CREATE);
        try {
            StsLog log = new StsLog(file, channel, clock);
            log.load();
            return log;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel openChannel(Path file, StandardOpenOption creation) throws IOException {
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.READ, StandardOpenOption.WRITE, creation);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileChannel channel = posix
                ? FileChannel.open(
                        file,
                        options,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : FileChannel.open(file, options);
        try {
            if (lock(channel) == null) {
                throw new IOException("The MTA-STS store " + file + " is in use by another process.");
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process has it open already
        }
    }

    private void load() throws IOException {
        lock.lock();
        try {
            compactAt = COMPACTION_FLOOR;
            if (channel.size() < StsLogFormat.HEADER_LENGTH) {
                // new, or torn while it was made: nothing can be lost
                channel.truncate(0);
                write(channel, StsLogFormat.header());
                channel.force(true);
                syncDirectory();
                return;
            }
            StsLogFormat.checkHeader(file, read(0, StsLogFormat.HEADER_LENGTH));
            long position = readEntries();
            if (position < channel.size()) {
                LOG.atWarn()
                        .addKeyValue("file", file)
                        .log("{}: cut off {} bytes after the last whole entry", file, channel.size() - position);
                channel.truncate(position);
                channel.force(true);
            }
            channel.position(position);
            compactAt = Math.max(COMPACTION_FLOOR, 2 * liveBytes());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads all whole entries; gives the place behind the last one. Damage in the middle of the file, and entries that
     * this program cannot use, cost no policy behind them (S16).
     */
    private long readEntries() throws IOException {
        long position = StsLogFormat.HEADER_LENGTH;
        while (true) {
            Optional<StsLogFormat.Entry> entry = StsLogFormat.readEntry(channel, position);
            if (entry.isPresent()) {
                int length = entry.get().length();
                if (entry.get().policy().isPresent()) {
                    enter(index, channel, entry.get().policy().get(), position, length);
                } else {
                    passedOver(position, length);
                }
                position += length;
                continue;
            }
            OptionalLong next = StsLogFormat.nextEntry(channel, position + 1);
            if (next.isEmpty()) {
                return position;
            }
            passedOver(position, next.getAsLong() - position);
            position = next.getAsLong();
        }
    }

    private void passedOver(long position, long length) {
        LOG.atWarn()
                .addKeyValue("file", file)
                .log("{}: passed over {} bytes at {} that hold no policy", file, length, position);
    }

    private ByteBuffer read(long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {
            // until full or at the end of the file
        }
        return buffer.flip();
    }

    private static void enter(StsIndex index, FileChannel channel, StoredPolicy policy, long position, int length)
            throws IOException {
        index.put(
                StsIndex.hash(policy.domain()),
                new StsIndex.Place(
                        position,
                        length,
                        policy.fetched().getEpochSecond(),
                        policy.policy().maxAge().toSeconds()),
                there -> read(channel, there).domain().equals(policy.domain()));
    }

    private static StoredPolicy read(FileChannel channel, long position) throws IOException {
        return StsLogFormat.readEntry(channel, position)
                .flatMap(StsLogFormat.Entry::policy)
                .orElseThrow(() -> new IOException("the entry at " + position + " is not what was written there"));
    }

    /** How much of the file is of use: S15, not past its max_age. */
    private long liveBytes() {
        long now = clock.instant().getEpochSecond();
        long[] bytes = {0};
        index.forEach(place -> bytes[0] += place.isLive(now) ? place.length() : 0);
        return bytes[0];
    }

    @Override
    public Optional<StoredPolicy> find(Name domain) {
        lock.lock();
        try {
            StoredPolicy[] found = new StoredPolicy[1];
            boolean there = index.find(StsIndex.hash(domain), position -> {
                found[0] = read(channel, position);
                return found[0].domain().equals(domain);
            });
            return there ? Optional.of(found[0]) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The MTA-STS store " + file + " cannot be read.", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Name> domains() {
        return domains((_, _) -> true);
    }

    @Override
    public List<Name> domains(Age wanted) {
        lock.lock();
        try {
            List<Name> domains = new ArrayList<>();
            for (long position : places(place -> wanted.test(place.fetched(), place.maxAge()))) {
                domains.add(read(channel, position).domain());
            }
            return domains;
        } catch (IOException e) {
            throw new UncheckedIOException("The MTA-STS store " + file + " cannot be read.", e);
        } finally {
            lock.unlock();
        }
    }

    /** In the order of the file. */
    private long[] places(Predicate<StsIndex.Place> wanted) {
        LongStream.Builder positions = LongStream.builder();
        index.forEach(place -> {
            if (wanted.test(place)) {
                positions.add(place.position());
            }
        });
        return positions.build().sorted().toArray();
    }

    /** Durable when it returns; throws {@link UncheckedIOException} when the disk fails. */
    @Override
    public void put(StoredPolicy policy) {
        lock.lock();
        try {
            if (broken) {
                throw new IOException("The MTA-STS store " + file + " failed earlier; restart when the disk is well.");
            }
            long end = channel.position();
            try {
                write(channel, StsLogFormat.entry(policy));
                channel.force(false);
                if (nameNotDurable) {
                    syncDirectory();
                    nameNotDurable = false;
                }
            } catch (IOException e) {
                undo(end, e);
                throw e;
            }
            enter(index, channel, policy, end, StsLogFormat.length(policy));
            compactWhenDue(channel.position());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    /** The entry is durable already: that the file could not be made smaller is no failure of the put. */
    private void compactWhenDue(long size) {
        if (size <= compactAt) {
            return;
        }
        try {
            compact();
        } catch (IOException e) {
            compactAt = size + COMPACTION_FLOOR; // not again at every put
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("{}: could not be made smaller, and grows on: {}", file, e.toString());
        }
    }

    /** Half an entry must not stand before whole ones. */
    private void undo(long end, IOException cause) {
        try {
            channel.truncate(end);
            channel.position(end);
        } catch (IOException e) {
            broken = true;
            cause.addSuppressed(e);
        }
    }

    /** Writes what is still of use into a new file and moves it over the old one. */
    void compact() throws IOException {
        lock.lock();
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh); // left by a process that died while compacting
            FileChannel next = openChannel(fresh, StandardOpenOption.CREATE_NEW);
            StsIndex moved = new StsIndex();
            long now = clock.instant().getEpochSecond();
            try {
                write(next, StsLogFormat.header());
                for (long position : places(place -> place.isLive(now))) {
                    StoredPolicy policy = read(channel, position);
                    long end = next.position();
                    write(next, StsLogFormat.entry(policy));
                    enter(moved, next, policy, end, StsLogFormat.length(policy));
                }
                next.force(true);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                next.close();
                throw e;
            }
            // From here on the new file is the store, whatever fails.
            FileChannel old = channel;
            channel = next;
            nameNotDurable = true;
            index = moved;
            compactAt = Math.max(COMPACTION_FLOOR, 2 * channel.position());
            old.close();
            syncDirectory();
            nameNotDurable = false;
        } finally {
            lock.unlock();
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** A new file's name is durable only when its directory is. */
    private void syncDirectory() throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel handle = FileChannel.open(directory, StandardOpenOption.READ)) {
                handle.force(true);
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            channel.close();
        } finally {
            lock.unlock();
        }
    }
}
