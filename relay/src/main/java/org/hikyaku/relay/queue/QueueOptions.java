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
 * @param compactAfter how long a segment that is full is left alone before what is needed of it is copied elsewhere
 */
public record QueueOptions(
        Path folder,
        long reserve,
        Limit mails,
        Limit drafts,
        long draftMemory,
        long segment,
        Duration patience,
        Duration compactAfter) {
    private static final long LARGEST_SEGMENT = 1L << 30;

    public QueueOptions {
        if (segment < SegmentHead.BYTES || segment > LARGEST_SEGMENT) {
            throw new IllegalArgumentException("a segment has 64 bytes to 1 GiB");
        }
    }

    /** 256 MiB reserve, 5,000,000 mails, 4,000 drafts in 64 MiB, segments of 64 MiB, 5 min, 30 s. */
    public static QueueOptions of(Path folder) {
        return new QueueOptions(
                folder,
                256L << 20,
                new Limit("mails in the queue", 5_000_000),
                new Limit("mails coming in at the same time", 4_000),
                64L << 20,
                64L << 20,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30));
    }

    public QueueOptions withReserve(long bytes) {
        return new QueueOptions(folder, bytes, mails, drafts, draftMemory, segment, patience, compactAfter);
    }

    public QueueOptions withMails(long most) {
        return new QueueOptions(
                folder, reserve, new Limit(mails.name(), most), drafts, draftMemory, segment, patience, compactAfter);
    }

    public QueueOptions withDrafts(long most) {
        return new QueueOptions(
                folder, reserve, mails, new Limit(drafts.name(), most), draftMemory, segment, patience, compactAfter);
    }

    public QueueOptions withDraftMemory(long bytes) {
        return new QueueOptions(folder, reserve, mails, drafts, bytes, segment, patience, compactAfter);
    }

    public QueueOptions withSegment(long bytes) {
        return new QueueOptions(folder, reserve, mails, drafts, draftMemory, bytes, patience, compactAfter);
    }

    public QueueOptions withCompactAfter(Duration rest) {
        return new QueueOptions(folder, reserve, mails, drafts, draftMemory, segment, patience, rest);
    }

    public QueueOptions withPatience(Duration longest) {
        return new QueueOptions(folder, reserve, mails, drafts, draftMemory, segment, longest, compactAfter);
    }
}
