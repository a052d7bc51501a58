package org.hikyaku.dns.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hikyaku.net.Deadline;

/** A real server that runs until it is closed. Its output goes to a file, which is quoted when it does not start. */
public final class ServerProcess implements AutoCloseable {

    /** Asks the server something harmless; throws while it is not ready. */
    @FunctionalInterface
    public interface Readiness {
        boolean isReady() throws IOException;
    }

    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final Duration ENDING = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 20;
    private static final int LINES_QUOTED = 20;

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a server in the foreground and waits until it is ready.
     *
     * @throws IOException when it ends or is not ready within a minute; the message quotes the end of its log
     */
    public static ServerProcess start(List<String> command, Path log, Readiness readiness)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // A test run that is interrupted leaves no server behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        ServerProcess server = new ServerProcess(process, log);
        Deadline deadline = Deadline.after(STARTING);
        while (!ready(readiness)) {
            if (!process.isAlive() || deadline.passed()) {
                server.close();
                throw new IOException(command + " did not start: " + server.endOfLog());
            }
            process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return server;
    }

    private static boolean ready(Readiness readiness) {
        try {
            return readiness.isReady();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Where a program is, looked for in PATH and the folders of daemons. */
    public static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin", "/sbin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public long pid() {
        return process.pid();
    }

    /** Processor time used so far, all threads. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private String endOfLog() throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_QUOTED), lines.size()));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
