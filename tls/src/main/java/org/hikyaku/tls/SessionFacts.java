package org.hikyaku.tls;

import java.util.List;
import java.util.Optional;
import org.hikyaku.x509.Certificate;

/**
 * Everything that a finished handshake settled. Facts from a live session, a probe and a decrypted capture are the same
 * record.
 *
 * @param version the version chosen
 * @param suite the IANA name of the cipher suite, such as {@code TLS_AES_128_GCM_SHA256}
 * @param suiteCode its number
 * @param bits strength of the cipher's key in bits; 0 when there is none
 * @param group the name of the key exchange group, such as {@code X25519MLKEM768}; empty for static RSA or when resumed
 * @param signatureScheme how the server signed, such as {@code ecdsa_secp256r1_sha256}; empty for static RSA, anonymous
 *     suites or when resumed
 * @param chain certificates as sent, server first; empty for anonymous suites, raw public keys, or when resumed
 * @param sni the server name that the client sent
 * @param alpn the application protocol that the server chose
 * @param resumed true when an earlier session was taken up again
 * @param extendedMasterSecret true for TLS 1.3, or when RFC 7627 was agreed
 * @param secureRenegotiation true for TLS 1.3, or when RFC 5746 was agreed
 * @param clientChain the client's certificates as sent, its own first: empty when the server asked for none; an empty
 *     list when it asked and the client had none to show
 */
public record SessionFacts(
        TlsVersion version,
        String suite,
        int suiteCode,
        int bits,
        Optional<String> group,
        Optional<String> signatureScheme,
        List<Certificate> chain,
        Optional<String> sni,
        Optional<String> alpn,
        boolean resumed,
        boolean extendedMasterSecret,
        boolean secureRenegotiation,
        Optional<List<Certificate>> clientChain) {

    public SessionFacts {
        chain = List.copyOf(chain);
        clientChain = clientChain.map(List::copyOf);
    }

    /** Facts of a session in which the server asked for no client certificate. */
    public SessionFacts(
            TlsVersion version,
            String suite,
            int suiteCode,
            int bits,
            Optional<String> group,
            Optional<String> signatureScheme,
            List<Certificate> chain,
            Optional<String> sni,
            Optional<String> alpn,
            boolean resumed,
            boolean extendedMasterSecret,
            boolean secureRenegotiation) {
        this(
                version,
                suite,
                suiteCode,
                bits,
                group,
                signatureScheme,
                chain,
                sni,
                alpn,
                resumed,
                extendedMasterSecret,
                secureRenegotiation,
                Optional.empty());
    }
}
