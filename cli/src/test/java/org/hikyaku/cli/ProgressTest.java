package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.Packet;
import org.hikyaku.capture.file.Windows;
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

    private static PrintWriter counting(StringWriter err, CountDownLatch shown) {
        return new PrintWriter(err) {
            @Override
            public void flush() {
                super.flush();
                shown.countDown();
            }
        };
    }

    @Test
    void showsWhatIsDoneAndWipesItAtTheEnd() throws InterruptedException {
        CountDownLatch shown = new CountDownLatch(1);
        StringWriter err = new StringWriter();
        PrintWriter writer = counting(err, shown);

        try (Progress progress = new Progress(Optional.of(writer), Duration.ZERO, 20, "asking")) {
            assertThat(shown.await(20, TimeUnit.SECONDS)).isTrue();
            progress.say("a text that is much wider than the terminal");
        }

        assertThat(err.toString()).isEqualTo("\r\u001b[Kasking\r\u001b[Ka text that is much\r\u001b[K");
    }

    /** Of a capture that takes long, somebody at a terminal sees how far it is. */
    @Test
    void theReadingOfACaptureIsTold() throws Exception {
        CountDownLatch shown = new CountDownLatch(1);
        StringWriter err = new StringWriter();
        PrintWriter writer = counting(err, shown);
        CaptureReader endless = new CaptureReader() {
            @Override
            public boolean next(Packet packet) {
                packet.captured = 1000;
                return true;
            }

            @Override
            public void windows(Windows windows) {}

            @Override
            public List<String> warnings() {
                return List.of();
            }

            @Override
            public void close() {}
        };
        try (Progress progress = new Progress(Optional.of(writer), Duration.ZERO, 80, "decoding big.pcap");
                ProgressReader reader = new ProgressReader(endless, "big.pcap", progress)) {
            assertThat(shown.await(20, TimeUnit.SECONDS)).isTrue();
            Packet packet = new Packet();
            for (int i = 0; i < 40_000; i++) {
                reader.next(packet);
            }
        }
        assertThat(err.toString())
                .isEqualTo("\r\u001b[Kdecoding big.pcap\r\u001b[Kdecoding big.pcap: 16384 packets, 15 MB"
                        + "\r\u001b[Kdecoding big.pcap: 32768 packets, 31 MB\r\u001b[K");
    }

    @Test
    void writesNothingWhereNobodyLooks() {
        try (Progress progress = new Progress(Optional.empty(), Duration.ZERO, 80, "asking")) {
            progress.say("dialling");
        }
    }
}
