package org.hikyaku.net.poll;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.hikyaku.net.UnixListener;

/** By Java's own selector, which every system has. */
final class SelectorPoller implements Poller {
    private final Selector selector;

    SelectorPoller() throws IOException {
        selector = Selector.open();
    }

    @Override
    public PollListener listen(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, PollListener.BACKLOG);
            return new Door(channel, (InetSocketAddress) channel.getLocalAddress(), channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public PollListener listen(Path path, String mode) throws IOException {
        UnixListener listener = UnixListener.listen(path, mode);
        return new Door(listener.channel(), listener.local(), listener);
    }

    @Override
    public void watch(PollListener listener, Runnable handler) throws IOException {
        if (!(listener instanceof Door ours)) {
            throw new IllegalArgumentException("another poller's listener");
        }
        ours.channel.configureBlocking(false);
        ours.channel.register(selector, SelectionKey.OP_ACCEPT, handler);
    }

    @Override
    public void await(long millis) throws IOException {
        selector.select(millis);
    }

    @Override
    public void dispatch() {
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.isValid() && key.attachment() instanceof Runnable handler) {
                handler.run();
            }
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    private final class Door implements PollListener {
        private final ServerSocketChannel channel;
        private final InetSocketAddress local;
        private final Closeable whole;

        Door(ServerSocketChannel channel, InetSocketAddress local, Closeable whole) {
            this.channel = channel;
            this.local = local;
            this.whole = whole;
        }

        @Override
        public Optional<PollSocket> accept() throws IOException {
            SocketChannel accepted = channel.accept();
            if (accepted == null) {
                return Optional.empty();
            }
            try {
                accepted.configureBlocking(false);
                if (accepted.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                    accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
                return Optional.of(new Socket(accepted));
            } catch (IOException e) {
                accepted.close();
                throw e;
            }
        }

        @Override
        public void want(boolean connections) {
            SelectionKey key = channel.keyFor(selector);
            if (key != null && key.isValid()) {
                key.interestOps(connections ? SelectionKey.OP_ACCEPT : 0);
            }
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }

        @Override
        public void close() throws IOException {
            whole.close();
        }
    }

    private final class Socket implements PollSocket {
        private final SocketChannel channel;

        Socket(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void handler(Runnable ready) throws IOException {
            channel.register(selector, SelectionKey.OP_READ, ready);
        }

        @Override
        public void want(Want want) throws IOException {
            int wanted = switch (want) {
                case READ -> SelectionKey.OP_READ;
                case WRITE -> SelectionKey.OP_WRITE;
                case NOTHING -> 0;
            };
            SelectionKey key = channel.keyFor(selector);
            try {
                if (key != null && key.interestOps() != wanted) {
                    key.interestOps(wanted);
                }
            } catch (CancelledKeyException e) {
                throw new IOException("the connection is closed", e);
            }
        }

        @Override
        public int receive(PollBuffer into) throws IOException {
            return channel.read(into.slice(0, into.capacity()));
        }

        @Override
        public int send(PollBuffer from, int at, int length) throws IOException {
            return channel.write(from.slice(at, length));
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // nothing is lost: it was to be closed
            }
        }

        @Override
        public String toString() {
            try {
                return String.valueOf(channel.getRemoteAddress());
            } catch (IOException e) {
                return "a connection that is closed";
            }
        }
    }
}
