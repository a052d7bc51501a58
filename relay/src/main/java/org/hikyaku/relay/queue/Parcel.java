package org.hikyaku.relay.queue;

import java.io.IOException;
import java.util.List;
import org.hikyaku.smtp.MailContent;

/**
 * A mail's recipients at one destination whose time has come. Whoever took it has it alone until it is closed. Closed without having
 * been settled it comes again in a minute.
 */
public interface Parcel extends AutoCloseable {

    QueuedMail mail();

    /** The domain of the recipients, in lower case. */
    String destination();

    /** Those that are due: at least one. */
    List<QueuedRecipient> recipients();

    /** The mail's bytes; reading throws IOException when they are damaged on disk, and the mail is then held. */
    MailContent content();

    /**
     * Writes down what became of recipients; forced to disk when this returns.
     *
     * @throws IOException when it could not be written: it is remembered as long as the process lives, and written later
     */
    void settle(List<Settlement> settlements) throws IOException;

    @Override
    void close();
}
