package org.hikyaku.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TappedConnectionTest {
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1);
    private static final InetSocketAddress THERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 2);

    private final List<String> said = new ArrayList<>();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    private final Connection real = new Connection() {
        private final InputStream in = new ByteArrayInputStream("hello".getBytes(StandardCharsets.US_ASCII));

        @Override
        public InputStream input() {
            return in;
        }

        @Override
        public OutputStream output() {
            return sent;
        }

        @Override
        public InetSocketAddress remote() {
            return THERE;
        }

        @Override
        public InetSocketAddress local() {
            return HERE;
        }

        @Override
        public void within(Deadline deadline) {
            said.add("within");
        }

        @Override
        public void acknowledge() {
            said.add("acknowledge");
        }

        @Override
        public void close() {
            said.add("close");
        }
    };

    private final TappedConnection.Tap tap = new TappedConnection.Tap() {
        @Override
        public void received(byte[] bytes, int offset, int length) {
            said.add("< " + new String(bytes, offset, length, StandardCharsets.US_ASCII));
        }

        @Override
        public void sent(byte[] bytes, int offset, int length) throws IOException {
            if (bytes[offset] == '!') {
                throw new IOException("enough");
            }
            said.add("> " + new String(bytes, offset, length, StandardCharsets.US_ASCII));
        }
    };

    @Test
    void whatPassesIsSeenOnceEachWay() throws IOException {
        Connection tapped = new TappedConnection(real, tap);
        byte[] into = new byte[8];

        assertThat(tapped.input().read()).isEqualTo('h');
        assertThat(tapped.input().skip(1)).isOne();
        assertThat(tapped.input().read(into, 2, 6)).isEqualTo(3);
        assertThat(tapped.input().read()).isEqualTo(-1);
        tapped.output().write('a');
        tapped.output().write("bc".getBytes(StandardCharsets.US_ASCII));

        assertThat(said).containsExactly("< h", "< e", "< llo", "> a", "> bc");
        assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
    }

    @Test
    void whatTheTapWillNotHaveDoesNotGo() {
        Connection tapped = new TappedConnection(real, tap);

        assertThatThrownBy(() -> tapped.output().write('!')).hasMessage("enough");
        assertThat(sent.size()).isZero();
    }

    @Test
    void allElseIsTheConnectionsOwn() throws IOException {
        Connection tapped = new TappedConnection(real, tap);
        tapped.within(Deadline.after(java.time.Duration.ofSeconds(1)));
        tapped.acknowledge();
        tapped.close();

        assertThat(said).containsExactly("within", "acknowledge", "close");
        assertThat(tapped.remote()).isEqualTo(THERE);
        assertThat(tapped.local()).isEqualTo(HERE);
    }
}
