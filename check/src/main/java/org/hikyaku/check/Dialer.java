package org.hikyaku.check;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.smtp.SessionOutcome;

/** Tries one address of one MX host. */
@FunctionalInterface
public interface Dialer {

    /**
     * Opens a session as far as it goes, and ends it politely.
     *
     * @param sni the server name to send
     */
    SessionOutcome dial(InetSocketAddress address, Optional<String> sni);
}
