package org.hikyaku.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.capture.tcp.Endpoint;

/**
 * An RSA key as a person names it: {@code FILE}, or {@code ADDR:PORT:PROTOCOL:FILE} as other tools have it.
 *
 * @param server whose key it is; empty for any
 * @param file where it is
 */
record RsaKeyPlace(Optional<Endpoint> server, Path file) {
    private static final String FORM = "write FILE, or ADDR:PORT:PROTOCOL:FILE as in 192.0.2.1:465:smtp:server.key or"
            + " [2001:db8::1]:443:http:server.p12";

    /** Other tools decode as what is named; here protocols are found by content, so the name is only looked at. */
    private static final Set<String> PROTOCOLS =
            Set.of("smtp", "imap", "pop3", "http", "http1", "http2", "tls", "data", "other");

    static RsaKeyPlace parse(String text) {
        int end = addressEnd(text);
        if (end < 0) {
            return new RsaKeyPlace(Optional.empty(), path(text, text));
        }
        String address = text.startsWith("[") ? text.substring(1, end - 1) : text.substring(0, end);
        String[] rest = text.substring(end + 1).split(":", 3);
        if (rest.length < 3 || rest[2].isEmpty()) {
            throw wrong(text, "a port, a protocol and a file come behind the address");
        }
        if (!PROTOCOLS.contains(rest[1].toLowerCase(Locale.ROOT))) {
            throw wrong(text, "'" + rest[1] + "' is no protocol: use smtp, imap, pop3, http, tls or data");
        }
        try {
            InetAddress literal = InetAddress.ofLiteral(address);
            return new RsaKeyPlace(
                    Optional.of(Endpoint.of(new InetSocketAddress(literal, port(text, rest[0])))), path(text, rest[2]));
        } catch (IllegalArgumentException e) {
            throw wrong(text, "'" + address + "' is no address (names are not looked up)");
        }
    }

    /** Where the colon behind the address stands, or -1 when all is the name of a file. */
    private static int addressEnd(String text) {
        if (text.startsWith("[")) {
            int close = text.indexOf("]:");
            return close < 0 ? -1 : close + 1;
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return -1;
        }
        int second = text.indexOf(':', colon + 1);
        String port = second < 0 ? "" : text.substring(colon + 1, second);
        boolean number = !port.isEmpty() && port.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? colon : -1;
    }

    private static int port(String text, String digits) {
        int port = digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9') || digits.isEmpty()
                ? 0
                : Integer.parseInt(digits);
        if (port < 1 || port > 65535) {
            throw wrong(text, "'" + digits + "' is no port: 1 to 65535");
        }
        return port;
    }

    private static Path path(String text, String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw wrong(text, "'" + file + "' is no name of a file");
        }
    }

    private static UsageException wrong(String text, String why) {
        return new UsageException("--rsa-key " + text + ": " + why + "; " + FORM);
    }
}
