package org.hikyaku.relay.queue;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.hikyaku.smtp.MailContent;

/**
 * Keeps mails durably until each recipient is settled. For any number of threads. What changes the queue is on disk when the
 * method returns; where an {@link IOException} is thrown instead, its sentence is for the log.
 */
public interface MailQueue extends Closeable {

    /**
     * Begins a mail.
     *
     * @throws QueueFullException when there is no room for more: answer 452
     */
    Draft open() throws IOException;

    /** The mail as it is now; empty when there is none of this name, or no longer. */
    Optional<QueuedMail> find(QueueId id);

    /**
     * The bytes of a mail, read from disk as they are asked for.
     *
     * @throws IOException when there is no such mail
     */
    MailContent content(QueueId id) throws IOException;

    /**
     * Writes down what became of recipients. A mail is gone when none waits any more. Settlements of recipients that do not
     * wait are passed over.
     *
     * @throws IOException when it could not be written: it is remembered as long as the process lives, and written later
     */
    void settle(QueueId id, List<Settlement> settlements) throws IOException;

    /** Keeps a mail from being delivered; parcels that are out stay out. False when there is no such mail. */
    boolean hold(QueueId id, String why) throws IOException;

    /** Ends a hold. False when there is no such mail. */
    boolean release(QueueId id) throws IOException;

    /** Forgets a mail; nobody is told. False when there is no such mail. */
    boolean remove(QueueId id) throws IOException;

    /** Makes one mail due now. False when there is no such mail. */
    boolean flush(QueueId id);

    /** Makes all mail for one destination due now; how many parcels that were not. */
    int flushDestination(String domain);

    /** Makes all mail due now; how many parcels that were not. */
    int flushAll();

    /** Tells of each mail, in the order of arrival. Those that come or go meanwhile may be told or not. */
    default void each(Consumer<QueuedMail> to) {
        eachWhile(mail -> {
            to.accept(mail);
            return true;
        });
    }

    /** As {@link #each}, as long as it is wanted; whether it was to the end. */
    boolean eachWhile(Predicate<QueuedMail> to);

    /** The view for whoever delivers. */
    Due due(Due.Room room);

    QueueFigures figures();

    /** Takes no more drafts, writes what is under way, and lets the folder go. */
    @Override
    void close() throws IOException;
}
