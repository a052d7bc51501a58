package org.hikyaku.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemNetworkTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final SystemNetwork network = new SystemNetwork();
    private Listener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    @Test
    @SuppressWarnings("try") // one side hangs up first
    void bytesGoBothWays() throws Exception {
        try (Connection client = network.dial(listener.local(), Deadline.after(LONG));
                Connection server = listener.accept()) {
            client.output().write(new byte[] {1, 2, 3});
            assertThat(server.input().readNBytes(3)).containsExactly(1, 2, 3);
            server.output().write(200);
            assertThat(client.input().read()).isEqualTo(200);
            assertThat(client.remote()).isEqualTo(listener.local());
            assertThat(client.local()).isEqualTo(server.remote());
            server.close();
            assertThat(client.input().read()).isEqualTo(-1);
        }
    }

    @Test
    void aRefusedConnectionIsNamed() throws Exception {
        InetSocketAddress closed = listener.local();
        listener.close();
        assertThatThrownBy(() -> network.dial(closed, Deadline.after(LONG)))
                .isInstanceOf(ConnectException.class)
                .hasMessage("no connection to 127.0.0.1:" + closed.getPort() + ": the other side refused it");
    }

    @Test
    void anAddressThatCannotBeReachedFromHereIsNamed() throws Exception {
        // RFC 6666: 100::/64 leads nowhere, by a route that discards or by none. Linux refuses a multicast peer at
        // once.
        InetSocketAddress nowhere = new InetSocketAddress(InetAddress.ofLiteral("ff02::1"), 25);
        assertThatThrownBy(() -> network.dial(nowhere, Deadline.after(LONG)))
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessageStartingWith("no connection to [ff02::1]:25: no route to this address from here");
    }

    @Test
    void aNameIsNotLookedUpHere() {
        assertThatThrownBy(
                        () -> network.dial(InetSocketAddress.createUnresolved("localhost", 25), Deadline.after(LONG)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("localhost has not been looked up");
    }

    @Test
    void aReadEndsAtItsDeadline() throws Exception {
        try (Connection client = network.dial(listener.local(), Deadline.after(LONG))) {
            client.within(Deadline.after(SHORT));
            assertThatThrownBy(() -> client.input().read())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("timed out waiting for data from " + Addresses.text(listener.local()));
        }
    }

    @Test
    void aTrickleOfBytesDoesNotStretchTheDeadline() throws Exception {
        try (Connection client = network.dial(listener.local(), Deadline.after(LONG));
                Connection server = listener.accept()) {
            server.output().write(new byte[100]);
            client.within(Deadline.after(Duration.ofSeconds(10), new TickingClock()));
            assertThatThrownBy(() -> {
                        while (client.input().read() >= 0) {
                            // Each read succeeds by itself; together they take too long.
                        }
                    })
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aWriteThatNobodyTakesEndsAtItsDeadline() throws Exception {
        try (Connection client = network.dial(listener.local(), Deadline.after(LONG));
                Connection server = listener.accept()) {
            client.within(Deadline.after(SHORT));
            assertThatThrownBy(() -> client.output().write(new byte[64 << 20]))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("timed out waiting for " + Addresses.text(listener.local()) + " to take data");
            assertThat(server.local()).isEqualTo(listener.local());
        }
    }

    @Test
    void closingTheListenerEndsTheWait() throws Exception {
        var waiting = new java.util.concurrent.FutureTask<>(listener::accept);
        Thread thread = Thread.ofVirtual().start(waiting);
        listener.close();
        thread.join();
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(SocketException.class);
    }
}
