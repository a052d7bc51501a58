package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslException.Kind;

/**
 * LOGIN (draft-murchison-sasl-login-00): the server asks twice, whatever its words are; the first answer is the user
 * name, the second the password.
 */
final class LoginClient implements SaslClient {
    private final Credentials credentials;
    private int asked;

    LoginClient(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public SaslMechanism mechanism() {
        return SaslMechanism.LOGIN;
    }

    @Override
    public Optional<SaslMessage> first() {
        return Optional.empty();
    }

    @Override
    public SaslMessage answer(byte[] challenge) throws SaslException {
        asked++;
        return switch (asked) {
            case 1 -> new SaslMessage(credentials.user().getBytes(StandardCharsets.UTF_8), "user name");
            case 2 -> {
                byte[] password = credentials.secret().utf8();
                SaslMessage message = new SaslMessage(password, "password");
                Arrays.fill(password, (byte) 0);
                yield message;
            }
            default ->
                throw new SaslException(Kind.MALFORMED, "the server asks a third time, and LOGIN has two answers only");
        };
    }

    @Override
    public void succeeded() throws SaslException {
        if (asked < 2) {
            throw new SaslException(
                    Kind.MALFORMED, "the server says yes to LOGIN before it has asked for the password");
        }
    }
}
