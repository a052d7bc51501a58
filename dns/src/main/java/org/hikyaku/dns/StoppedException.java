package org.hikyaku.dns;

/** Ends a look-up that cannot come to a result; becomes {@link Answer.Failed}. */
final class StoppedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    StoppedException(Failure failure) {
        super(failure.sentence(), null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
