package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void isSilentWhenDoneBeforePatienceEnds() {
        StringWriter err = new StringWriter();

        try (Progress progress = new Progress(Optional.of(new PrintWriter(err)), Duration.ofDays(1), 80, "asking")) {
            progress.say("dialling");
        }

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void showsWhatIsDoneAndWipesItAtTheEnd() throws InterruptedException {
        CountDownLatch shown = new CountDownLatch(1);
        StringWriter err = new StringWriter();
        PrintWriter writer = new PrintWriter(err) {
            @Override
            public void flush() {
                super.flush();
                shown.countDown();
            }
        };

        try (Progress progress = new Progress(Optional.of(writer), Duration.ZERO, 20, "asking")) {
            assertThat(shown.await(20, TimeUnit.SECONDS)).isTrue();
            progress.say("a text that is much wider than the terminal");
        }

        assertThat(err.toString()).isEqualTo("\r\u001b[Kasking\r\u001b[Ka text that is much\r\u001b[K");
    }

    @Test
    void writesNothingWhereNobodyLooks() {
        try (Progress progress = new Progress(Optional.empty(), Duration.ZERO, 80, "asking")) {
            progress.say("dialling");
        }
    }
}
