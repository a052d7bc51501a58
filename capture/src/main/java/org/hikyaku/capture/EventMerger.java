package org.hikyaku.capture;

import java.util.List;
import java.util.Optional;

/**
 * Tells the views what the workers found, in the order of the capture: whatever the number of workers and however fast
 * each is, the views hear the same.
 */
final class EventMerger {
    private final List<DecodeWorker> workers;
    private final DecodeListener listener;
    private final Chunk[] chunks;
    private final int[] at;
    private int connections;

    EventMerger(List<DecodeWorker> workers, DecodeListener listener) {
        this.workers = workers;
        this.listener = listener;
        this.chunks = new Chunk[workers.size()];
        this.at = new int[workers.size()];
    }

    int connections() {
        return connections;
    }

    /** Until all workers have said everything. */
    void run() throws InterruptedException {
        for (int w = 0; w < chunks.length; w++) {
            chunks[w] = take(w);
        }
        while (true) {
            int first = 0;
            for (int w = 1; w < chunks.length; w++) {
                // A worker that has said all of a packet does not keep another's events of it waiting for its next
                // chunk.
                boolean tie = order(w) == order(first) && pending(w) && !pending(first);
                if (order(w) < order(first) || tie) {
                    first = w;
                }
            }
            Chunk chunk = chunks[first];
            if (at[first] < chunk.count) {
                tellUpTo(first, others(first));
            } else if (chunk.upTo == Long.MAX_VALUE) {
                return;
            } else {
                workers.get(first).giveBack(chunk);
                chunks[first] = take(first);
                at[first] = 0;
            }
        }
    }

    /** What comes first of all workers but one. */
    private long others(int but) {
        long first = Long.MAX_VALUE;
        for (int w = 0; w < chunks.length; w++) {
            if (w != but) {
                first = Math.min(first, order(w));
            }
        }
        return first;
    }

    /** The next event of a worker, and those behind it that come before all others'. */
    private void tellUpTo(int w, long others) {
        Chunk chunk = chunks[w];
        int i = at[w];
        do {
            tell(chunk, i++);
        } while (i < chunk.count && chunk.orders[i] < others);
        at[w] = i;
    }

    /** Of the worker's next event, or how far we know that there is none. */
    private long order(int w) {
        Chunk chunk = chunks[w];
        return at[w] < chunk.count ? chunk.orders[at[w]] : chunk.upTo;
    }

    private boolean pending(int w) {
        return at[w] < chunks[w].count;
    }

    private void tell(Chunk chunk, int i) {
        RecordedView view = chunk.views[i];
        if (chunk.kinds[i] == Chunk.Kind.OPENED) {
            Connection connection = view.connection;
            connection.number = ++connections;
            view.opened(listener.opened(connection));
        } else {
            view.tell(chunk, i);
        }
    }

    private Chunk take(int w) throws InterruptedException {
        Optional<Chunk> ready = workers.get(w).poll();
        if (ready.isEmpty()) {
            listener.idle();
        }
        Chunk chunk = ready.isPresent() ? ready.get() : workers.get(w).take();
        Throwable failure = chunk.failure;
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException bug) {
            throw bug;
        }
        return chunk;
    }
}
