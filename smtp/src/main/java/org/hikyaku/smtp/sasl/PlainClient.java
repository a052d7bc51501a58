package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslException.Kind;

/** PLAIN (RFC 4616 section 2): {@code authzid NUL authcid NUL password}. The server prepares the strings (SASLprep), not we. */
final class PlainClient implements SaslClient {
    private final Credentials credentials;

    PlainClient(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public SaslMechanism mechanism() {
        return SaslMechanism.PLAIN;
    }

    @Override
    public Optional<SaslMessage> first() throws SaslException {
        byte[] authzid = credentials.authzid().getBytes(StandardCharsets.UTF_8);
        byte[] user = credentials.user().getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.secret().utf8();
        byte[] message = new byte[authzid.length + user.length + password.length + 2];
        System.arraycopy(authzid, 0, message, 0, authzid.length);
        System.arraycopy(user, 0, message, authzid.length + 1, user.length);
        System.arraycopy(password, 0, message, authzid.length + user.length + 2, password.length);
        Arrays.fill(password, (byte) 0);
        int nuls = 0;
        for (byte b : message) {
            nuls += b == 0 ? 1 : 0;
        }
        if (nuls != 2) {
            throw new SaslException(Kind.UNUSABLE, "a user name or password with a NUL in it cannot be said in PLAIN");
        }
        SaslMessage plain = new SaslMessage(message, "authzid NUL authcid NUL password");
        Arrays.fill(message, (byte) 0);
        return Optional.of(plain);
    }

    @Override
    public SaslMessage answer(byte[] challenge) throws SaslException {
        throw new SaslException(Kind.MALFORMED, "the server goes on asking after PLAIN has said everything");
    }

    @Override
    public void succeeded() {
        // The server has nothing to prove.
    }
}
