package org.hikyaku.relay.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdNotifierTest {
    private static final String LISTENER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            name = sys.argv[1]
            s.bind("\\0" + name[1:] if name.startswith("@") else name)
            s.settimeout(30)
            print("listening", flush=True)
            for i in range(3):
                print(s.recv(4096).decode().replace("\\n", "|"), flush=True)
            """;

    @TempDir
    Path folder;

    private static void tellsItTo(String socket) throws Exception {
        Process listener = new ProcessBuilder("python3", "-c", LISTENER, socket).start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(listener.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("listening");
            SystemdNotifier notifier = new SystemdNotifier(Map.of("NOTIFY_SOCKET", socket));
            notifier.ready("takes mail");
            notifier.alive();
            notifier.stopping();

            assertThat(said.readLine()).isEqualTo("READY=1|STATUS=takes mail");
            assertThat(said.readLine()).isEqualTo("WATCHDOG=1");
            assertThat(said.readLine()).isEqualTo("STOPPING=1");
        } finally {
            listener.destroy();
        }
    }

    @Test
    @Tag("interop")
    void aSocketWithAPath() throws Exception {
        tellsItTo(folder.resolve("notify").toString());
    }

    @Test
    @Tag("interop")
    void anAbstractSocket() throws Exception {
        tellsItTo("@hikyaku-test-" + ProcessHandle.current().pid());
    }

    @Test
    void withoutASocketNothingHappensAndWithoutAListenerTheServiceGoesOn() {
        new SystemdNotifier(Map.of()).ready("x");
        new SystemdNotifier(Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString())).ready("x");
        new SystemdNotifier(Map.of("NOTIFY_SOCKET", "/" + "x".repeat(200))).ready("x");
    }

    @Test
    void theWatchdogIsToldTwiceInItsTime() {
        assertThat(new SystemdNotifier(Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000"))
                        .watchdogInterval())
                .contains(Duration.ofSeconds(15));
        assertThat(new SystemdNotifier(Map.of("WATCHDOG_USEC", "30000000")).watchdogInterval())
                .isEmpty();
        assertThat(new SystemdNotifier(Map.of("NOTIFY_SOCKET", "/run/x")).watchdogInterval())
                .isEmpty();
    }
}
