package org.hikyaku.relay.queue;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** A mail that is coming in. Closing it without a commit forgets it. For one thread at a time. */
public interface Draft extends Closeable {

    /** The name that the mail will have; for its {@code Received:} field. */
    QueueId id();

    /**
     * Takes the content, header and body, as it goes on the wire but without dot-stuffing. Small content is kept in memory until
     * the commit, larger content goes to disk as it comes. Always the same stream; closing it does nothing.
     *
     * <p>Its writes throw {@link QueueFullException} when the disk fills up.
     */
    OutputStream content();

    /**
     * Keeps the mail: when this returns, envelope and content have been forced to disk.
     *
     * @throws QueueFullException when there is no room: answer 452
     * @throws IOException when the disk fails: answer 451; the mail is not kept
     */
    QueueId commit(QueuedEnvelope envelope) throws IOException;

    /** Forgets it, unless it was committed. */
    @Override
    void close();
}
