package org.hikyaku.relay.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Socket addresses as people write them: {@code 192.0.2.1:25}, {@code [2001:db8::1]:25}. */
final class AddressAndPort {

    private AddressAndPort() {}

    /** Empty when it is none; a name is never looked up. */
    static Optional<InetSocketAddress> read(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (port.isEmpty()
                || port.length() > 5
                || !port.chars().allMatch(c -> c >= '0' && c <= '9')
                || Integer.parseInt(port) > 65_535
                || !bracketed && host.indexOf(':') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(port)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
