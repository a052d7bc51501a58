package org.hikyaku.net.poll;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.hikyaku.net.UnixListener;

/** A socket that listens, level-triggered: whoever waits is told of until accepted. */
final class EpollListener implements PollListener, EpollPoller.Watched {
    private final EpollPoller poller;
    private final int fd;
    private final InetSocketAddress local;
    private final Optional<Path> path;

    // the poller's thread alone once it is watched
    private Runnable handler = () -> {};
    private int place = -1;
    private boolean closed;

    private EpollListener(EpollPoller poller, int fd, InetSocketAddress local, Optional<Path> path) {
        this.poller = poller;
        this.fd = fd;
        this.local = local;
        this.path = path;
    }

    static EpollListener listen(EpollPoller poller, InetSocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            LinuxCalls calls = new LinuxCalls(arena);
            int fd = open(calls, SocketAddresses.family(address));
            boolean whole = false;
            try {
                calls.checked(calls.set(fd, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_REUSEADDR), "SO_REUSEADDR");
                bind(calls, fd, SocketAddresses.of(address, arena));
                calls.checked(calls.listen(fd, BACKLOG), "listening failed");
                MemorySegment bound = arena.allocate(SocketAddresses.LONGEST, Long.BYTES);
                calls.checked(calls.local(fd, bound), "the socket's address cannot be had");
                InetSocketAddress local = new InetSocketAddress(
                        address.getAddress(), SocketAddresses.read(bound).getPort());
                whole = true;
                return new EpollListener(poller, fd, local, Optional.empty());
            } finally {
                if (!whole) {
                    calls.close(fd);
                }
            }
        }
    }

    static EpollListener listen(EpollPoller poller, Path path, String mode) throws IOException {
        UnixListener.removeStale(path);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = SocketAddresses.of(path, arena);
            LinuxCalls calls = new LinuxCalls(arena);
            int fd = open(calls, LinuxCalls.AF_UNIX);
            boolean bound = false;
            boolean whole = false;
            try {
                bind(calls, fd, address);
                bound = true;
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
                calls.checked(calls.listen(fd, BACKLOG), "listening failed");
                whole = true;
                InetSocketAddress local = InetSocketAddress.createUnresolved(path.toString(), 0);
                return new EpollListener(poller, fd, local, Optional.of(path));
            } finally {
                if (!whole) {
                    calls.close(fd);
                    if (bound) {
                        Files.deleteIfExists(path);
                    }
                }
            }
        }
    }

    private static int open(LinuxCalls calls, int family) throws IOException {
        return calls.checked(calls.socket(family), "no socket can be had");
    }

    private static void bind(LinuxCalls calls, int fd, MemorySegment address) throws IOException {
        if (calls.bind(fd, address) < 0) {
            throw switch (calls.error()) {
                case LinuxCalls.EADDRINUSE, LinuxCalls.EADDRNOTAVAIL, LinuxCalls.EACCES ->
                    new BindException(calls.why());
                default -> new SocketException(calls.why());
            };
        }
    }

    /** For the poller's thread. */
    void watch(Runnable ready) throws IOException {
        handler = ready;
        place = poller.add(fd, LinuxCalls.EPOLLIN, this);
    }

    @Override
    public void event(int mask) {
        handler.run();
    }

    @Override
    public Optional<PollSocket> accept() throws IOException {
        LinuxCalls calls = poller.calls();
        while (true) {
            int accepted = calls.accept(fd);
            if (accepted >= 0) {
                return Optional.of(socket(calls, accepted));
            }
            int error = calls.error();
            if (error == LinuxCalls.EAGAIN) {
                return Optional.empty();
            }
            if (error != LinuxCalls.EINTR && error != LinuxCalls.ECONNABORTED) {
                throw new SocketException(calls.why());
            }
        }
    }

    private EpollSocket socket(LinuxCalls calls, int accepted) throws IOException {
        if (path.isEmpty() && calls.set(accepted, LinuxCalls.IPPROTO_TCP, LinuxCalls.TCP_NODELAY) < 0) {
            String why = calls.why();
            calls.close(accepted);
            throw new SocketException("TCP_NODELAY: " + why);
        }
        return new EpollSocket(poller, accepted);
    }

    @Override
    public void want(boolean connections) throws IOException {
        if (!closed && place >= 0) {
            poller.change(fd, connections ? LinuxCalls.EPOLLIN : 0, place);
        }
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (place >= 0) {
            poller.remove(place);
        }
        try (Arena arena = Arena.ofConfined()) {
            new LinuxCalls(arena).close(fd);
        }
        if (path.isPresent()) {
            Files.deleteIfExists(path.get());
        }
    }
}
