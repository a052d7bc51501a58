package org.hikyaku.capture;

/** Is told of each connection that carries data. Called by one thread at a time for one connection. */
@FunctionalInterface
public interface DecodeListener {
    ConnectionView opened(Connection connection);
}
