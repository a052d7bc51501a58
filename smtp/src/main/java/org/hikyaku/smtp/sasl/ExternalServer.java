package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** EXTERNAL (RFC 4422 appendix A): the certificate of the TLS session has spoken, the client says at most as whom it wants to act. */
final class ExternalServer implements SaslServer {
    private final Optional<String> certificateUser;

    ExternalServer(Optional<String> certificateUser) {
        this.certificateUser = certificateUser;
    }

    @Override
    public SaslMechanism mechanism() {
        return SaslMechanism.EXTERNAL;
    }

    @Override
    public Step begin(Optional<byte[]> initial) {
        return initial.isPresent() ? answer(initial.get()) : new Challenge(new byte[0]);
    }

    @Override
    public Step answer(byte[] response) {
        if (certificateUser.isEmpty()) {
            return new Refused(Kind.CREDENTIALS, "EXTERNAL without a certificate that stands for a user");
        }
        return SaslServers.accepted(new String(response, StandardCharsets.UTF_8), certificateUser.get());
    }
}
