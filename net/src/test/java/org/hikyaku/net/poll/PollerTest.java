package org.hikyaku.net.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a poller does; the one that the system has is tried here, the portable one by {@link PortablePollerTest}. */
@Timeout(60)
class PollerTest {
    private static final int LONG = 10_000;

    @TempDir
    private Path folder;

    private Poller poller;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<PollSocket> accepted = new ArrayList<>();

    Poller make() throws IOException {
        return Poller.open();
    }

    @BeforeEach
    void open() throws IOException {
        poller = make();
    }

    @AfterEach
    void close() throws Exception {
        accepted.forEach(PollSocket::close);
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        poller.close();
    }

    private PollListener tcp() throws IOException {
        PollListener listener = poller.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        open.add(listener);
        watch(listener);
        return listener;
    }

    private void watch(PollListener listener) throws IOException {
        poller.watch(listener, () -> {
            try {
                listener.accept().ifPresent(accepted::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private SocketChannel dial(PollListener listener) throws IOException {
        SocketChannel client = SocketChannel.open();
        open.add(client);
        client.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 16);
        client.connect(listener.local());
        return client;
    }

    private PollSocket next(PollListener listener) throws IOException {
        dial(listener);
        return accept();
    }

    private PollSocket accept() throws IOException {
        int before = accepted.size();
        until(() -> accepted.size() > before);
        return accepted.getLast();
    }

    private SocketChannel client() {
        return (SocketChannel) open.getLast();
    }

    private void until(BooleanSupplier reached) throws IOException {
        while (!reached.getAsBoolean()) {
            poller.await(LONG);
            poller.dispatch();
        }
    }

    /** What a connection got, one receive at a time as a server does it. */
    private static final class Reader implements Runnable {
        private final PollSocket socket;
        private final PollBuffer buffer;
        private final ByteArrayOutputStream got = new ByteArrayOutputStream();
        private boolean ended;
        private int runs;

        Reader(PollSocket socket, int room) throws IOException {
            this.socket = socket;
            this.buffer = new PollBuffer(room);
            socket.handler(this);
        }

        @Override
        public void run() {
            runs++;
            try {
                int count = socket.receive(buffer);
                if (count == PollSocket.END) {
                    ended = true;
                    socket.close();
                } else {
                    byte[] bytes = new byte[count];
                    buffer.get(0, bytes, 0, count);
                    got.writeBytes(bytes);
                }
            } catch (IOException e) {
                ended = true;
                socket.close();
            }
        }

        String text() {
            return got.toString(StandardCharsets.US_ASCII);
        }
    }

    private static void send(SocketChannel client, String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String read(SocketChannel client, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && client.read(bytes) >= 0) {
            // until all is here
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }

    private static PollBuffer of(String text) {
        PollBuffer buffer = new PollBuffer(text.length());
        buffer.put(0, text.getBytes(StandardCharsets.US_ASCII), 0, text.length());
        return buffer;
    }

    @Test
    void bytesGoBothWaysOverTcp() throws Exception {
        PollListener listener = tcp();
        assertThat(listener.local().getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
        assertThat(listener.local().getPort()).isPositive();
        PollSocket socket = next(listener);
        Reader reader = new Reader(socket, 100);
        assertThat(socket.receive(new PollBuffer(10))).isZero(); // nothing yet, and nobody waits
        send(client(), "hello");
        until(() -> reader.text().equals("hello"));
        assertThat(socket.send(of("a reply"), 2, 5)).isEqualTo(5);
        assertThat(read(client(), 5)).isEqualTo("reply");
        assertThat(socket.toString())
                .contains(String.valueOf(((InetSocketAddress) client().getLocalAddress()).getPort()));
    }

    @Test
    void bytesGoBothWaysOverIpv6() throws Exception {
        PollListener listener = poller.listen(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
        open.add(listener);
        watch(listener);
        Reader reader = new Reader(next(listener), 100);
        send(client(), "hello");
        until(() -> reader.text().equals("hello"));
    }

    @Test
    void bytesGoBothWaysOverAUnixSocket() throws Exception {
        Path path = folder.resolve("socket");
        PollListener listener = poller.listen(path, "rw-rw----");
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(listener.local().isUnresolved()).isTrue();
        assertThat(listener.local().getHostString()).isEqualTo(path.toString());
        watch(listener);
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(path));
            PollSocket socket = accept();
            Reader reader = new Reader(socket, 100);
            send(client, "hello");
            until(() -> reader.text().equals("hello"));
            assertThat(socket.send(of("reply"), 0, 5)).isEqualTo(5);
            assertThat(read(client, 5)).isEqualTo("reply");
        }
        listener.close();
        assertThat(path).doesNotExist();
    }

    /** What a process that is gone left behind is no hindrance; anything else is. */
    @Test
    void staleSocketsAreReplacedAndFilesAreNot() throws Exception {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        poller.listen(path, "rw-------").close();
        Path file = Files.writeString(folder.resolve("file"), "kept");
        assertThatThrownBy(() -> poller.listen(file, "rw-------")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("kept");
        try (PollListener _ = poller.listen(path, "rw-------")) {
            assertThatThrownBy(() -> poller.listen(path, "rw-------")).isInstanceOf(BindException.class);
        }
    }

    @Test
    void aPortThatIsTakenSaysSo() throws Exception {
        InetSocketAddress taken = tcp().local();
        assertThatThrownBy(() -> poller.listen(taken))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("in use");
        InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0);
        assertThatThrownBy(() -> poller.listen(elsewhere)).isInstanceOf(BindException.class);
    }

    /** More at once than one receive takes: it goes on without anything new coming. */
    @Test
    void moreThanTheBufferHolds() throws Exception {
        Reader reader = new Reader(next(tcp()), 7);
        String sent = "0123456789".repeat(100);
        send(client(), sent);
        until(() -> reader.text().equals(sent));
        send(client(), "more");
        until(() -> reader.text().equals(sent + "more"));
    }

    /** A client that asks, ends its side and waits for the answer. */
    @Test
    void theEndIsSeenAfterAllThatCameBeforeIt() throws Exception {
        PollSocket socket = next(tcp());
        send(client(), "the last words");
        client().shutdownOutput();
        Reader reader = new Reader(socket, 100);
        until(() -> !reader.text().isEmpty());
        assertThat(socket.send(of("answer"), 0, 6)).isEqualTo(6);
        until(() -> reader.ended);
        assertThat(reader.text()).isEqualTo("the last words");
        assertThat(read(client(), 6)).isEqualTo("answer");
    }

    @Test
    void aConnectionThatIsResetComesToItsEnd() throws Exception {
        Reader reader = new Reader(next(tcp()), 100);
        client().setOption(StandardSocketOptions.SO_LINGER, 0);
        client().close();
        until(() -> reader.ended);
        assertThat(reader.socket.isOpen()).isFalse();
        assertThat(reader.runs).isEqualTo(1);
    }

    /** What comes while nothing is wanted waits, and its handler is left alone. */
    @Test
    void whatCameWhileNothingWasWantedIsNotLost() throws Exception {
        PollListener listener = tcp();
        Reader silent = new Reader(next(listener), 100);
        SocketChannel first = client();
        silent.socket.want(PollSocket.Want.NOTHING);
        send(first, "hello");
        Reader other = new Reader(next(listener), 100); // that it is told of shows that the round is over
        send(client(), "x");
        until(() -> !other.text().isEmpty());
        assertThat(silent.runs).isZero();
        silent.socket.want(PollSocket.Want.READ);
        until(() -> silent.text().equals("hello"));
        silent.socket.want(PollSocket.Want.NOTHING);
        first.close();
        silent.socket.want(PollSocket.Want.READ);
        until(() -> silent.ended);
    }

    /** A client that does not read: what is left is sent once it does, and reading goes on then. */
    @Test
    void whatCannotBeSentYetIsSentLater() throws Exception {
        PollSocket socket = next(tcp());
        PollBuffer much = new PollBuffer(1 << 16);
        byte[] pattern = new byte[1 << 16];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = (byte) (i * 31 + (i >> 8));
        }
        much.put(0, pattern, 0, pattern.length);
        long[] sent = new long[1];
        int[] wholes = new int[1];
        int target = (7 << 20) / pattern.length;
        Runnable fill = () -> {
            try {
                while (wholes[0] < target) {
                    int at = (int) (sent[0] % pattern.length);
                    int count = socket.send(much, at, pattern.length - at);
                    sent[0] += count;
                    wholes[0] = (int) (sent[0] / pattern.length);
                    if (at + count < pattern.length) {
                        socket.want(PollSocket.Want.WRITE);
                        return;
                    }
                }
                socket.want(PollSocket.Want.READ);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        socket.handler(fill);
        fill.run();
        assertThat(wholes[0]).as("more than both sides' buffers hold").isLessThan(target);
        long[] read = new long[1];
        boolean[] same = {true};
        SocketChannel client = client();
        Thread reader = Thread.ofVirtual().start(() -> {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 15);
            try {
                while (client.read(bytes.clear()) >= 0) {
                    int at = (int) (read[0] % pattern.length);
                    int first = Math.min(bytes.position(), pattern.length - at);
                    int rest = bytes.position() - first;
                    same[0] &= Arrays.equals(bytes.array(), 0, first, pattern, at, at + first)
                            && Arrays.equals(bytes.array(), first, first + rest, pattern, 0, rest);
                    read[0] += bytes.position();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        until(() -> wholes[0] >= target || !socket.isOpen());
        socket.close();
        reader.join();
        assertThat(read[0]).isEqualTo(sent[0]);
        assertThat(same[0]).isTrue();
    }

    /** Two are ready in the same round, and the turn of one ends the other. */
    @Test
    void whatIsClosedHasNoTurn() throws Exception {
        PollListener listener = tcp();
        List<PollSocket> sockets = new ArrayList<>();
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            sockets.add(next(listener));
            clients.add(client());
        }
        int[] turns = new int[1];
        for (int i = 0; i < 2; i++) {
            PollSocket other = sockets.get(1 - i);
            sockets.get(i).handler(() -> {
                turns[0]++;
                other.close();
            });
            send(clients.get(i), "x");
        }
        until(() -> turns[0] > 0);
        assertThat(turns[0]).isEqualTo(1);
        assertThat(sockets.stream().filter(PollSocket::isOpen)).hasSize(1);
    }

    /** A place that is free again, with events of who had it before. */
    @Test
    void connectionsComeAndGo() throws Exception {
        PollListener listener = tcp();
        for (int i = 0; i < 300; i++) {
            Reader reader = new Reader(next(listener), 100);
            send(client(), "n" + i);
            client().close();
            String expected = "n" + i;
            until(() -> reader.ended);
            assertThat(reader.text()).isEqualTo(expected);
        }
    }

    @Test
    void nobodyIsAcceptedWhileNobodyIsWanted() throws Exception {
        PollListener listener = tcp();
        Reader reader = new Reader(next(listener), 100);
        SocketChannel first = client();
        listener.want(false);
        dial(listener);
        send(first, "x");
        until(() -> !reader.text().isEmpty());
        assertThat(accepted).hasSize(1);
        listener.want(true);
        until(() -> accepted.size() == 2);
    }

    @Test
    void aWaitIsEndedFromOutside() throws Exception {
        Thread other = Thread.ofVirtual().start(() -> {
            poller.wakeUp();
            poller.wakeUp();
        });
        poller.await(Integer.MAX_VALUE);
        poller.dispatch();
        other.join();
        poller.wakeUp(); // before the wait begins
        poller.await(Integer.MAX_VALUE);
        poller.dispatch();
    }

    @Test
    void manyConnectionsAtOnce() throws Exception {
        PollListener listener = tcp();
        List<Reader> readers = new ArrayList<>();
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            readers.add(new Reader(next(listener), 16));
            clients.add(client());
        }
        for (int i = 0; i < clients.size(); i++) {
            send(clients.get(i), "n" + i);
        }
        until(() -> readers.stream().noneMatch(r -> r.got.size() == 0));
        for (int i = 0; i < readers.size(); i++) {
            assertThat(readers.get(i).text()).isEqualTo("n" + i);
        }
    }
}
