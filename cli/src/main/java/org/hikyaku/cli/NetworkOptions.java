package org.hikyaku.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How to reach the network and whom to trust there; use as a mixin. */
public final class NetworkOptions {

    @Option(
            names = "--resolver",
            paramLabel = "ADDR[:PORT]",
            converter = ResolverAddress.class,
            description = "Ask this DNS resolver instead of the system's; may be given several times. It must pass"
                    + " DNSSEC records on. IPv6 with a port: [::1]:5300.")
    private List<InetSocketAddress> resolvers = new ArrayList<>();

    @Option(
            names = "--trust-anchor",
            paramLabel = "FILE",
            description = "Trust the DNS root by these DS or DNSKEY records instead of the built-in ones.")
    private @Nullable Path trustAnchor;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "Trust these certificate authorities (PEM) instead of the system's.")
    private @Nullable Path caFile;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            converter = Seconds.class,
            description =
                    "Longest wait for one answer of one server, 1 to 600 (default: ${DEFAULT-VALUE}). A mail server's"
                            + " greeting may take 20 s longer.")
    private Duration timeout = Duration.ofSeconds(10);

    /** The resolvers to ask, in order; none when the system's are wanted. */
    public List<InetSocketAddress> resolvers() {
        return List.copyOf(resolvers);
    }

    public Optional<Path> trustAnchor() {
        return Optional.ofNullable(trustAnchor);
    }

    public Optional<Path> caFile() {
        return Optional.ofNullable(caFile);
    }

    public Duration timeout() {
        return timeout;
    }

    /** {@code 192.0.2.1}, {@code 192.0.2.1:5300}, {@code 2001:db8::1} or {@code [2001:db8::1]:5300}; never a name. */
    static final class ResolverAddress implements ITypeConverter<InetSocketAddress> {
        private static final int DNS_PORT = 53;

        @Override
        public InetSocketAddress convert(String text) {
            String address = text;
            int port = DNS_PORT;
            if (text.startsWith("[")) {
                int end = text.indexOf(']');
                if (end < 0) {
                    throw bad(text);
                }
                address = text.substring(1, end);
                if (end + 1 < text.length()) {
                    if (text.charAt(end + 1) != ':') {
                        throw bad(text);
                    }
                    port = port(text, text.substring(end + 2));
                }
            } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
                address = text.substring(0, text.indexOf(':'));
                port = port(text, text.substring(text.indexOf(':') + 1));
            }
            try {
                // ofLiteral asks no DNS: a resolver named by a name could not be found.
                return new InetSocketAddress(InetAddress.ofLiteral(address), port);
            } catch (IllegalArgumentException e) {
                throw bad(text);
            }
        }

        private static int port(String text, String digits) {
            if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw bad(text);
            }
            int port = Integer.parseInt(digits);
            if (port < 1 || port > 65535) {
                throw bad(text);
            }
            return port;
        }

        private static TypeConversionException bad(String text) {
            return new TypeConversionException("'" + text
                    + "' is not an IP address with an optional port, such as 192.0.2.53 or [2001:db8::53]:5300");
        }
    }

    /** Whole seconds, 1 to 600. */
    static final class Seconds implements ITypeConverter<Duration> {
        private static final int MOST = 600;

        @Override
        public Duration convert(String text) {
            if (!text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                int seconds = Integer.parseInt(text);
                if (seconds >= 1 && seconds <= MOST) {
                    return Duration.ofSeconds(seconds);
                }
            }
            throw new TypeConversionException("'" + text + "' is not a number of seconds from 1 to " + MOST);
        }
    }
}
