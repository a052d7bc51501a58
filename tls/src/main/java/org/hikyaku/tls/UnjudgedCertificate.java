package org.hikyaku.tls;

import java.io.IOException;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsStreamVerifier;
import org.bouncycastle.tls.crypto.TlsVerifier;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCertificate;

/**
 * A server's certificate whose key verifies the handshake, whatever else the certificate says: key usage is judged
 * afterwards with the rest (D11 asks for none of it). Notes how the server signed.
 */
final class UnjudgedCertificate extends JcaTlsCertificate {
    private final SessionCrypto session;

    UnjudgedCertificate(SessionCrypto session, byte[] encoding) throws IOException {
        super(session, encoding);
        this.session = session;
    }

    @Override
    protected boolean supportsKeyUsageBit(int bit) {
        return true;
    }

    @Override
    public Tls13Verifier createVerifier(int signatureScheme) throws IOException {
        session.signedWith(signatureScheme);
        return super.createVerifier(signatureScheme);
    }

    @Override
    public TlsVerifier createVerifier(short signatureAlgorithm) throws IOException {
        TlsVerifier verifier = super.createVerifier(signatureAlgorithm);
        return new TlsVerifier() {
            @Override
            public TlsStreamVerifier getStreamVerifier(DigitallySigned signed) throws IOException {
                note(signed);
                return verifier.getStreamVerifier(signed);
            }

            @Override
            public boolean verifyRawSignature(DigitallySigned signed, byte[] hash) throws IOException {
                note(signed);
                return verifier.verifyRawSignature(signed, hash);
            }

            private void note(DigitallySigned signed) {
                if (signed.getAlgorithm() == null) {
                    session.signedBeforeTls12(signatureAlgorithm);
                } else {
                    session.signedWith(SignatureScheme.from(signed.getAlgorithm()));
                }
            }
        };
    }
}
