package org.hikyaku.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;

/** How we introduce ourselves to mail servers (RFC 5321 section 4.1.4). */
final class EhloNames {
    /** An address literal is right for a host without a name that others could look up. */
    private static final String NAMELESS = "[127.0.0.1]";

    private EhloNames() {}

    /** A name that somebody gave: a domain, or an address in brackets. */
    static String checked(String name) {
        if (name.startsWith("[") && name.endsWith("]")) {
            String inside = name.substring(1, name.length() - 1);
            String literal = inside.regionMatches(true, 0, "IPv6:", 0, 5) ? inside.substring(5) : inside;
            try {
                InetAddress.ofLiteral(literal);
                return name;
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        "\"" + name + "\" is no address to say EHLO with, such as [192.0.2.1] or"
                                + " [IPv6:2001:db8::1]",
                        e);
            }
        }
        return GivenName.of(name, "--ehlo-name").toString(true);
    }

    /** This machine's own name where it has dots in it, else an address literal. */
    static String ofThisMachine(Map<String, String> variables) {
        String name = variables.getOrDefault("HOSTNAME", "");
        if (name.isEmpty()) {
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return NAMELESS;
            }
        }
        try {
            return name.indexOf('.') > 0 ? DomainNames.parse(name).toString(true) : NAMELESS;
        } catch (BadNameException e) {
            return NAMELESS;
        }
    }
}
