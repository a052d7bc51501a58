package org.hikyaku.relay.queue;

/**
 * The queue in numbers, for metrics.
 *
 * @param mails in the queue
 * @param parcels in the queue, one for each mail and destination
 * @param out parcels that somebody has taken
 * @param held mails that are held
 * @param destinations domains that mail waits for
 * @param drafts mails that are coming in
 * @param bytes on disk
 * @param usable bytes left on the disk before mail is refused; 0 when it is refused
 * @param oldest seconds since the oldest mail was received, 0 without mails
 */
public record QueueFigures(
        long mails,
        long parcels,
        long out,
        long held,
        long destinations,
        long drafts,
        long bytes,
        long usable,
        long oldest) {}
