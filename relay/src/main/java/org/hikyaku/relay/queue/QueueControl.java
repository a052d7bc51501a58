package org.hikyaku.relay.queue;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Limit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The socket in the queue's folder through which {@code hikyaku queue} asks the process that has the queue. One line of JSON comes, lines of
 * JSON go back; see {@link QueueCommands}. Only the folder's owner can reach it.
 */
final class QueueControl implements Closeable {
    /** Bytes in a request. */
    static final Limit REQUEST = new Limit("bytes in a request to the queue", 64 << 10);

    /** Who asks at the same time; more are sent away. */
    static final Limit CLIENTS = new Limit("requests to the queue at the same time", 16);

    private static final Logger LOG = LoggerFactory.getLogger(QueueControl.class);
    private static final long PATIENCE_SECONDS = 30;
    private static final String NAME = "control";

    private final Path path;
    private final ServerSocketChannel server;
    private final QueueCommands commands;
    private final Semaphore room = new Semaphore((int) CLIENTS.value());
    private final JsonMapper json = new JsonMapper();

    private QueueControl(Path path, ServerSocketChannel server, MailQueue queue) {
        this.path = path;
        this.server = server;
        this.commands = new QueueCommands(queue, false);
    }

    static Path socket(Path folder) {
        return folder.resolve(NAME);
    }

    /** Begins to listen. The caller has the folder's lock, so that a socket that is there is nobody's. */
    static QueueControl start(Path folder, MailQueue queue) throws IOException {
        Path path = socket(folder);
        Files.deleteIfExists(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        QueueControl control = new QueueControl(path, server, queue);
        Thread.ofVirtual().name("queue-control").start(control::accept);
        return control;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (room.tryAcquire()) {
                    Thread.ofVirtual().name("queue-request").start(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("the queue's control socket takes nobody any more: {}", e.getMessage());
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            JsonNode request = json.readTree(line(client));
            BufferedWriter out =
                    new BufferedWriter(Channels.newWriter(client, StandardCharsets.UTF_8.newEncoder(), -1));
            commands.answer(request, line -> {
                try {
                    out.write(json.writeValueAsString(line));
                    out.write('\n');
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            out.flush();
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("who asked the queue is gone: {}", e.getMessage());
        } catch (JacksonException e) {
            LOG.warn("a request to the queue is no JSON: {}", e.getOriginalMessage());
        } finally {
            room.release();
        }
    }

    /** The request; whoever sends none in time is cut off. */
    private static String line(SocketChannel client) throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                if (!read.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    client.close();
                }
            } catch (InterruptedException | IOException _) {
                // the connection is closed by its own thread
            }
        });
        try {
            return new String(line(Channels.newInputStream(client)), StandardCharsets.UTF_8);
        } finally {
            read.countDown();
        }
    }

    private static byte[] line(InputStream in) throws IOException {
        byte[] line = new byte[(int) REQUEST.value()];
        int length = 0;
        while (true) {
            int count = in.read(line, length, line.length - length);
            if (count < 0) {
                throw new IOException("it ends before the request does");
            }
            for (int end = length + count; length < end; length++) {
                if (line[length] == '\n') {
                    return Arrays.copyOf(line, length);
                }
            }
            REQUEST.check(length == line.length ? length + 1L : length);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
