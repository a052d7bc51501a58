package org.hikyaku.smtp.sasl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslException.Kind;

/**
 * A bearer token (RFC 6750) that somebody else has issued: OAUTHBEARER (RFC 7628 section 3.1) and its forerunner
 * XOAUTH2. A server that refuses says why in a challenge, as JSON; the client answers with a dummy and the failure
 * follows.
 */
final class BearerClient implements SaslClient {
    private static final char SEPARATOR = '\u0001';

    private final SaslMechanism mechanism;
    private final Credentials credentials;
    private final String host;
    private final int port;
    private Optional<String> error = Optional.empty();

    BearerClient(SaslMechanism mechanism, Credentials credentials, String host, int port) {
        this.mechanism = mechanism;
        this.credentials = credentials;
        this.host = host;
        this.port = port;
    }

    @Override
    public SaslMechanism mechanism() {
        return mechanism;
    }

    @Override
    public Optional<SaslMessage> first() throws SaslException {
        byte[] token = credentials.secret().utf8();
        for (byte b : token) {
            if (b <= ' ' || b >= 0x7F) {
                throw new SaslException(
                        Kind.UNUSABLE,
                        "a token is printable ASCII without spaces (RFC 6750 section 2.1), and this is not");
            }
        }
        if (credentials.user().indexOf(SEPARATOR) >= 0) {
            throw new SaslException(Kind.UNUSABLE, "a user name with a control character in it cannot be said");
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        String built;
        if (mechanism == SaslMechanism.OAUTHBEARER) {
            built = "n,a=user,^Ahost=HOST^Aport=PORT^Aauth=Bearer TOKEN^A^A";
            String user = credentials.user().isEmpty() ? "" : "a=" + ScramClient.escaped(credentials.user());
            put(message, "n," + user + "," + SEPARATOR + "host=" + host + SEPARATOR + "port=" + port + SEPARATOR);
        } else {
            built = "user=USER^Aauth=Bearer TOKEN^A^A";
            put(message, "user=" + credentials.user() + SEPARATOR);
        }
        put(message, "auth=Bearer ");
        message.writeBytes(token);
        put(message, "" + SEPARATOR + SEPARATOR);
        Arrays.fill(token, (byte) 0);
        return Optional.of(new SaslMessage(message.toByteArray(), built));
    }

    private static void put(ByteArrayOutputStream message, String text) {
        message.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public SaslMessage answer(byte[] challenge) throws SaslException {
        if (error.isPresent()) {
            throw new SaslException(Kind.MALFORMED, "the server goes on asking after it has said why it refuses");
        }
        error = Optional.of(Shown.text(challenge));
        // RFC 7628 section 3.2.3: a dummy %x01; XOAUTH2 wants nothing.
        return mechanism == SaslMechanism.OAUTHBEARER
                ? new SaslMessage(new byte[] {1}, "^A, a dummy: the server has said why it refuses")
                : new SaslMessage(new byte[0], "nothing: the server has said why it refuses");
    }

    @Override
    public void succeeded() throws SaslException {
        if (error.isPresent()) {
            throw new SaslException(
                    Kind.MALFORMED, "the server says yes after it has said why it refuses: " + error.get());
        }
    }

    @Override
    public Optional<String> serverError() {
        return error;
    }
}
