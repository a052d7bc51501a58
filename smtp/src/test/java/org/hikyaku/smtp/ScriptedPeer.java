package org.hikyaku.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.smtp.PeerScript.Step;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;

/** Plays a {@link PeerScript} without sockets, threads or time: the script moves on when the client reads. */
final class ScriptedPeer implements Network, Connection, TlsUpgrade {
    static final SessionFacts FACTS = new SessionFacts(
            TlsVersion.TLSV1_3,
            "TLS_AES_128_GCM_SHA256",
            0x1301,
            128,
            Optional.of("X25519"),
            Optional.of("ecdsa_secp256r1_sha256"),
            List.of(),
            Optional.of("mx.example"),
            Optional.empty(),
            false,
            true,
            true);

    private final PeerScript script;
    private final StringBuilder said = new StringBuilder();
    private int position;
    private int offset;
    private boolean closed;
    private long bytesGiven;

    ScriptedPeer(PeerScript script) {
        this.script = script;
    }

    /** True when the client closed the connection. */
    boolean closed() {
        return closed;
    }

    long bytesGiven() {
        return bytesGiven;
    }

    /** What of the script did not happen. */
    List<Step> rest() {
        return script.steps().subList(position, script.steps().size());
    }

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
        return switch (script.value("dial", "ok")) {
            case "refused" -> throw new ConnectException("no connection: the other side refused it");
            case "timeout" -> throw new SocketTimeoutException("no connection: no answer in time");
            case "noroute" -> throw new NoRouteToHostException("no connection: no route");
            default -> this;
        };
    }

    @Override
    public Upgraded handshake(Connection plain, Optional<String> sni, Deadline deadline)
            throws HandshakeFailedException {
        if (!(current() instanceof Step.Tls tls)) {
            throw failed(HandshakeFailure.Stage.NOT_TLS, "plain text came instead of a handshake");
        }
        position++;
        if (tls.result().equals("ok")) {
            return new Upgraded(this, FACTS);
        }
        String[] words = tls.result().split(" ", 3);
        throw failed(HandshakeFailure.Stage.valueOf(words[1]), words[2]);
    }

    private static HandshakeFailedException failed(HandshakeFailure.Stage stage, String sentence) {
        return new HandshakeFailedException(
                new HandshakeFailure(stage, Optional.empty(), true, sentence), new IOException(sentence));
    }

    @Override
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                int given = give(target, from, length);
                bytesGiven += Math.max(0, given);
                return given;
            }
        };
    }

    private int give(byte[] target, int from, int length) throws IOException {
        int given = 0;
        while (given < length && current() instanceof Step.Say say) {
            int count = Math.min(length - given, say.bytes().length - offset);
            System.arraycopy(say.bytes(), offset, target, from + given, count);
            given += count;
            offset += count;
            if (offset == say.bytes().length) {
                offset = 0;
                position += say.endless() ? 0 : 1;
            }
        }
        if (given > 0) {
            return given;
        }
        return switch (current()) {
            case Step.Later later -> {
                position++;
                yield give(target, from, length);
            }
            case Step.Close close -> {
                position = script.steps().size();
                yield -1;
            }
            case Step.Reset reset -> throw new SocketException("Connection reset");
            case Step.Silence silence -> throw new SocketTimeoutException("timed out waiting for data");
            case Step.Hear hear -> throw new AssertionError("the client waits and did not say: " + hear.line());
            case Step.Tls tls -> throw new AssertionError("the client reads plain text and did not start TLS");
            case Step.Say say -> throw new AssertionError("given above");
        };
    }

    private Step current() {
        return position < script.steps().size() ? script.steps().get(position) : new Step.Close();
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                said.append((char) (b & 0xff));
                if (said.length() >= 2 && said.substring(said.length() - 2).equals("\r\n")) {
                    String line = new String(
                            said.substring(0, said.length() - 2).getBytes(StandardCharsets.ISO_8859_1),
                            StandardCharsets.UTF_8);
                    said.setLength(0);
                    hear(line);
                }
            }
        };
    }

    private void hear(String line) throws IOException {
        // What the server said before and the client has not fetched yet is still under way to it.
        int next = position;
        while (next < script.steps().size()
                && (script.steps().get(next) instanceof Step.Say
                        || script.steps().get(next) instanceof Step.Later)) {
            next++;
        }
        if (next < script.steps().size() && script.steps().get(next) instanceof Step.Hear hear) {
            if (!hear.line().equals(line)) {
                throw new AssertionError("the client said \"" + line + "\" instead of \"" + hear.line() + "\"");
            }
            position = next + 1;
            return;
        }
        boolean gone = current() instanceof Step.Close || current() instanceof Step.Reset;
        if (gone || current() instanceof Step.Silence) {
            throw new SocketException("Broken pipe");
        }
        throw new AssertionError("the client said \"" + line + "\" out of turn");
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25);
    }

    @Override
    public InetSocketAddress local() {
        return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 40000);
    }

    @Override
    public void within(Deadline deadline) {}

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public Listener listen(InetSocketAddress local) {
        throw new UnsupportedOperationException();
    }
}
