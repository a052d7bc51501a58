package org.hikyaku.relay.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A queue over files in memory and clocks that are told the time. */
final class QueueFixture {
    static final QueueOptions OPTIONS = QueueOptions.of(Path.of("unused"))
            .withReserve(0)
            .withPatience(Duration.ofSeconds(20))
            .withCompactAfter(Duration.ofHours(1));

    final TestClock clock = new TestClock();
    ForgetfulFiles files = new ForgetfulFiles(new Random(1));

    MailQueue open() throws IOException {
        return open(OPTIONS);
    }

    MailQueue open(QueueOptions options) throws IOException {
        return SegmentQueue.open(options, files, clock, clock::nanos, new Random(2));
    }

    static QueueId add(MailQueue queue, byte[] content, String... recipients) throws IOException {
        try (Draft draft = queue.open()) {
            draft.content().write(content);
            return draft.commit(QueueContractTest.to(recipients));
        }
    }

    static QueueId add(MailQueue queue, String content, String... recipients) throws IOException {
        return add(queue, content.getBytes(UTF_8), recipients);
    }

    static String text(MailQueue queue, QueueId id) throws IOException {
        try (InputStream in = queue.content(id).open()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    static List<QueueId> ids(MailQueue queue) {
        List<QueueId> ids = new ArrayList<>();
        queue.each(mail -> ids.add(mail.id()));
        return ids;
    }

    /** The only file of this kind. */
    String file(String suffix) throws IOException {
        List<String> found =
                files.list().stream().filter(name -> name.endsWith(suffix)).toList();
        if (found.size() != 1) {
            throw new IllegalStateException("files " + files.list());
        }
        return found.getFirst();
    }
}
