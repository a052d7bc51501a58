package org.hikyaku.smtp.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.hikyaku.smtp.Body;

/** Keeps mails. Called on many threads. */
public interface MailSink {

    /**
     * Makes room for a mail, before its content is asked for.
     *
     * @throws MailRefusedException with the reply that says why not
     * @throws IOException when keeping it fails for a reason of our own; the client is told to come again
     */
    Draft begin(Client client, IncomingMail mail) throws IOException;

    /** A mail that is coming in. For one use by one thread; closing it without {@link #commit} forgets it, and after it does nothing. */
    interface Draft extends Closeable {

        /** Takes the content, without the doubled dots and the lone one. Buffers as it likes. */
        OutputStream content();

        /**
         * The content is whole. When this returns, the mail is safe and ours.
         *
         * @param body what the content is: as MAIL said, or 8BITMIME where a byte above 127 was in it all the same
         * @return the name under which the mail is kept, for the reply and the log
         * @throws MailRefusedException with the reply that says why it is not taken
         */
        String commit(Body body) throws IOException;
    }
}
