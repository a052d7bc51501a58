package org.hikyaku.relay.queue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;

/** A queue in memory, straight from the contract and slow. */
final class MemoryQueue implements MailQueue {
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final QueueOptions options;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<QueueId, Entry> mails = new TreeMap<>();
    private long last;
    private long drafts;
    private boolean closed;

    MemoryQueue(QueueOptions options, InstantSource clock) {
        this.options = options;
        this.clock = clock;
    }

    private static final class Entry {
        private QueuedMail mail;
        private final byte[] content;
        private final Set<String> out = new HashSet<>();

        Entry(QueuedMail mail, byte[] content) {
            this.mail = mail;
            this.content = content;
        }
    }

    @Override
    public Draft open() throws QueueFullException {
        lock.lock();
        try {
            if (mails.size() >= options.mails().value()) {
                throw new QueueFullException(
                        "the limit of " + options.mails().value() + " mails in the queue is reached");
            }
            drafts++;
            last = Math.max(last + 1, clock.millis() * 1000);
            return new MemoryDraft(new QueueId(last));
        } finally {
            lock.unlock();
        }
    }

    private final class MemoryDraft implements Draft {
        private final QueueId id;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private boolean open = true;

        MemoryDraft(QueueId id) {
            this.id = id;
        }

        @Override
        public QueueId id() {
            return id;
        }

        @Override
        public OutputStream content() {
            return content;
        }

