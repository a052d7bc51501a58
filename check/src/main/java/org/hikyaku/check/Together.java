package org.hikyaku.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** Runs tasks side by side. */
final class Together {
    private Together() {}

    /** Two results. */
    record Both<A, B>(A first, B second) {}

    /** Two tasks of different kinds, side by side. */
    static <A, B> Both<A, B> both(Callable<A> first, Callable<B> second) {
        AtomicReference<Optional<A>> one = new AtomicReference<>(Optional.empty());
        AtomicReference<Optional<B>> two = new AtomicReference<>(Optional.empty());
        run(List.<Callable<Boolean>>of(
                () -> {
                    one.set(Optional.of(first.call()));
                    return true;
                },
                () -> {
                    two.set(Optional.of(second.call()));
                    return true;
                }));
        return new Both<>(one.get().orElseThrow(), two.get().orElseThrow());
    }

    /** Each task on its own virtual thread; results in the order of the tasks. */
    static <T> List<T> run(List<Callable<T>> tasks) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>(tasks.size());
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while checking", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("a check does not throw", e);
        }
    }
}
