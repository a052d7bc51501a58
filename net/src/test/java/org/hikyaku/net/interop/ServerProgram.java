package org.hikyaku.net.interop;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server that others wrote, as a process of its own: waited for until it listens, and ended again. */
public final class ServerProgram implements Closeable {
    private static final long PAUSE_MILLIS = 20;
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;

    private ServerProgram(Process process) {
        this.process = process;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param line program and arguments; it must stay in the foreground
     * @param output takes what it says
     * @param address where it is going to listen
     */
    public static ServerProgram start(List<String> line, Path output, InetSocketAddress address)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        ServerProgram program = new ServerProgram(process);
        for (int i = 0; !listens(address); i++) {
            if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS) || i > PATIENCE_SECONDS * 1000 / PAUSE_MILLIS) {
                program.close();
                throw new IOException(
                        line.getFirst() + " did not start: " + Files.readString(output, StandardCharsets.ISO_8859_1));
            }
        }
        return program;
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
