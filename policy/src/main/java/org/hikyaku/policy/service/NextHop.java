package org.hikyaku.policy.service;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.xbill.DNS.Name;

/**
 * A key of {@code smtp_tls_policy_maps}: the next hop as Postfix writes it ({@code man 5 postconf}). Besides domains come
 * hosts in brackets, ports, addresses, path names of LMTP sockets, and, while nothing is found, parents with a dot
 * before them.
 */
sealed interface NextHop {

    int SMTP = 25;

    /** Service names that Postfix takes for a port. */
    Map<String, Integer> SERVICES = Map.of("smtp", SMTP, "submission", 587, "submissions", 465, "smtps", 465);

    /** A domain, whose MX hosts take the mail. */
    record Domain(Name domain, int port) implements NextHop {}

    /** A host in brackets: no MX look-up. */
    record Host(Name host, int port) implements NextHop {}

    /** Nothing that could have a policy; nothing is looked up. */
    record Other(String rule, String why) implements NextHop {}

    /**
     * Reads a key.
     *
     * @param smtp the port where none is named ({@code smtp_tcp_port})
     */
    static NextHop parse(String key, int smtp) {
        if (key.isEmpty()) {
            return new Other("S14", "The key is empty.");
        }
        if (key.startsWith(".")) {
            // S14: policies are never those of a parent
            return new Other("S14", "A parent domain has no policy for its children.");
        }
        if (key.startsWith("/") || key.startsWith("unix:")) {
            return new Other("S14", "A socket's path has no policy.");
        }
        boolean bracket = key.startsWith("[");
        String host = key;
        String port = "";
        if (bracket) {
            int end = key.indexOf(']');
            String rest = end < 0 ? "?" : key.substring(end + 1);
            if (end < 0 || !(rest.isEmpty() || rest.startsWith(":") && rest.length() > 1)) {
                return new Other("S14", "The key is no next hop.");
            }
            host = key.substring(1, end);
            port = rest.isEmpty() ? "" : rest.substring(1);
        } else if (key.indexOf(':') >= 0 && key.indexOf(':') == key.lastIndexOf(':')) {
            host = key.substring(0, key.indexOf(':'));
            port = key.substring(key.indexOf(':') + 1);
        }
        return parse(host, port.isEmpty() ? smtp : port(port), bracket);
    }

    private static NextHop parse(String host, int number, boolean bracket) {
        if (number < 0) {
            return new Other("D8", "The port is not known.");
        }
        if (isAddress(host)) {
            // D22, S14
            return new Other("D22", "An address has neither DANE nor MTA-STS.");
        }
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.equals("localhost") || lower.endsWith(".localhost")) {
            return new Other("D22", "localhost is this machine (RFC 6761 section 6.3).");
        }
        try {
            Name name = DomainNames.parse(lower);
            if (name.labels() < 2 || name.isWild()) {
                return new Other("S14", "The key is no domain name.");
            }
            return bracket ? new Host(name, number) : new Domain(name, number);
        } catch (BadNameException e) {
            return new Other("S14", "The key is no domain name.");
        }
    }

    private static int port(String text) {
        if (text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int number = Integer.parseInt(text);
            return number >= 1 && number <= 65_535 ? number : -1;
        }
        return SERVICES.getOrDefault(text.toLowerCase(Locale.ROOT), -1);
    }

    private static boolean isAddress(String host) {
        String bare = host.regionMatches(true, 0, "ipv6:", 0, 5) ? host.substring(5) : host;
        try {
            InetAddress.ofLiteral(bare);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
