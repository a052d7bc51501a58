package org.hikyaku.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.talk.Talk;
import org.hikyaku.capture.tcp.Side;

/**
 * Files that {@code hikyaku decode} writes.
 *
 * @param mails a folder for mails
 * @param bytes takes all decrypted bytes
 * @param plain takes what was said as plain TCP
 * @param secrets takes the secrets that were used
 * @param page shows all in a browser
 */
record DecodeTargets(
        Optional<MailFolder> mails,
        Optional<OutputStream> bytes,
        Optional<PcapNgWriter> plain,
        Optional<SecretCapture> secrets,
        Optional<DecodePage> page)
        implements Closeable {

    static DecodeTargets open(
            Optional<Path> mails,
            Optional<PendingFile> bytes,
            Optional<PendingFile> plain,
            Optional<SecretCapture> secrets,
            Optional<DecodePage> page)
            throws IOException {
        Optional<OutputStream> stream = bytes.isEmpty() ? Optional.empty() : Optional.of(bytes.get().stream());
        Optional<PcapNgWriter> writer = Optional.empty();
        if (plain.isPresent()) {
            PcapNgWriter made = new PcapNgWriter(plain.get().stream(), "hikyaku decode");
            made.addInterface(PcapNgWriter.ETHERNET, 0, "decrypted");
            writer = Optional.of(made);
        }
        return new DecodeTargets(
                mails.map(DecodeCommand::directory).map(MailFolder::new), stream, writer, secrets, page);
    }

    /** What takes the bytes of a connection as they pass. */
    List<ConnectionView> views(Connection connection, Talk talk) {
        if (bytes.isEmpty() && plain.isEmpty()) {
            return List.of();
        }
        List<ConnectionView> views = new ArrayList<>();
        bytes.ifPresent(to -> views.add(new Decrypted(to)));
        plain.ifPresent(to -> views.add(new PlainView(to, connection, talk::protocol)));
        return views;
    }

    @Override
    public void close() throws IOException {
        if (bytes.isPresent()) {
            bytes.get().close();
        }
        if (plain.isPresent()) {
            plain.get().close();
        }
    }

    /** The decrypted bytes alone. */
    private record Decrypted(OutputStream to) implements ConnectionView {
        @Override
        public void data(Side side, boolean encrypted, byte[] data, int offset, int length, long frame, long nanos) {
            if (encrypted) {
                try {
                    to.write(data, offset, length); // a buffered stream writes each run whole, also for several threads
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void hole(Side side, boolean encrypted, long bytes, long frame) {}

        @Override
        public void tlsBegins(long frame) {}

        @Override
        public void end() {}
    }
}
