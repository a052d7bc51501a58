package org.hikyaku.relay.queue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.helpers.NOPLogger;

/** Whatever bytes a segment has: a queue starts, or says with an IOException why it does not. */
class SegmentFuzzTest {

    @FuzzTest
    void aSegmentOfAnyBytesIsRead(byte[] bytes) throws IOException {
        ForgetfulFiles files = new ForgetfulFiles(new Random(1));
        files.put("00000001.log", bytes);
        Segments segments = new Segments(files, new Random(1), new AtomicLong());
        QueueIndex index = new QueueIndex(segments, () -> 0);
        MailLoader loader = new MailLoader(files, segments, index, () -> Instant.EPOCH);
        index.lock.lock();
        try {
            Digests digests = new Digests(files, NOPLogger.NOP_LOGGER);
            new Recovery(files, segments, index, digests, () -> Instant.EPOCH, NOPLogger.NOP_LOGGER).run();
            for (long id : index.mails.ids()) {
                read(loader, id);
            }
        } catch (DamagedRecordException e) {
            // the documented one, for a newer version of the format
        } catch (IOException e) {
            if (!(e.getCause() instanceof DamagedRecordException)) {
                throw e;
            }
        } finally {
            index.lock.unlock();
        }
    }

    private static void read(MailLoader loader, long id) throws IOException {
        try {
            loader.load(id);
        } catch (DamagedRecordException e) {
            // a record with sound sums and senseless meta data
        }
    }

    /** Meta data with a sound sum, as a program with a fault might write it. */
    @FuzzTest
    void metaDataOfAnyBytesIsTakenApart(byte[] bytes) {
        for (LogRecord.Type type : LogRecord.Type.values()) {
            Unpacker in = new Unpacker(ByteBuffer.wrap(bytes));
            try {
                switch (type) {
                    case MAIL -> {
                        MailMeta.read(in);
                        EnvelopeFormat.read(in);
                    }
                    case STATE -> ParcelState.read(in);
                    case GONE -> GoneMeta.read(in);
                    case HOLD -> HoldMeta.read(in);
                }
            } catch (DamagedRecordException e) {
                // the documented one
            }
        }
    }
}
