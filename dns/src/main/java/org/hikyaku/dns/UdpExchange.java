package org.hikyaku.dns;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One question out over UDP, perhaps several times: whichever try is answered first counts, so that a slow answer to
 * an early try is not lost. Used by one asking thread; completed by the reading thread.
 */
final class UdpExchange {

    /** What came of it. */
    sealed interface Outcome {
        int server();

        /** Bytes that answer the question, as far as header and question go. */
        record Heard(int server, ByteBuffer message) implements Outcome {}

        /** The network said that nobody is there. */
        record Unreachable(int server, String why) implements Outcome {}
    }

    private record Try(UdpSocket socket, int id) {}

    private final WireQuery query;
    private final List<Try> tries = new ArrayList<>(4);
    private volatile CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    UdpExchange(WireQuery query) {
        this.query = query;
    }

    WireQuery query() {
        return query;
    }

    void sent(UdpSocket socket, int id) {
        tries.add(new Try(socket, id));
    }

    void heard(int server, byte[] message) {
        outcome.complete(new Outcome.Heard(server, ByteBuffer.wrap(message)));
    }

    void unreachable(int server, String why) {
        outcome.complete(new Outcome.Unreachable(server, why));
    }

    /** Waits for the first outcome; throws {@link TimeoutException} when there is none in time. */
    Outcome await(Duration time) throws TimeoutException, InterruptedException {
        try {
            Outcome got = outcome.get(time.toNanos(), TimeUnit.NANOSECONDS);
            outcome = new CompletableFuture<>();
            return got;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exchange is never completed exceptionally", e);
        }
    }

    /** Forgets every try, so that answers that come later are ignored. */
    void end() {
        for (Try t : tries) {
            t.socket().forget(t.id(), this);
        }
        tries.clear();
    }
}
