package org.hikyaku.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stream sockets at a path. */
class UnixListenerTest {
    @TempDir
    private Path directory;

    private static SocketChannel dial(Path path) throws IOException {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        client.connect(UnixDomainSocketAddress.of(path));
        return client;
    }

    @Test
    void bytesGoBothWays() throws Exception {
        Path path = directory.resolve("policy");
        try (UnixListener listener = UnixListener.listen(path, "rw-rw----");
                SocketChannel client = dial(path);
                Connection connection = listener.accept()) {
            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
            client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertThat(connection.input().readNBytes(3)).containsExactly(1, 2, 3);
            connection.output().write(new byte[] {4, 5});
            ByteBuffer got = ByteBuffer.allocate(2);
            while (got.hasRemaining() && client.read(got) >= 0) {
                // until both are here
            }
            assertThat(got.array()).containsExactly(4, 5);
            client.shutdownOutput();
            assertThat(connection.input().read()).isEqualTo(-1);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void readsEndAtTheDeadline() throws Exception {
        Path path = directory.resolve("policy");
        try (UnixListener listener = UnixListener.listen(path, "rw-------");
                SocketChannel _ = dial(path);
                Connection connection = listener.accept()) {
            connection.within(Deadline.after(Duration.ofMillis(30)));
            assertThatThrownBy(() -> connection.input().read())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining(path.toString());
        }
    }

    /** A process that was killed leaves its socket behind. */
    @Test
    void socketLeftBehindIsReplaced() throws Exception {
        Path path = directory.resolve("policy");
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(path));
        dead.close();
        assertThat(path).exists();
        try (UnixListener listener = UnixListener.listen(path, "rw-------");
                SocketChannel client = dial(path)) {
            assertThat(client.isConnected()).isTrue();
            assertThat(listener.local().getHostString()).isEqualTo(path.toString());
        }
    }

    @Test
    void livingSocketsAndOtherFilesAreLeftAlone() throws Exception {
        Path path = directory.resolve("policy");
        try (UnixListener _ = UnixListener.listen(path, "rw-------")) {
            assertThatThrownBy(() -> UnixListener.listen(path, "rw-------")).isInstanceOf(BindException.class);
        }
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThatThrownBy(() -> UnixListener.listen(file, "rw-------")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("precious");
    }

    @Test
    void acceptEndsWhenTheListenerIsClosed() throws Exception {
        UnixListener listener = UnixListener.listen(directory.resolve("policy"), "rw-------");
        listener.close();
        assertThatThrownBy(listener::accept).isInstanceOf(SocketException.class);
    }
}
