package org.hikyaku.dns;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A map that forgets what was not used for long, without locks on the way in or out. Two generations: all goes into
 * the young one; when that has taken half of what is allowed, it becomes the old one and the former old one is
 * dropped. What is found in the old generation moves to the young one. So at most the allowed amount is held, and
 * whatever is used at least once a generation stays.
 */
public final class BoundedCache<K, V> {

    /** Something with a weight. */
    public interface Weigher<V> {
        /** About how many bytes of memory the value takes. */
        long bytes(V value);
    }

    private final long maxEntries;
    private final long maxBytes;
    private final Weigher<V> weigher;
    private final ReentrantLock turning = new ReentrantLock();
    // written under the lock, read without
    private volatile Generation<K, V> young = new Generation<>();
    private volatile Generation<K, V> old = new Generation<>();

    private static final class Generation<K, V> {
        private final ConcurrentHashMap<K, V> map = new ConcurrentHashMap<>();
        private final AtomicLong entries = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();
    }

    public BoundedCache(long maxEntries, long maxBytes, Weigher<V> weigher) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        this.weigher = weigher;
    }

    public Optional<V> get(K key) {
        V value = young.map.get(key);
        if (value == null) {
            value = old.map.get(key);
            if (value != null) {
                put(key, value);
            }
        }
        return Optional.ofNullable(value);
    }

    public void put(K key, V value) {
        Generation<K, V> into = young;
        long bytes = weigher.bytes(value);
        if (bytes > maxBytes / 2 || maxEntries < 2) {
            return;
        }
        @Nullable V former = into.map.put(key, value);
        long held = into.bytes.addAndGet(former == null ? bytes : bytes - weigher.bytes(former));
        long entries = former == null ? into.entries.incrementAndGet() : into.entries.get();
        if (entries > maxEntries / 2 || held > maxBytes / 2) {
            turn(into);
        }
    }

    public void remove(K key, V value) {
        forget(young, key, value);
        forget(old, key, value);
    }

    private void forget(Generation<K, V> generation, K key, V value) {
        if (generation.map.remove(key, value)) {
            generation.entries.decrementAndGet();
            generation.bytes.addAndGet(-weigher.bytes(value));
        }
    }

    public void clear() {
        turning.lock();
        try {
            young = new Generation<>();
            old = new Generation<>();
        } finally {
            turning.unlock();
        }
    }

    public long entries() {
        return young.entries.get() + old.entries.get();
    }

    private void turn(Generation<K, V> full) {
        turning.lock();
        try {
            if (young == full) {
                old = full;
                young = new Generation<>();
            }
        } finally {
            turning.unlock();
        }
    }
}
