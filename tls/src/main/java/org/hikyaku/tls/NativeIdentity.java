package org.hikyaku.tls;

import java.util.Optional;
import org.bouncycastle.tls.SignatureScheme;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.SubjectKey;

/**
 * One of our keys with its chain in the native library's hands.
 *
 * @param scheme the one way in which it signs in TLS 1.3
 * @param endPoint the binding of sessions to its certificate
 */
record NativeIdentity(Credential credential, int scheme, NativeContext context, Optional<ChannelBinding> endPoint) {

    /** Of a credential; empty where the native library may not want it, or has a choice how to sign. */
    static Optional<NativeIdentity> of(Credential credential, boolean tickets, NativeBuffers buffers) {
        SubjectKey key = credential.certificate().key();
        return switch (key.algorithm()) {
            case EC ->
                switch (key.bits()) {
                    case 256 -> of(credential, SignatureScheme.ecdsa_secp256r1_sha256, tickets, buffers);
                    case 384 -> of(credential, SignatureScheme.ecdsa_secp384r1_sha384, tickets, buffers);
                    default -> Optional.empty();
                };
            case RSA -> of(credential, SignatureScheme.rsa_pss_rsae_sha256, tickets, buffers);
            case RSA_PSS, ED25519, ED448, DSA, ML_DSA, OTHER -> Optional.empty();
        };
    }

    private static Optional<NativeIdentity> of(
            Credential credential, int scheme, boolean tickets, NativeBuffers buffers) {
        try {
            return Optional.of(new NativeIdentity(
                    credential,
                    scheme,
                    NativeContext.server(credential, scheme, tickets, buffers),
                    ChannelBinding.serverEndPoint(credential.certificate())));
        } catch (Exception e) {
            return Optional.empty(); // A key or certificate so odd that only the other library reads it.
        }
    }
}
