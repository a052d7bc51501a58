/**
 * The durable queue: mails that were accepted and wait for delivery.
 *
 * <p>A mail comes in as a {@link org.hikyaku.relay.queue.Draft}, which is on disk when its commit returns; it goes out in
 * {@link org.hikyaku.relay.queue.Parcel}s, one for each destination domain, which the {@link org.hikyaku.relay.queue.Due} view hands
 * out as their time comes; and what became of each recipient is written down by {@link org.hikyaku.relay.queue.Settlement}s.
 *
 * <h2>The log</h2>
 *
 * <p>Everything is appended to segments, {@code NNNNNNNN.log}. A segment begins with 64 bytes ({@code SegmentHead}: the letters
 * {@code HIKYAKUQ}, version 1, number, salt, next id, CRC32C); then come records ({@code LogRecord}), each with a head of 32 bytes, meta
 * data and content, both with a CRC32C. All numbers are big-endian, texts are UTF-8 behind their length in 4 bytes. There are four
 * records: MAIL (the envelope, what the content asks of a server, and the content up to 128 KiB), STATE (all recipients of one parcel,
 * with a revision), GONE (a mail is done with), HOLD (held or released, with a revision). A MAIL of the first days ends with its envelope.
 *
 * <p>Records may be read in any order: GONE counts wherever it stands, of STATE and HOLD the highest revision counts, and two copies of a
 * MAIL are the same. So compaction and the committing thread append to different segments without having to agree about an order.
 *
 * <p>One thread writes ({@code Committer}): it takes all that wait, writes them with one call to a file that is opened so that each write
 * waits for the disk (O_DSYNC), tells the index, and wakes them. A segment is made with its name in the folder forced, before anything is
 * acknowledged that stands in it. After a write that failed a segment is cut back and never written to again, for nobody knows what a
 * failed sync has left on disk.
 *
 * <p>Content beyond 128 KiB, or beyond the memory that all drafts share, goes to a file of its own as it comes ({@code ID.body}, blocks
 * with a CRC32C each), which is forced before the record that refers to it and deleted with its mail: so no large mail is ever copied, or
 * held in memory whole.
 *
 * <h2>The start</h2>
 *
 * <p>The index is in memory alone ({@code MailTable}, {@code ParcelTable}: arrays of numbers, about 120 bytes a mail) and rebuilt from the
 * segments. Beside each sealed segment there is {@code NNNNNNNN.digest}, the same records without contents, so that a start does
 * not read those; one that is missing or damaged is made anew. What is read without a digest was perhaps never forced: that is done
 * before anything is built on it. Bytes that are no sound record are passed over up to the next place where the segment's salt stands: no
 * mail can contain that, since nobody outside knows it.
 *
 * <h2>Deleting</h2>
 *
 * <p>A segment is deleted when nothing in it is needed. A GONE is needed as long as a segment exists that may have the mail's MAIL; it
 * names those segments. A sealed segment less than half of which is needed is copied ({@code Compaction}) into one for such copies. While it
 * is, each GONE names both, for a mail may have been copied already; after a crash in the middle, the younger copy counts and the
 * older segment is compacted anew. That a segment is deleted is forced before any GONE is given up for it, or a crash could bring it back
 * alone.
 *
 * <h2>Time</h2>
 *
 * <p>What is due is ordered by the monotonic clock. On disk a wait stands as its beginning and its length by the wall clock; after a restart
 * what is left of it is between nothing and its whole length, however the clock was set.
 */
@NullMarked
package org.hikyaku.relay.queue;

import org.jspecify.annotations.NullMarked;
