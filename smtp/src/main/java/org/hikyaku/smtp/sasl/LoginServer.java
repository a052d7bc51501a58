package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** LOGIN (draft-murchison-sasl-login): the name, then the password. */
final class LoginServer implements SaslServer {
    private final SaslServers servers;
    private Optional<String> user = Optional.empty();

    LoginServer(SaslServers servers) {
        this.servers = servers;
    }

    @Override
    public SaslMechanism mechanism() {
        return SaslMechanism.LOGIN;
    }

    @Override
    public Step begin(Optional<byte[]> initial) {
        return initial.isPresent() && initial.get().length > 0 ? answer(initial.get()) : question("Username:");
    }

    @Override
    public Step answer(byte[] response) {
        if (user.isEmpty()) {
            user = Optional.of(new String(response, StandardCharsets.UTF_8));
            return question("Password:");
        }
        return servers.password("", user.get(), response);
    }

    private static Challenge question(String text) {
        return new Challenge(text.getBytes(StandardCharsets.US_ASCII));
    }
}
