package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** PLAIN (RFC 4616): {@code authzid NUL authcid NUL password}. */
final class PlainServer implements SaslServer {
    private final SaslServers servers;

    PlainServer(SaslServers servers) {
        this.servers = servers;
    }

    @Override
    public SaslMechanism mechanism() {
        return SaslMechanism.PLAIN;
    }

    @Override
    public Step begin(Optional<byte[]> initial) {
        return initial.isPresent() ? answer(initial.get()) : new Challenge(new byte[0]);
    }

    @Override
    public Step answer(byte[] response) {
        int first = indexOfNul(response, 0);
        int second = first < 0 ? -1 : indexOfNul(response, first + 1);
        if (second < 0 || indexOfNul(response, second + 1) >= 0) {
            return SaslServers.malformed("PLAIN is authzid NUL authcid NUL password");
        }
        String authzid = new String(response, 0, first, StandardCharsets.UTF_8);
        String user = new String(response, first + 1, second - first - 1, StandardCharsets.UTF_8);
        byte[] password = Arrays.copyOfRange(response, second + 1, response.length);
        Arrays.fill(response, (byte) 0);
        return servers.password(authzid, user, password);
    }

    private static int indexOfNul(byte[] bytes, int start) {
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
