package org.hikyaku.policy.service;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.hikyaku.net.UnixListener;

/** Where a {@link SocketmapServer} is reached: a TCP port or a Unix socket. */
public final class SocketmapDoor implements Closeable {
    private static final int BACKLOG = 1024;

    private final ServerSocketChannel channel;
    private final InetSocketAddress local;
    private final Closeable whole;

    private SocketmapDoor(ServerSocketChannel channel, InetSocketAddress local, Closeable whole) {
        this.channel = channel;
        this.local = local;
        this.whole = whole;
    }

    /** Listens at an address; at port 0 at any that is free. */
    public static SocketmapDoor at(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            return new SocketmapDoor(channel, (InetSocketAddress) channel.getLocalAddress(), channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Listens at a Unix socket, as {@link UnixListener#listen} says. */
    public static SocketmapDoor at(Path path, String mode) throws IOException {
        UnixListener listener = UnixListener.listen(path, mode);
        return new SocketmapDoor(listener.channel(), listener.local(), listener);
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** The address; that of a Unix socket is its path, unresolved, with port 0. */
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void close() throws IOException {
        whole.close();
    }
}
