package org.hikyaku.cli;

import java.net.InetAddress;

/** A server as it is named on the command line: {@code mx.example:25}, {@code 192.0.2.1}, {@code [2001:db8::1]:465}. */
record HostAndPort(String host, int port) {

    static HostAndPort parse(String text, int otherwise) {
        if (text.startsWith("[") && text.indexOf(']') > 0) {
            int end = text.indexOf(']');
            String rest = text.substring(end + 1);
            return new HostAndPort(text.substring(1, end), rest.isEmpty() ? otherwise : port(text, rest.substring(1)));
        }
        int colon = text.indexOf(':');
        if (colon < 0 || colon != text.lastIndexOf(':')) {
            return new HostAndPort(text, otherwise);
        }
        return new HostAndPort(text.substring(0, colon), port(text, text.substring(colon + 1)));
    }

    /** True when the host is an address and no name. */
    boolean literal() {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int port(String text, String digits) {
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65535) {
            throw new UsageException("In " + text + ", " + digits + " is no port; a port is a number from 1 to 65535.");
        }
        return port;
    }
}
