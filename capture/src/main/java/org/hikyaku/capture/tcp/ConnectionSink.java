package org.hikyaku.capture.tcp;

/** Takes one connection: a sink for each direction. */
public interface ConnectionSink {

    /** Takes what the client sends. */
    StreamSink fromClient();

    /** Takes what the server sends. */
    StreamSink fromServer();
}
