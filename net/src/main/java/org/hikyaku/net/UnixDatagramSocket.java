package org.hikyaku.net;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.BindException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Receives datagrams at a Unix socket ({@code AF_UNIX}, {@code SOCK_DGRAM}), which Java's own channels cannot: by calls to
 * the C library. Linux alone. Waiting blocks the thread itself: use a platform thread.
 */
public final class UnixDatagramSocket implements Closeable {
    /** {@code sun_path} has 108 bytes, the last of them zero. */
    public static final Limit MAX_PATH = new Limit("bytes in the path of a Unix socket", 107);

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int MSG_TRUNC = 0x20;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EADDRINUSE = 98;

    /** So many bytes may wait; the system takes what its own limit allows. */
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final Calls calls;
    private final Path path;
    private final int socket;
    private final Limit most;
    private final MemorySegment buffer;
    private final ReentrantLock lock = new ReentrantLock();
    private long timeoutMillis; // guarded by lock
    private boolean closed; // guarded by lock

    private UnixDatagramSocket(Calls calls, Path path, int socket, Limit most) {
        this.calls = calls;
        this.path = path;
        this.socket = socket;
        this.most = most;
        this.buffer = calls.arena.allocate(most.value());
    }

    /**
     * Opens a socket at this path; one that a process left behind is removed first.
     *
     * @param mode who may send, such as {@code rw-rw----}: to send takes the right to write
     * @param most of one datagram
     * @throws FileAlreadyExistsException when something else than a socket is there
     * @throws BindException when a process has it open
     */
    public static UnixDatagramSocket bind(Path path, String mode, Limit most) throws IOException {
        MAX_PATH.check(path.toString().getBytes(StandardCharsets.UTF_8).length);
        Calls calls = new Calls();
        boolean bound = false;
        try {
            removeStale(calls, path);
            int socket = calls.socket();
            try {
                calls.bind(socket, path);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
                calls.receiveBuffer(socket, RECEIVE_BUFFER);
                UnixDatagramSocket opened = new UnixDatagramSocket(calls, path, socket, most);
                bound = true;
                return opened;
            } finally {
                if (!bound) {
                    calls.close(socket);
                }
            }
        } finally {
            if (!bound) {
                calls.arena.close();
            }
        }
    }