        @Override
        public QueueId commit(QueuedEnvelope envelope) throws IOException {
            lock.lock();
            try {
                if (!open || closed) {
                    throw new IOException("the queue takes no mail: it is closed");
                }
                List<QueuedRecipient> recipients = new ArrayList<>();
                for (Envelope.Recipient recipient : envelope.envelope().recipients()) {
                    recipients.add(new QueuedRecipient(
                            recipients.size(),
                            recipient,
                            recipient.address().domain().toLowerCase(Locale.ROOT),
                            QueuedRecipient.Standing.WAITING,
                            0,
                            Optional.of(clock.instant()),
                            Optional.empty(),
                            false));
                }
                QueuedMail mail = new QueuedMail(id, envelope, recipients, content.size(), Optional.empty());
                mails.put(id, new Entry(mail, content.toByteArray()));
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            close();
            return id;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                drafts -= open ? 1 : 0;
                open = false;
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public Optional<QueuedMail> find(QueueId id) {
        lock.lock();
        try {
            return Optional.ofNullable(mails.get(id)).map(entry -> entry.mail);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MailContent content(QueueId id) throws IOException {
        lock.lock();
        try {
            Entry entry = mails.get(id);
            if (entry == null) {
                throw new IOException("there is no mail " + id + " in the queue");
            }
            return MailContent.of(entry.content);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void settle(QueueId id, List<Settlement> settlements) {
        lock.lock();
        try {
            Entry entry = mails.get(id);
            if (entry == null) {
                return;
            }
            List<QueuedRecipient> recipients = new ArrayList<>(entry.mail.recipients());
            for (Settlement settlement : settlements) {
                QueuedRecipient recipient = recipients.get(settlement.recipient());
                if (recipient.waits()) {
                    recipients.set(settlement.recipient(), settled(recipient, settlement));
                }
            }
            QueuedMail old = entry.mail;
            entry.mail = new QueuedMail(id, old.envelope(), recipients, old.size(), old.held());
            if (recipients.stream().noneMatch(QueuedRecipient::waits)) {
                mails.remove(id);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private QueuedRecipient settled(QueuedRecipient r, Settlement settlement) {
        return switch (settlement) {
            case Settlement.Delivered _ ->
                new QueuedRecipient(
                        r.index(),
                        r.recipient(),
                        r.destination(),
                        QueuedRecipient.Standing.DELIVERED,
                        r.attempts(),
                        Optional.empty(),
                        r.reason(),
                        r.delayTold());
            case Settlement.Failed failed ->
                new QueuedRecipient(
                        r.index(),
                        r.recipient(),
                        r.destination(),
                        QueuedRecipient.Standing.FAILED,
                        r.attempts() + 1,
                        Optional.empty(),
                        Optional.of(failed.reason()),
                        r.delayTold());
            case Settlement.Deferred deferred ->
                new QueuedRecipient(
                        r.index(),
                        r.recipient(),
                        r.destination(),
                        QueuedRecipient.Standing.WAITING,
                        r.attempts() + 1,
                        Optional.of(clock.instant().plus(deferred.after())),
                        Optional.of(deferred.reason()),
                        r.delayTold());
            case Settlement.DelayTold _ ->
                new QueuedRecipient(
                        r.index(),
                        r.recipient(),
                        r.destination(),
                        r.standing(),
                        r.attempts(),
                        r.due(),
                        r.reason(),
                        true);
        };
    }

    private boolean held(QueueId id, Optional<String> why) {
        lock.lock();
        try {
            Entry entry = mails.get(id);
            if (entry != null) {
                QueuedMail old = entry.mail;
                entry.mail = new QueuedMail(id, old.envelope(), old.recipients(), old.size(), why);
                changed.signalAll();
            }
            return entry != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean hold(QueueId id, String why) {
        return held(id, Optional.of(why));
    }

    @Override
    public boolean release(QueueId id) {
        return held(id, Optional.empty());
    }

    @Override
    public boolean remove(QueueId id) {
        lock.lock();
        try {
            return mails.remove(id) != null;
        } finally {
            lock.unlock();
        }
    }

    private int postpone(Entry entry, String destination, Instant from, Instant to) {
        QueuedMail old = entry.mail;
        int count = 0;
        List<QueuedRecipient> recipients = new ArrayList<>();
        for (QueuedRecipient r : old.recipients()) {
            boolean that = r.destination().equals(destination)
                    && r.due().filter(due -> due.isAfter(from)).isPresent();
            count += that ? 1 : 0;
            recipients.add(
                    that
                            ? new QueuedRecipient(
                                    r.index(),
                                    r.recipient(),
                                    r.destination(),
                                    r.standing(),
                                    r.attempts(),
                                    Optional.of(to),
                                    r.reason(),
                                    r.delayTold())
                            : r);
        }
        entry.mail = new QueuedMail(old.id(), old.envelope(), recipients, old.size(), old.held());
        changed.signalAll();
        return count > 0 ? 1 : 0;
    }

    private static Set<String> destinations(Entry entry) {
        Set<String> destinations = new HashSet<>();
        entry.mail.recipients().forEach(r -> destinations.add(r.destination()));
        return destinations;
    }

    @Override
    public boolean flush(QueueId id) {
        lock.lock();
        try {
            Entry entry = mails.get(id);
            if (entry == null) {
                return false;
            }
            destinations(entry).forEach(d -> postpone(entry, d, clock.instant(), clock.instant()));
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int flushDestination(String domain) {
        lock.lock();
        try {
            String destination = domain.toLowerCase(Locale.ROOT);
            return mails.values().stream()
                    .mapToInt(entry -> postpone(entry, destination, clock.instant(), clock.instant()))
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int flushAll() {
        lock.lock();
        try {
            return mails.values().stream()
                    .mapToInt(entry -> destinations(entry).stream()
                            .mapToInt(d -> postpone(entry, d, clock.instant(), clock.instant()))
                            .sum())
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean eachWhile(Predicate<QueuedMail> to) {
        List<QueuedMail> all;
        lock.lock();
        try {
            all = mails.values().stream().map(entry -> entry.mail).toList();
        } finally {
            lock.unlock();
        }
        return all.stream().allMatch(to);
    }

    @Override
    public Due due(Due.Room room) {
        return new Due() {
            @Override
            public Optional<Parcel> take(Duration wait) throws InterruptedException {
                long nanos = wait.toNanos();
                lock.lock();
                try {
                    while (!closed) {
                        Optional<Parcel> parcel = next(room);
                        if (parcel.isPresent() || nanos <= 0) {
                            return parcel;
                        }
                        // a deferral may become due without anybody telling
                        long slice = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(50));
                        nanos -= slice - Math.max(0, changed.awaitNanos(slice));
                    }
                    return Optional.empty();
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void reconsider(String destination) {
                lock.lock();
                try {
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    private Optional<Parcel> next(Due.Room room) {
        Map<String, Integer> out = new HashMap<>();
        mails.values().forEach(entry -> entry.out.forEach(d -> out.merge(d, 1, Integer::sum)));
        Instant now = clock.instant();
        for (Entry entry : mails.values()) {
            for (String destination : destinations(entry)) {
                List<QueuedRecipient> due = entry.mail.recipients().stream()
                        .filter(r -> r.destination().equals(destination)
                                && r.due().filter(at -> !at.isAfter(now)).isPresent())
                        .toList();
                if (!due.isEmpty()
                        && entry.mail.held().isEmpty()
                        && !entry.out.contains(destination)
                        && out.getOrDefault(destination, 0) < room.parcels(destination)) {
                    entry.out.add(destination);
                    return Optional.of(new MemoryParcel(entry, entry.mail, destination, due));
                }
            }
        }
        return Optional.empty();
    }

    private final class MemoryParcel implements Parcel {
        private final Entry entry;
        private final QueuedMail mail;
        private final String destination;
        private final List<QueuedRecipient> recipients;
        private boolean settled;

        MemoryParcel(Entry entry, QueuedMail mail, String destination, List<QueuedRecipient> recipients) {
            this.entry = entry;
            this.mail = mail;
            this.destination = destination;
            this.recipients = recipients;
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
            return MailContent.of(entry.content);
        }

        @Override
        public void settle(List<Settlement> settlements) {
            settled = true;
            MemoryQueue.this.settle(mail.id(), settlements);
        }

        @Override
        public void close() {
            lock.lock();
            try {
                entry.out.remove(destination);
                if (!settled) {
                    postpone(entry, destination, Instant.MIN, clock.instant().plus(AGAIN));
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public QueueFigures figures() {
        lock.lock();
        try {
            long parcels = mails.values().stream()
                    .mapToLong(entry -> destinations(entry).size())
                    .sum();
            return new QueueFigures(
                    mails.size(),
                    parcels,
                    mails.values().stream().mapToLong(entry -> entry.out.size()).sum(),
                    mails.values().stream()
                            .filter(entry -> entry.mail.held().isPresent())
                            .count(),
                    mails.values().stream()
                            .flatMap(entry -> destinations(entry).stream())
                            .distinct()
                            .count(),
                    drafts,
                    mails.values().stream()
                            .mapToLong(entry -> entry.content.length)
                            .sum(),
                    Long.MAX_VALUE,
                    mails.isEmpty()
                            ? 0
                            : Duration.between(
                                            mails.firstEntry()
                                                    .getValue()
                                                    .mail
                                                    .envelope()
                                                    .received(),
                                            clock.instant())
                                    .toSeconds());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
