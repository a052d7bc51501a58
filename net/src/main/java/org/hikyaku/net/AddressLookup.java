package org.hikyaku.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Where a host is. The seam through which validated addresses come in. */
@FunctionalInterface
public interface AddressLookup {

    /**
     * The host's addresses in the order in which they should be tried; empty when the host has none.
     *
     * @throws IOException with a sentence, when it could not be found out
     */
    List<InetAddress> addresses(String host) throws IOException;
}
