package org.hikyaku.lab;

import java.util.Optional;
import java.util.function.Supplier;

/** A value made when first asked for, once. Keys and signatures are costly, and most of them are never asked for. */
final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> source;
    private volatile Optional<T> made = Optional.empty();

    Lazy(Supplier<T> source) {
        this.source = source;
    }

    @Override
    public T get() {
        Optional<T> value = made;
        if (value.isEmpty()) {
            synchronized (this) {
                value = made;
                if (value.isEmpty()) {
                    value = Optional.of(source.get());
                    made = value;
                }
            }
        }
        return value.orElseThrow();
    }
}
