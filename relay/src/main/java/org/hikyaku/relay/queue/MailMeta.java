package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.hikyaku.smtp.ContentScan;
import org.hikyaku.smtp.Envelope;

/**
 * The meta data of a mail's record, without the envelope that follows it.
 *
 * @param size bytes of content
 * @param inBody whether the content is in a {@link BodyFile} and not in the record
 * @param recipients how many
 * @param destinations each domain once, in the order in which the envelope first names them: a parcel's ordinal is its index here
 */
record MailMeta(long id, long size, boolean inBody, int recipients, List<String> destinations) {

    static String destination(Envelope.Recipient recipient) {
        return recipient.address().domain().toLowerCase(Locale.ROOT);
    }

    static MailMeta of(QueueId id, QueuedEnvelope mail, long size, boolean inBody) {
        List<Envelope.Recipient> recipients = mail.envelope().recipients();
        if (recipients.size() == 1) {
            return new MailMeta(id.number(), size, inBody, 1, List.of(destination(recipients.getFirst())));
        }
        LinkedHashSet<String> destinations = new LinkedHashSet<>();
        for (Envelope.Recipient recipient : recipients) {
            destinations.add(destination(recipient));
        }
        return new MailMeta(id.number(), size, inBody, recipients.size(), List.copyOf(destinations));
    }

    /** A whole record but for what depends on the segment. */
    ByteBuffer record(QueuedEnvelope mail, ContentScan scan, int inlineBytes, int inlineSum) {
        Packer packer = LogRecord.begin(256 + 64 * recipients)
                .i64(id)
                .i64(size)
                .u8(inBody ? 1 : 0)
                .i32(recipients)
                .i32(destinations.size());
        destinations.forEach(packer::text);
        EnvelopeFormat.write(packer, mail);
        ScanFormat.write(packer, scan);
        ByteBuffer head = packer.done();
        LogRecord.fill(head, LogRecord.Type.MAIL, inlineBytes, inlineSum);
        return head;
    }

    static MailMeta read(Unpacker in) throws DamagedRecordException {
        long id = in.i64();
        long size = in.i64();
        boolean inBody = in.flag();
        int recipients = in.i32();
        int count = in.count(4);
        if (id < 0 || size < 0 || recipients < 1 || count < 1 || count > recipients) {
            throw new DamagedRecordException("it has a number that cannot be");
        }
        if (count == 1) {
            return new MailMeta(id, size, inBody, recipients, List.of(in.text()));
        }
        List<String> destinations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            destinations.add(in.text());
        }
        return new MailMeta(id, size, inBody, recipients, destinations);
    }
}
