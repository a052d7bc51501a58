package org.hikyaku.net.poll;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import java.util.Locale;

/**
 * The functions of the C library that a poller calls, on Linux. Each returns what the function does, -1 for an error, whose
 * number is then {@link #error}. For one thread at a time. The constants are those of Linux on every processor that Java knows.
 */
@SuppressWarnings("restricted") // native access is granted by the launcher and the jar's manifest
final class LinuxCalls {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ECONNABORTED = 103;

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;

    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 0x1;
    static final int EPOLLOUT = 0x4;
    static final int EPOLLERR = 0x8;
    static final int EPOLLHUP = 0x10;
    static final int EPOLLRDHUP = 0x2000;
    static final int EPOLLET = 1 << 31;

    private static final int SOCK_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int LONGEST_SENTENCE = 200;

    /** {@code struct epoll_event}: without a gap on x86-64, with one elsewhere. */
    private static final boolean PACKED =
            switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
                case "amd64", "x86_64" -> true;
                default -> false;
            };

    static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int EVENT_DATA = PACKED ? 4 : 8;

    // Method handles are fast where the compiler knows them to be constant.
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO_KEPT = Linker.Option.captureCallState("errno");
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
    private static final ValueLayout POINTER = ValueLayout.ADDRESS;

    private static final MethodHandle SOCKET = handle("socket", INT, INT, INT, INT);
    private static final MethodHandle BIND = handle("bind", INT, INT, POINTER, INT);
    private static final MethodHandle LISTEN = handle("listen", INT, INT, INT);
    private static final MethodHandle ACCEPT4 = handle("accept4", INT, INT, POINTER, POINTER, INT);
    private static final MethodHandle GETSOCKNAME = handle("getsockname", INT, INT, POINTER, POINTER);
    private static final MethodHandle GETPEERNAME = handle("getpeername", INT, INT, POINTER, POINTER);
    private static final MethodHandle SETSOCKOPT = handle("setsockopt", INT, INT, INT, INT, POINTER, INT);
    private static final MethodHandle RECV = handle("recv", SIZE, INT, POINTER, SIZE, INT);
    private static final MethodHandle SEND = handle("send", SIZE, INT, POINTER, SIZE, INT);
    private static final MethodHandle READ = handle("read", SIZE, INT, POINTER, SIZE);
    private static final MethodHandle WRITE = handle("write", SIZE, INT, POINTER, SIZE);
    private static final MethodHandle CLOSE = handle("close", INT, INT);
    private static final MethodHandle EVENTFD = handle("eventfd", INT, INT, INT);
    private static final MethodHandle EPOLL_CREATE1 = handle("epoll_create1", INT, INT);
    private static final MethodHandle EPOLL_CTL = handle("epoll_ctl", INT, INT, INT, INT, POINTER);
    private static final MethodHandle EPOLL_WAIT = handle("epoll_wait", INT, INT, POINTER, INT, INT);
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(POINTER, INT));

    private final MemorySegment state;
    private final MemorySegment event;
    private final MemorySegment number;

    /** @param arena as long as this is used */
    LinuxCalls(Arena arena) {
        state = arena.allocate(STATE);
        event = arena.allocate(EVENT_BYTES, Long.BYTES);
        number = arena.allocate(Long.BYTES, Long.BYTES);
    }

    private static MethodHandle handle(String name, ValueLayout result, ValueLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), ERRNO_KEPT);
    }

    int socket(int family) throws IOException {
        try {
            return (int) SOCKET.invokeExact(state, family, STREAM_NONBLOCK_CLOEXEC, 0);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    int bind(int fd, MemorySegment address) throws IOException {
        try {
            return (int) BIND.invokeExact(state, fd, address, (int) address.byteSize());
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    int listen(int fd, int backlog) throws IOException {
        try {
            return (int) LISTEN.invokeExact(state, fd, backlog);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** Accepts a connection that does not block. */
    int accept(int fd) throws IOException {
        try {
            return (int) ACCEPT4.invokeExact(state, fd, MemorySegment.NULL, MemorySegment.NULL, SOCK_NONBLOCK_CLOEXEC);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** The own address into the segment. */
    int local(int fd, MemorySegment address) throws IOException {
        number.set(ValueLayout.JAVA_INT, 0, (int) address.byteSize());
        try {
            return (int) GETSOCKNAME.invokeExact(state, fd, address, number);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** The other side's address into the segment. */
    int peer(int fd, MemorySegment address) throws IOException {
        number.set(ValueLayout.JAVA_INT, 0, (int) address.byteSize());
        try {
            return (int) GETPEERNAME.invokeExact(state, fd, address, number);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** Sets an option to 1. */
    int set(int fd, int level, int option) throws IOException {
        number.set(ValueLayout.JAVA_INT, 0, 1);
        try {
            return (int) SETSOCKOPT.invokeExact(state, fd, level, option, number, Integer.BYTES);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** Receives without waiting. */
    int receive(int fd, MemorySegment into, int length) throws IOException {
        try {
            return (int) (long) RECV.invokeExact(state, fd, into, (long) length, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** Sends without waiting, and without a signal when nobody is there any more. */
    int send(int fd, MemorySegment from, int length) throws IOException {
        try {
            return (int) (long) SEND.invokeExact(state, fd, from, (long) length, MSG_DONTWAIT | MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    int close(int fd) throws IOException {
        try {
            return (int) CLOSE.invokeExact(state, fd);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** A counter that a poll can wait for; does not block. */
    int eventfd() throws IOException {
        try {
            return (int) EVENTFD.invokeExact(state, 0, SOCK_NONBLOCK_CLOEXEC);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** Adds one to such a counter. */
    long ring(int fd) throws IOException {
        number.set(ValueLayout.JAVA_LONG, 0, 1);
        try {
            return (long) WRITE.invokeExact(state, fd, number, (long) Long.BYTES);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** Sets such a counter back. */
    long silence(int fd) throws IOException {
        try {
            return (long) READ.invokeExact(state, fd, number, (long) Long.BYTES);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    int epollCreate() throws IOException {
        try {
            return (int) EPOLL_CREATE1.invokeExact(state, EPOLL_CLOEXEC);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** @param data what {@link #data} gives back with each event */
    int epollControl(int epoll, int operation, int fd, int events, long data) throws IOException {
        event.set(ValueLayout.JAVA_INT_UNALIGNED, 0, events);
        event.set(ValueLayout.JAVA_LONG_UNALIGNED, EVENT_DATA, data);
        try {
            return (int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** @param events room for some events of {@link #EVENT_BYTES} each */
    int epollWait(int epoll, MemorySegment events, int most, int millis) throws IOException {
        try {
            return (int) EPOLL_WAIT.invokeExact(state, epoll, events, most, millis);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    static int mask(MemorySegment events, int index) {
        return events.get(ValueLayout.JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES);
    }

    static long data(MemorySegment events, int index) {
        return events.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * EVENT_BYTES + EVENT_DATA);
    }

    /** The number of the last error, {@code errno}. */
    int error() {
        return (int) ERRNO.get(state, 0L);
    }

    /** What the last error was, in the system's words. */
    String why() throws IOException {
        int last = error();
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(last);
            return text.reinterpret(LONGEST_SENTENCE).getString(0);
        } catch (Throwable e) {
            throw foreign(e);
        }
    }

    /** The result, or an exception when it says that there was an error. */
    int checked(int result, String what) throws IOException {
        if (result < 0) {
            throw new SocketException(what + ": " + why());
        }
        return result;
    }

    private static IOException foreign(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IOException("a call into the C library failed", e);
    }
}
