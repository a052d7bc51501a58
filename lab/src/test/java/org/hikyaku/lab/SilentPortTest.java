package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SilentPortTest {
    @RepeatedTest(3)
    void whoConnectsHearsNothing() throws IOException {
        InetSocketAddress at = TestPorts.takeOnLoopback();
        try (SilentPort silent = new SilentPort("silent", at);
                Socket client = new Socket()) {
            assertThat(silent.filling()).isGreaterThan(2);
            assertThatThrownBy(() -> client.connect(at, 100)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        InetSocketAddress at = TestPorts.takeOnLoopback();
        try (ServerSocket taken = new ServerSocket(at.getPort(), 1, at.getAddress())) {
            assertThatThrownBy(() -> new SilentPort("mail server mx.example.", at))
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort() + " for the mail server mx.example.: ");
        }
    }
}
