package org.hikyaku.policy;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waiting for work that throws nothing checked. */
final class Futures {

    private Futures() {}

    static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a look-up", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("look-ups throw nothing checked", e);
        }
    }
}
