package org.hikyaku.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The bytes of a mail, header and body, which can be read more than once. */
public interface MailContent {

    /** How many bytes it has. */
    long size();

    /** From the beginning. */
    InputStream open() throws IOException;

    /** What its bytes ask of a server, where that is known already; who asks and gets nothing must read them. */
    default Optional<ContentScan> scan() {
        return Optional.empty();
    }

    /** These bytes; they must not change. */
    static MailContent of(byte[] bytes) {
        return new MailContent() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}
