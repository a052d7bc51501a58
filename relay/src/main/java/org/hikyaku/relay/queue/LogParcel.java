package org.hikyaku.relay.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.hikyaku.smtp.MailContent;

/** A parcel that was taken. */
final class LogParcel implements Parcel {
    /** After which it comes again when nothing was settled: one minute. */
    static final Duration AGAIN = Duration.ofMinutes(1);

    /** How its settlements are written down. */
    @FunctionalInterface
    interface Settling {
        void settle(List<Settlement> settlements) throws IOException;
    }

    private final QueuedMail mail;
    private final String destination;
    private final List<QueuedRecipient> recipients;
    private final MailContent content;
    private final Settling settling;
    private final Consumer<Duration> back;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean settled;

    /** @param back gives it back, to come again after this time at the earliest */
    LogParcel(
            QueuedMail mail,
            String destination,
            List<QueuedRecipient> recipients,
            MailContent content,
            Settling settling,
            Consumer<Duration> back) {
        this.mail = mail;
        this.destination = destination;
        this.recipients = List.copyOf(recipients);
        this.content = content;
        this.settling = settling;
        this.back = back;
    }

    @Override
    public QueuedMail mail() {
        return mail;
    }

    @Override
    public String destination() {
        return destination;
    }

    @Override
    public List<QueuedRecipient> recipients() {
        return recipients;
    }

    @Override
    public MailContent content() {
        return content;
    }

    @Override
    public void settle(List<Settlement> settlements) throws IOException {
        settled = true;
        settling.settle(settlements);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            back.accept(settled ? Duration.ZERO : AGAIN);
        }
    }
}
