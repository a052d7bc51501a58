package org.hikyaku.relay.queue;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.hikyaku.smtp.ContentScan;
import org.hikyaku.smtp.MailContent;

/** Tells when content proves to be damaged. */
record WatchedContent(MailContent content, Consumer<IOException> damaged) implements MailContent {

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public Optional<ContentScan> scan() {
        return content.scan();
    }

    @Override
    public InputStream open() throws IOException {
        try {
            return new Watched(content.open());
        } catch (DamagedRecordException e) {
            damaged.accept(e);
            throw e;
        }
    }

    private final class Watched extends FilterInputStream {
        Watched(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (DamagedRecordException e) {
                damaged.accept(e);
                throw e;
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return in.read(bytes, offset, length);
            } catch (DamagedRecordException e) {
                damaged.accept(e);
                throw e;
            }
        }
    }
}
