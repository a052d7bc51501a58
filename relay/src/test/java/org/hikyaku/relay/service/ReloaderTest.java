package org.hikyaku.relay.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ReloaderTest {
    @TempDir
    Path folder;

    private final BlockingQueue<String> read = new LinkedBlockingQueue<>();
    private volatile List<Path> files = List.of();

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitRead(String text) throws InterruptedException {
        while (!read.take().equals(text)) {
            // what was read before
        }
    }

    @Test
    void aFileThatIsNamedFirstByWhatWasReadAgainIsLookedAtToo() throws Exception {
        Path configuration = Files.writeString(folder.resolve("relay.yaml"), "one");
        Path password = Files.writeString(folder.resolve("password"), "first");
        files = List.of(configuration);
        try (Reloader reloader = new Reloader(
                () -> files,
                _ -> {
                    files = List.of(configuration, password);
                    read.add(text(configuration) + " " + text(password));
                },
                Duration.ofMillis(5))) {
            reloader.start();
            reloader.ask();
            awaitRead("one first");

            Files.writeString(configuration, "another");
            awaitRead("another first");
            Files.writeString(password, "second one");
            awaitRead("another second one");
        }
    }

    @Test
    void whoAsksHasAllReadAgainThoughNothingHasChanged() throws Exception {
        BlockingQueue<Boolean> asked = new LinkedBlockingQueue<>();
        try (Reloader reloader = new Reloader(List::of, asked::add, Duration.ofHours(1))) {
            reloader.start();
            reloader.ask();
            assertThat(asked.take()).isTrue();
        }
    }
}
