package org.hikyaku.relay.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/** Writes down what became of recipients. */
final class Settlements {
    private static final int STRIPES = 256;

    private final LogParts parts;
    private final QueueIndex index;
    private final MailLoader loader;
    private final Removals removals;
    private final Logger log;
    /** One at a time settles a mail. */
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    Settlements(LogParts parts, MailLoader loader, Removals removals, Logger log) {
        this.parts = parts;
        this.index = parts.index();
        this.loader = loader;
        this.removals = removals;
        this.log = log;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** As {@link MailQueue#settle}. */
    void settle(QueueId id, List<Settlement> settlements) throws IOException {
        ReentrantLock stripe = stripe(id);
        stripe.lock();
        try {
            if (settlesAll(id, settlements)) {
                removals.remove(id);
            } else {
                Optional<MailLoader.Loaded> loaded = loader.load(id.number());
                if (loaded.isPresent()) {
                    settle(loaded.get(), settlements);
                } else {
                    // gone in memory is not yet gone on disk
                    removals.await(id);
                }
            }
        } finally {
            stripe.unlock();
        }
    }

    private ReentrantLock stripe(QueueId id) {
        return stripes[(int) (id.number() & (STRIPES - 1))];
    }

    /** Whether nothing of the mail need be read to know that no recipient waits any more. */
    private boolean settlesAll(QueueId id, List<Settlement> settlements) {
        int recipients;
        index.lock.lock();
        try {
            int mail = index.mails.find(id.number());
            recipients = mail == MailTable.NONE ? 0 : index.mails.recipients[mail];
        } finally {
            index.lock.unlock();
        }
        if (recipients == 0 || settlements.size() < recipients) {
            return false;
        }
        BitSet done = new BitSet(recipients);
        for (Settlement settlement : settlements) {
            switch (settlement) {
                case Settlement.Delivered delivered -> done.set(delivered.recipient());
                case Settlement.Failed failed -> done.set(failed.recipient());
                case Settlement.Deferred _, Settlement.DelayTold _ -> {
                    return false;
                }
            }
        }
        return done.cardinality() == recipients;
    }

    private void settle(MailLoader.Loaded loaded, List<Settlement> settlements) throws IOException {
        long now = parts.clock().millis();
        List<QueuedRecipient> recipients = loaded.mail().recipients();
        Map<String, Integer> ordinals = new LinkedHashMap<>();
        List<QueueIndex.ParcelEntry> parcels = loaded.entry().parcels();
        parcels.forEach(parcel -> ordinals.put(parcel.destination(), parcel.ordinal()));
        Map<Integer, Map<Integer, RecipientState>> changed = new LinkedHashMap<>();
        for (Settlement settlement : settlements) {
            QueuedRecipient recipient = recipients.get(settlement.recipient());
            Integer ordinal = ordinals.get(recipient.destination());
            if (ordinal == null) {
                throw new DamagedRecordException("mail " + loaded.mail().id() + " has a recipient without a parcel");
            }
            Map<Integer, RecipientState> states =
                    changed.computeIfAbsent(ordinal, o -> states(loaded, o, recipient.destination()));
            states.computeIfPresent(
                    settlement.recipient(), (_, state) -> state.waits() ? state.after(settlement, now) : state);
        }
        int waiting = 0;
        for (QueueIndex.ParcelEntry parcel : parcels) {
            Map<Integer, RecipientState> states = changed.get(parcel.ordinal());
            for (QueuedRecipient recipient : recipients) {
                if (recipient.destination().equals(parcel.destination())) {
                    RecipientState state = states == null
                            ? loaded.state(parcel.ordinal(), recipient.index())
                            : states.getOrDefault(recipient.index(), RecipientState.FRESH);
                    waiting += state.waits() ? 1 : 0;
                }
            }
        }
        if (waiting == 0) {
            removals.remove(loaded.mail().id());
            return;
        }
        List<ParcelState> states = new ArrayList<>();
        changed.forEach((ordinal, of) -> states.add(ParcelState.of(
                loaded.entry().id(), ordinal, parcels.get(ordinal).revision() + 1, of)));
        write(states);
    }

    /** The states of all recipients of a parcel. */
    private static Map<Integer, RecipientState> states(MailLoader.Loaded loaded, int ordinal, String destination) {
        Map<Integer, RecipientState> states = new LinkedHashMap<>();
        for (QueuedRecipient recipient : loaded.mail().recipients()) {
            if (recipient.destination().equals(destination)) {
                states.put(recipient.index(), loaded.state(ordinal, recipient.index()));
            }
        }
        return states;
    }

    private long dueAt(ParcelState state) {
        return index.now()
                + RecipientState.remaining(
                        state.since(), state.delay(), parts.clock().millis());
    }

    private void write(List<ParcelState> states) throws IOException {
        try {
            parts.write(states.stream().map(this::entry).toList());
        } catch (IOException e) {
            index.lock.lock();
            try {
                states.forEach(state -> index.notWritten(state, dueAt(state)));
            } finally {
                index.lock.unlock();
            }
            throw e;
        }
    }

    private LogEntry entry(ParcelState state) {
        return LogEntry.of(
                state.record(),
                (segment, offset, length) -> index.stated(state, dueAt(state), segment, offset, length));
    }

    /** Once more what could not be written when it was settled. */
    void writeAgain() {
        List<LogEntry> entries = removals.unwritten();
        List<ParcelState> states;
        index.lock.lock();
        try {
            states = index.notWritten();
        } finally {
            index.lock.unlock();
        }
        states.forEach(state -> entries.add(entry(state)));
        if (!entries.isEmpty()) {
            try {
                parts.write(entries);
                log.info("{} settlements that could not be written before are written now", entries.size());
            } catch (IOException e) {
                log.warn("{} settlements still cannot be written: {}", entries.size(), e.getMessage());
            }
        }
    }

    /** Makes a mail due at once, also after a restart. False when there is no such mail. */
    boolean flushDurably(QueueId id) throws IOException {
        ReentrantLock stripe = stripe(id);
        stripe.lock();
        try {
            Optional<MailLoader.Loaded> loaded = loader.load(id.number());
            if (loaded.isPresent()) {
                flushDurably(loaded.get());
            }
            return loaded.isPresent();
        } finally {
            stripe.unlock();
        }
    }

    private void flushDurably(MailLoader.Loaded loaded) throws IOException {
        List<ParcelState> states = new ArrayList<>();
        for (QueueIndex.ParcelEntry parcel : loaded.entry().parcels()) {
            Map<Integer, RecipientState> of = states(loaded, parcel.ordinal(), parcel.destination());
            of.replaceAll((_, state) -> state.dueNow());
            ParcelState state = ParcelState.of(loaded.entry().id(), parcel.ordinal(), parcel.revision() + 1, of);
            if (state.waiting() > 0) {
                states.add(state);
            }
        }
        write(states);
    }
}
