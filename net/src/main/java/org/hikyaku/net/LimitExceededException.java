package org.hikyaku.net;

import java.io.IOException;

/** The other side sent more than a {@link Limit} allows. */
public final class LimitExceededException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Limit limit;

    public LimitExceededException(Limit limit) {
        super("more than the limit of " + limit.value() + " " + limit.name());
        this.limit = limit;
    }

    public Limit limit() {
        return limit;
    }
}
