package org.hikyaku.tlsrpt.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL in the middle of counting: what was said to be durable is there, and no session is counted by half. */
@Timeout(60)
class CountsKillTest {
    @TempDir
    Path folder;

    @Test
    void whatWasDurableOutlivesAKill() throws Exception {
        Path file = folder.resolve("counts.db");
        Process counter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledCounter.class.getName(),
                        file.toString())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        long durable = 0;
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(counter.getInputStream(), StandardCharsets.UTF_8))) {
            while (durable < 20) {
                durable = Long.parseLong(Objects.requireNonNull(said.readLine(), "it ended by itself"));
            }
            counter.toHandle().destroyForcibly(); // what it said last is still read
            counter.waitFor();
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                durable = Long.parseLong(line);
            }
        }

        try (Database database = Database.open(file);
                SessionCounts counts = new StoredCounts(database)) {
            PolicyResult result = counts.sums(StoredCountsTest.DAY).getFirst().result();
            // a batch that was on its way may have come through: as a whole
            assertThat(result.successful()).isBetween(durable, durable + 1);
            assertThat(result.failed()).isBetween(durable, durable + 1);
            assertThat(result.failures().stream()
                            .mapToLong(FailureCount::sessions)
                            .sum())
                    .isEqualTo(result.failed());
        }
    }
}
