package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslException.Kind;

/** CRAM-MD5 (RFC 2195): {@code user SP hex(HMAC-MD5(password, challenge))}. */
final class CramMd5Client implements SaslClient {
    private final Credentials credentials;
    private boolean answered;

    CramMd5Client(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public SaslMechanism mechanism() {
        return SaslMechanism.CRAM_MD5;
    }

    @Override
    public Optional<SaslMessage> first() {
        return Optional.empty();
    }

    @Override
    public SaslMessage answer(byte[] challenge) throws SaslException {
        if (answered) {
            throw new SaslException(Kind.MALFORMED, "the server asks again, and CRAM-MD5 has one answer only");
        }
        answered = true;
        byte[] password = credentials.secret().utf8();
        byte[] digest = Hashes.hmac("HmacMD5", password, challenge);
        Arrays.fill(password, (byte) 0);
        String text = credentials.user() + " " + HexFormat.of().formatHex(digest);
        return new SaslMessage(
                text.getBytes(StandardCharsets.UTF_8), "user name SP hex(HMAC-MD5(password, challenge))");
    }

    @Override
    public void succeeded() throws SaslException {
        if (!answered) {
            throw new SaslException(Kind.MALFORMED, "the server says yes to CRAM-MD5 before it has asked anything");
        }
    }
}
