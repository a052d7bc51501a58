package org.hikyaku.relay.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.RequireTlsPolicy;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.relay.config.RelayConfig.Destination;
import org.hikyaku.relay.config.RelayConfig.Destination.Route;
import org.hikyaku.tls.TlsVersion;

/** Reads what is said about the way to certain recipient domains. */
final class DestinationSettings {
    private static final String OLDEST_TLS = "one of 1.0, 1.1, 1.2, 1.3";

    private DestinationSettings() {}

    /** One entry of the list. */
    static Destination read(Section section) {
        List<String> patterns = section.texts("domains", "domains", List.of());
        if (patterns.isEmpty()) {
            section.fault(
                    "domains", "\"domains\" is missing: for which recipient domains this holds, or \"*\" for all");
        }
        Optional<Route> route =
                section.text("route", "HOST:PORT, smtps:HOST:PORT or mx:DOMAIN").flatMap(t -> route(section, t));
        Optional<String> user = section.text("user", "a user name");
        Optional<Path> password = section.secret("password", "a file whose first line is the password");
        if (user.isPresent() != password.isPresent() && section.has("user") != section.has("password")) {
            section.fault(
                    user.isPresent() ? "user" : "password", "a login needs both \"user\" and \"password\" (a file)");
        }
        Optional<Path> certificate = section.existing("certificate", "a PEM file with certificates");
        Optional<Path> key = section.secret("key", "a PEM file with the private key");
        Destination destination = new Destination(
                patterns.stream().map(p -> pattern(section, p)).toList(),
                section.choice("level", TlsLevel.class),
                section.choice("requiretls", RequireTlsPolicy.class),
                section.text("oldest-tls", OLDEST_TLS).flatMap(t -> oldestTls(section, t)),
                route,
                user,
                password,
                certificate,
                key,
                section.texts("names", "host names", List.of()));
        section.done();
        return destination;
    }

    private static Optional<TlsVersion> oldestTls(Section section, String text) {
        return switch (text) {
            case "1.0" -> Optional.of(TlsVersion.TLSV1_0);
            case "1.1" -> Optional.of(TlsVersion.TLSV1_1);
            case "1.2" -> Optional.of(TlsVersion.TLSV1_2);
            case "1.3" -> Optional.of(TlsVersion.TLSV1_3);
            default -> {
                section.fault("oldest-tls", "\"oldest-tls\" must be " + OLDEST_TLS + ", not \"" + text + "\"");
                yield Optional.empty();
            }
        };
    }

    private static Optional<Route> route(Section section, String text) {
        String rest = text;
        boolean implicit = rest.startsWith("smtps:");
        boolean byMx = rest.startsWith("mx:");
        if (implicit) {
            rest = rest.substring("smtps:".length());
        } else if (byMx) {
            rest = rest.substring("mx:".length());
        }
        int colon = rest.lastIndexOf(':');
        boolean port = colon > 0 && !rest.endsWith("]");
        String host = port ? rest.substring(0, colon) : rest;
        String digits = port ? rest.substring(colon + 1) : implicit ? "465" : "25";
        boolean good = !host.isEmpty()
                && host.indexOf(' ') < 0
                && (host.startsWith("[") == host.endsWith("]"))
                && (host.startsWith("[") || host.indexOf(':') < 0)
                && !digits.isEmpty()
                && digits.length() <= 5
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(digits) >= 1
                && Integer.parseInt(digits) <= 65_535;
        if (!good) {
            section.fault(
                    "route",
                    "a route is HOST:PORT, [ADDRESS]:PORT, smtps:HOST:PORT or mx:DOMAIN, not \"" + text + "\"");
            return Optional.empty();
        }
        return Optional.of(new Route(host, Integer.parseInt(digits), implicit, byMx));
    }

    private static String pattern(Section section, String text) {
        if (text.equals("*")) {
            return text;
        }
        boolean below = text.startsWith(".");
        String bare = below ? text.substring(1) : text;
        return (below ? "." : "") + section.domain("domains", bare);
    }
}
