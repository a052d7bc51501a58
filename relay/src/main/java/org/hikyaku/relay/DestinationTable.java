package org.hikyaku.relay;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.delivery.Destination;
import org.hikyaku.delivery.Destinations;
import org.hikyaku.delivery.NextHop;
import org.hikyaku.policy.HandshakeTerms;
import org.hikyaku.policy.RequireTlsPolicy;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.relay.config.RelayConfig;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.Pem;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Makes the couriers' table of destinations out of the configuration. */
final class DestinationTable {
    private static final int LONGEST_SECRET = 65_536;

    private DestinationTable() {}

    static Destinations of(RelayConfig.Deliver deliver) throws StartException {
        Destination fallback = destination(deliver.level(), deliver.requireTls());
        Map<String, Destination> rows = new HashMap<>();
        for (RelayConfig.Destination configured : deliver.destinations()) {
            Destination destination = destination(
                            configured.level().orElse(deliver.level()),
                            configured.requireTls().orElse(deliver.requireTls()))
                    .withMatch(configured.names())
                    .withTerms(new HandshakeTerms(configured.oldestTls(), List.of()));
            if (configured.route().isPresent()) {
                destination = destination.withNextHop(
                        nextHop(configured, configured.route().get()));
            }
            for (String pattern : configured.domains()) {
                if (pattern.equals("*")) {
                    fallback = destination;
                } else {
                    rows.put(pattern, destination);
                }
            }
        }
        return new Destinations(rows, fallback);
    }

    private static Destination destination(TlsLevel level, RequireTlsPolicy requireTls) {
        return Destination.of(level).withRequireTls(requireTls).withTerms(HandshakeTerms.usual());
    }

    private static NextHop nextHop(RelayConfig.Destination configured, RelayConfig.Destination.Route route)
            throws StartException {
        return new NextHop(
                target(route), route.port(), route.implicitTls(), login(configured), certificate(configured));
    }

    private static NextHop.Target target(RelayConfig.Destination.Route route) throws StartException {
        String host = route.host();
        try {
            if (host.startsWith("[")) {
                return new NextHop.Target.Address(InetAddress.ofLiteral(host.substring(1, host.length() - 1)));
            }
            Name name = Name.fromString(host, Name.root);
            return route.byMx() ? new NextHop.Target.MxOf(name) : new NextHop.Target.Host(name);
        } catch (TextParseException | IllegalArgumentException e) {
            throw new StartException("The route to " + host + " names no host and no address.", e);
        }
    }

    private static Optional<Credentials> login(RelayConfig.Destination configured) throws StartException {
        if (configured.user().isEmpty() || configured.password().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Credentials.password(
                configured.user().get(), firstLine(configured.password().get())));
    }

    private static Secret firstLine(Path file) throws StartException {
        byte[] bytes = new byte[0];
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST_SECRET);
            int end = 0;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
            char[] chars = new char[text.remaining()];
            text.get(chars);
            if (chars.length == 0) {
                throw new StartException("The first line of " + file + " is empty; it should be the password.");
            }
            return Secret.of(chars);
        } catch (IOException e) {
            throw new StartException("The password in " + file + " cannot be read: " + e.getMessage(), e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static Optional<Credential> certificate(RelayConfig.Destination configured) throws StartException {
        if (configured.certificate().isEmpty()) {
            return Optional.empty();
        }
        Path file = configured.certificate().get();
        try {
            return Optional.of(new Credential(Pem.privateKey(configured.key().orElse(file)), Pem.certificates(file)));
        } catch (IOException e) {
            throw new StartException("The client certificate in " + file + " cannot be used: " + e.getMessage(), e);
        }
    }
}
