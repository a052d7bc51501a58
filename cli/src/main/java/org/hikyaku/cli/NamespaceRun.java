package org.hikyaku.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hikyaku.conformance.serve.ServedLab;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Java cannot move into a network namespace: the command makes one, runs again inside with the same words, and removes it. */
final class NamespaceRun {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceRun.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private NamespaceRun() {}

    /**
     * Runs {@code words} and {@code --inside} in a namespace of this name. Its standard input is a pipe from this process: it sees
     * the end of it when this process is gone without having ended it.
     *
     * @param words the arguments of {@code hikyaku}
     * @param input is handed on to it, and its end is not; empty: nothing is
     * @return the exit code
     */
    static int run(String name, List<String> words, Optional<InputStream> input) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Hikyaku.class.getName()));
        command.addAll(words);
        command.add("--inside");
        try (StopSignal stop = new StopSignal(LAST_WORDS.multipliedBy(2));
                NetworkNamespace namespace = NetworkNamespace.make(name, ServedLab.resolvConf())) {
            Process process = new ProcessBuilder(namespace.inside(command))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            input.ifPresent(in -> Thread.ofVirtual().name("input").start(() -> pass(in, process.getOutputStream())));
            try {
                while (process.isAlive() && stop.await(Duration.ofMillis(200))) {
                    // until it ends, or somebody ends us
                }
            } finally {
                process.destroy();
                if (!process.waitFor(LAST_WORDS.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
            // 143 and 130: it was ended by the signal that was meant to end it
            int code = process.exitValue();
            return code == 143 || code == 130 ? ExitCode.OK.code() : code;
        } catch (IOException e) {
            throw new UndecidedException("The lab does not start inside the namespace: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("The lab was interrupted", e);
        }
    }

    private static void pass(InputStream from, OutputStream to) {
        try {
            for (int b = from.read(); b >= 0; b = from.read()) {
                to.write(b);
                if (b == '\n') {
                    to.flush();
                }
            }
        } catch (IOException e) {
            LOG.debug("nothing more is handed on: {}", e.getMessage()); // it has ended, or we have
        }
    }
}
