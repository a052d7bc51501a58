package org.hikyaku.capture;

/** Carries an interrupt through callbacks that know of none: the decoding was given up, nobody wants the rest. */
final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped() {
        super("decoding was stopped");
    }
}
