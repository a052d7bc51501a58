package org.hikyaku.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;

/** An open port. */
public interface Listener extends Closeable {

    /** Waits for the next connection; throws {@link java.net.SocketException} once closed. */
    Connection accept() throws IOException;

    InetSocketAddress local();
}
