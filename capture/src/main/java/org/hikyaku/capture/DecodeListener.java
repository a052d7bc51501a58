package org.hikyaku.capture;

/**
 * Is told of each connection that carries data, in the order in which they begin to. Called on one thread, as the views are,
 * in an order that is the same each time.
 */
@FunctionalInterface
public interface DecodeListener {
    ConnectionView opened(Connection connection);

    /** Nothing more is to be told at the moment: what was said may be shown. */
    default void idle() {}
}
