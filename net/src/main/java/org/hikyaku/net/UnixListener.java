package org.hikyaku.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Listens at a Unix stream socket. What a process that is gone left at its path is removed first. */
public final class UnixListener implements Listener {
    private final ServerSocketChannel server;
    private final Path path;
    private final WriteWatch watch = new WriteWatch();

    private UnixListener(ServerSocketChannel server, Path path) {
        this.server = server;
        this.path = path;
    }

    /**
     * Listens at this path.
     *
     * @param mode who may connect, such as {@code rw-rw----}: to connect takes the right to write
     * @throws FileAlreadyExistsException when something else than a socket is there
     * @throws java.net.BindException when a process listens there already
     */
    public static UnixListener listen(Path path, String mode) throws IOException {
        removeStale(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), SystemNetwork.BACKLOG);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            return new UnixListener(server, path);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /**
     * Removes a socket that nobody listens at any more; nothing else.
     *
     * @throws FileAlreadyExistsException when something else than a socket is there
     */
    public static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new FileAlreadyExistsException(path.toString(), null, "it is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            Files.deleteIfExists(path); // nobody listens any more
        }
        // Where somebody does, binding fails and says so.
    }

    /** The socket itself, for whoever waits for many at once. */
    public ServerSocketChannel channel() {
        return server;
    }

    @Override
    public Connection accept() throws IOException {
        try {
            return new UnixConnection(server.accept(), local(), watch, Deadline.after(SocketListener.FIRST_DEADLINE));
        } catch (AsynchronousCloseException e) {
            throw closed(e);
        } catch (ClosedChannelException e) {
            throw closed(e);
        }
    }

    private static SocketException closed(IOException e) {
        SocketException closed = new SocketException("the listener is closed");
        closed.initCause(e);
        return closed;
    }

    /** The path as an unresolved host with port 0: a Unix socket has neither address nor port. */
    @Override
    public InetSocketAddress local() {
        return InetSocketAddress.createUnresolved(path.toString(), 0);
    }

    @Override
    public void close() throws IOException {
        boolean open = server.isOpen();
        server.close();
        if (open) {
            Files.deleteIfExists(path);
        }
    }
}