    private static void removeStale(Calls calls, Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new FileAlreadyExistsException(path.toString(), null, "it is no socket");
        }
        int probe = calls.socket();
        try {
            if (!calls.connects(probe, path)) {
                Files.deleteIfExists(path); // nobody has it open any more
            }
        } finally {
            calls.close(probe);
        }
    }

    /**
     * The next datagram; empty when none came in time.
     *
     * @param patience at least a millisecond
     * @throws LimitExceededException when it is longer than allowed; it is gone then
     * @throws SocketException once closed
     */
    public Optional<byte[]> receive(Duration patience) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new SocketException("the socket " + path + " is closed");
            }
            if (timeoutMillis != patience.toMillis()) {
                timeoutMillis = Math.max(1, patience.toMillis());
                calls.receiveTimeout(socket, timeoutMillis);
            }
            long length = calls.receive(socket, buffer, (int) most.value());
            if (length < 0) {
                return Optional.empty();
            }
            most.check(length);
            byte[] bytes = new byte[(int) length];
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return Optional.of(bytes);
        } finally {
            lock.unlock();
        }
    }

    public Path path() {
        return path;
    }

    /** Waits for a receive under way. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                calls.close(socket);
                calls.arena.close();
                Files.deleteIfExists(path);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The functions of the C library, with their errors as exceptions. */
    @SuppressWarnings("restricted") // native access is granted by the launcher and the jar's manifest
    private static final class Calls {
        private static final int ADDRESS_LENGTH = 2 + 108;

        private final Arena arena = Arena.ofShared();
        private final MethodHandle socket;
        private final MethodHandle bind;
        private final MethodHandle connect;
        private final MethodHandle setsockopt;
        private final MethodHandle recv;
        private final MethodHandle close;
        private final MethodHandle strerror;
        private final MemorySegment state;
        private final VarHandle errno;

        Calls() throws IOException {
            if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
                throw new SocketException("Unix datagram sockets are there on Linux only");
            }
            Linker linker = Linker.nativeLinker();
            SymbolLookup c = linker.defaultLookup();
            Linker.Option captured = Linker.Option.captureCallState("errno");
            MemoryLayout layout = Linker.Option.captureStateLayout();
            state = arena.allocate(layout);
            errno = layout.varHandle(MemoryLayout.PathElement.groupElement("errno"));
            var integer = ValueLayout.JAVA_INT;
            var pointer = ValueLayout.ADDRESS;
            var size = ValueLayout.JAVA_LONG;
            socket = linker.downcallHandle(
                    c.findOrThrow("socket"), FunctionDescriptor.of(integer, integer, integer, integer), captured);
            bind = linker.downcallHandle(
                    c.findOrThrow("bind"), FunctionDescriptor.of(integer, integer, pointer, integer), captured);
            connect = linker.downcallHandle(
                    c.findOrThrow("connect"), FunctionDescriptor.of(integer, integer, pointer, integer), captured);
            setsockopt = linker.downcallHandle(
                    c.findOrThrow("setsockopt"),
                    FunctionDescriptor.of(integer, integer, integer, integer, pointer, integer),
                    captured);
            recv = linker.downcallHandle(
                    c.findOrThrow("recv"), FunctionDescriptor.of(size, integer, pointer, size, integer), captured);
            close = linker.downcallHandle(c.findOrThrow("close"), FunctionDescriptor.of(integer, integer), captured);
            strerror = linker.downcallHandle(c.findOrThrow("strerror"), FunctionDescriptor.of(pointer, integer));
        }

        int socket() throws IOException {
            int opened = call(() -> (int) socket.invokeExact(state, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
            return checked(opened, "no Unix datagram socket can be had");
        }

        void bind(int fd, Path path) throws IOException {
            MemorySegment address = address(path);
            if (call(() -> (int) bind.invokeExact(state, fd, address, ADDRESS_LENGTH)) < 0) {
                throw error() == EADDRINUSE
                        ? new BindException("another process has the socket " + path + " open")
                        : new SocketException("the socket " + path + " cannot be made: " + why());
            }
        }

        boolean connects(int fd, Path path) throws IOException {
            MemorySegment address = address(path);
            return call(() -> (int) connect.invokeExact(state, fd, address, ADDRESS_LENGTH)) == 0;
        }

        void receiveBuffer(int fd, int bytes) throws IOException {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            value.set(ValueLayout.JAVA_INT, 0, bytes);
            option(fd, SO_RCVBUF, value);
        }

        void receiveTimeout(int fd, long millis) throws IOException {
            try (Arena local = Arena.ofConfined()) {
                MemorySegment value = local.allocate(ValueLayout.JAVA_LONG, 2);
                value.setAtIndex(ValueLayout.JAVA_LONG, 0, millis / 1000);
                value.setAtIndex(ValueLayout.JAVA_LONG, 1, millis % 1000 * 1000);
                option(fd, SO_RCVTIMEO, value);
            }
        }

        private void option(int fd, int name, MemorySegment value) throws IOException {
            int length = (int) value.byteSize();
            checked(
                    call(() -> (int) setsockopt.invokeExact(state, fd, SOL_SOCKET, name, value, length)),
                    "an option of the socket cannot be set");
        }

        /** The datagram's length, also when it is longer than the buffer; -1 when none came in time. */
        long receive(int fd, MemorySegment target, int length) throws IOException {
            long got = call(() -> (long) recv.invokeExact(state, fd, target, (long) length, MSG_TRUNC));
            if (got < 0 && error() != EAGAIN && error() != EINTR) {
                throw new SocketException("receiving a datagram failed: " + why());
            }
            return got;
        }

        void close(int fd) throws IOException {
            checked(call(() -> (int) close.invokeExact(state, fd)), "the socket cannot be closed");
        }

        private int checked(int result, String what) throws IOException {
            if (result < 0) {
                throw new SocketException(what + ": " + why());
            }
            return result;
        }

        private int error() {
            return (int) errno.get(state, 0L);
        }

        private String why() throws IOException {
            int number = error();
            MemorySegment text = call(() -> (MemorySegment) strerror.invokeExact(number));
            return text.reinterpret(200).getString(0);
        }

        private MemorySegment address(Path path) {
            byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
            MemorySegment address = arena.allocate(ADDRESS_LENGTH, 2); // filled with zeros
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 2, bytes.length);
            return address;
        }

        @FunctionalInterface
        private interface Foreign<T> {
            T run() throws Throwable;
        }

        private static <T> T call(Foreign<T> foreign) throws IOException {
            try {
                return foreign.run();
            } catch (Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IOException("a call into the C library failed", e);
            }
        }
    }
}
