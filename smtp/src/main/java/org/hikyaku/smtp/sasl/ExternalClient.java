package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslException.Kind;

/** EXTERNAL (RFC 4422 appendix A): the authorization identity, or nothing; the certificate has spoken already. */
final class ExternalClient implements SaslClient {
    private final Credentials credentials;

    ExternalClient(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public SaslMechanism mechanism() {
        return SaslMechanism.EXTERNAL;
    }

    @Override
    public Optional<SaslMessage> first() {
        return Optional.of(new SaslMessage(
                credentials.authzid().getBytes(StandardCharsets.UTF_8),
                credentials.authzid().isEmpty() ? "nothing: the certificate says who" : "authzid"));
    }

    @Override
    public SaslMessage answer(byte[] challenge) throws SaslException {
        throw new SaslException(Kind.MALFORMED, "the server goes on asking after EXTERNAL has said everything");
    }

    @Override
    public void succeeded() {
        // The TLS handshake proved who the server is.
    }
}
