package org.hikyaku.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams at a path, sent by another program: Java has no such sockets. */
@Tag("interop")
class UnixDatagramSocketTest {
    private static final Limit MOST = new Limit("bytes", 70_000);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private static void python(String program, Path socket) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("python3", "-c", "import socket, sys\n" + program, socket.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private static Optional<String> receive(UnixDatagramSocket socket) throws IOException {
        return socket.receive(LONG).map(b -> new String(b, StandardCharsets.UTF_8));
    }

    @Test
    void datagramsKeepTheirBounds() throws Exception {
        Path path = directory.resolve("tlsrpt.sock");
        try (UnixDatagramSocket socket = UnixDatagramSocket.bind(path, "rw-rw----", MOST)) {
            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
            python("""
                    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                    for text in ('one', '', 'zwei \\u00fc', 'x' * 65000, 'y' * 70001, 'last'):
                        s.sendto(text.encode(), sys.argv[1])
                    """, path);
            assertThat(receive(socket)).contains("one");
            assertThat(receive(socket)).contains("");
            assertThat(receive(socket)).contains("zwei \u00fc");
            assertThat(receive(socket)).contains("x".repeat(65_000));
            assertThatThrownBy(() -> receive(socket)).isInstanceOf(LimitExceededException.class);
            assertThat(receive(socket)).contains("last");
            assertThat(socket.receive(Duration.ofMillis(10))).isEmpty();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void socketLeftBehindIsReplacedAndALivingOneIsNot() throws Exception {
        Path path = directory.resolve("tlsrpt.sock");
        python("socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(sys.argv[1])", path);
        assertThat(path).exists();
        try (UnixDatagramSocket _ = UnixDatagramSocket.bind(path, "rw-------", MOST)) {
            assertThatThrownBy(() -> UnixDatagramSocket.bind(path, "rw-------", MOST))
                    .isInstanceOf(BindException.class);
            assertThat(path).exists();
        }
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThatThrownBy(() -> UnixDatagramSocket.bind(file, "rw-------", MOST))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("precious");
        assertThatThrownBy(() -> UnixDatagramSocket.bind(directory.resolve("x".repeat(108)), "rw-------", MOST))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> UnixDatagramSocket.bind(directory.resolve("no/such"), "rw-------", MOST))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("No such file or directory");
        UnixDatagramSocket closed = UnixDatagramSocket.bind(directory.resolve("s"), "rw-------", MOST);
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.receive(LONG)).isInstanceOf(SocketException.class);
    }
}
