package org.hikyaku.relay.queue;

import java.nio.file.Path;
import java.time.Duration;
import org.hikyaku.net.Limit;

/**
 * How a queue is kept.
 *
 * @param folder of its own; made when it is not there
 * @param reserve bytes that are left free on the disk for settling what is there: mail is refused before
 * @param mails most mails in the queue
 * @param drafts most mails coming in at the same time
 * @param draftMemory bytes of content that all drafts together keep in memory; content beyond goes to disk at once
 * @param segment bytes after which a new segment of the log is begun
 * @param patience how long a commit may take before it fails
 */
public record QueueOptions(
        Path folder, long reserve, Limit mails, Limit drafts, long draftMemory, long segment, Duration patience) {

    /** 256 MiB reserve, 5,000,000 mails, 20,000 drafts in 64 MiB, segments of 64 MiB, 5 min. */
    public static QueueOptions of(Path folder) {
        return new QueueOptions(
                folder,
                256L << 20,
                new Limit("mails in the queue", 5_000_000),
                new Limit("mails coming in at the same time", 20_000),
                64L << 20,
                64L << 20,
                Duration.ofMinutes(5));
    }

    public QueueOptions withReserve(long bytes) {
        return new QueueOptions(folder, bytes, mails, drafts, draftMemory, segment, patience);
    }

    public QueueOptions withMails(long most) {
        return new QueueOptions(folder, reserve, new Limit(mails.name(), most), drafts, draftMemory, segment, patience);
    }

    public QueueOptions withDrafts(long most) {
        return new QueueOptions(folder, reserve, mails, new Limit(drafts.name(), most), draftMemory, segment, patience);
    }

    public QueueOptions withDraftMemory(long bytes) {
        return new QueueOptions(folder, reserve, mails, drafts, bytes, segment, patience);
    }

    public QueueOptions withSegment(long bytes) {
        return new QueueOptions(folder, reserve, mails, drafts, draftMemory, bytes, patience);
    }

    public QueueOptions withPatience(Duration longest) {
        return new QueueOptions(folder, reserve, mails, drafts, draftMemory, segment, longest);
    }
}
