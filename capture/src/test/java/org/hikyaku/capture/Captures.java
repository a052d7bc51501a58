package org.hikyaku.capture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;

/**
 * Captures made with tcpdump of {@code openssl s_server -rev} and {@code openssl s_client} 3.0, and decoding them. The
 * client sent "hello from NAME" and a line feed, the server the same line backwards.
 */
public final class Captures {
    private Captures() {}

    /** What came of one capture. */
    public static final class Decoded implements DecodeListener {
        public final List<Connection> connections = new ArrayList<>();
        public final List<String> texts = new ArrayList<>();
        public final List<Long> holes = new ArrayList<>();
        public List<String> warnings = List.of();

        @Override
        public ConnectionView opened(Connection connection) {
            connections.add(connection);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int index = texts.size();
            texts.add("");
            return new ConnectionView() {
                @Override
                public void data(
                        Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {
                    if (encrypted) {
                        out.write(d, offset, length);
                    }
                }

                @Override
                public void hole(Side side, boolean encrypted, long bytes, long frame) {
                    holes.add(bytes);
                }

                @Override
                public void tlsBegins(long frame) {}

                @Override
                public void end() {
                    texts.set(index, out.toString(StandardCharsets.ISO_8859_1));
                }
            };
        }
    }

    public static byte[] bytes(String name) {
        try (InputStream in = Captures.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path path(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(Captures.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static SecretStore keys(String... names) {
        SecretStore store = new SecretStore();
        for (String name : names) {
            store.addText(bytes(name), name);
        }
        return store;
    }

    /** Decodes without keys, for a listener of the test's own. */
    public static void decode(byte[] capture, DecodeListener listener) throws IOException {
        CaptureDecoder decoder = new CaptureDecoder(new KeyFinder(new SecretStore(), new RsaKeys()), listener);
        try (CaptureReader reader = CaptureFiles.open(new ByteArrayInputStream(capture), "test", text -> {})) {
            decoder.decode(reader);
        }
    }

    public static Decoded decode(byte[] capture, SecretStore store) throws IOException {
        return decode(capture, store, new RsaKeys());
    }

    public static Decoded decode(byte[] capture, SecretStore store, RsaKeys rsa) throws IOException {
        Decoded decoded = new Decoded();
        CaptureDecoder decoder = new CaptureDecoder(new KeyFinder(store, rsa), decoded);
        try (CaptureReader reader = CaptureFiles.open(
                new ByteArrayInputStream(capture), "test", text -> store.addText(text, "the capture"))) {
            decoder.decode(reader);
        } finally {
            decoded.warnings = decoder.warnings();
        }
        return decoded;
    }
}
