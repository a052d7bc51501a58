package org.hikyaku.capture.tcp;

/** Takes one connection: a sink for each direction. */
public interface ConnectionSink {

    /** Takes what the client sends. */
    StreamSink fromClient();

    /** Takes what the server sends. */
    StreamSink fromServer();

    /**
     * A packet of it was cut by a snapshot length; called before what it holds is given out.
     *
     * @param wire bytes that the packet had on the wire: that snapshot length would have held it
     */
    default void cut(long wire) {}
}
