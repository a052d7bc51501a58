package org.hikyaku.cli;

import java.util.Optional;
import org.hikyaku.capture.tls.PskIdentity;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters;

/** How the two came to their secret, and by what they know each other where there is no certificate: sentences of the story. */
final class KeyExchangeStory {
    private static final String EVEN_LATER = " can read this session, even years later";

    private KeyExchangeStory() {}

    /** @param group of the key exchange, where it has a name */
    static String ofServer(HandshakeMessage.ServerKeyExchange message, Optional<String> group) {
        ServerKeyExchangeParameters parameters = message.parameters();
        String half = "the server sends its half of the key exchange"
                + group.map(g -> " (" + g + ")").orElse("");
        return switch (parameters) {
            case ServerKeyExchangeParameters.PskHint hint ->
                "the server gives a hint which pre-shared key it means ('" + PskIdentity.shown(hint.hint()) + "')";
            case ServerKeyExchangeParameters.RsaKey key ->
                "the server sends an RSA key of " + key.modulus().bitLength() + " bits made for the purpose (export)"
                        + signed(parameters);
            case ServerKeyExchangeParameters.NamedCurve _ -> half + signed(parameters);
            case ServerKeyExchangeParameters.ExplicitCurve _ -> half + signed(parameters);
            case ServerKeyExchangeParameters.DiffieHellman dh ->
                half + " over a prime of " + dh.prime().bitLength() + " bits" + signed(parameters);
            case ServerKeyExchangeParameters.Other _ -> half;
        };
    }

    private static String signed(ServerKeyExchangeParameters parameters) {
        return parameters.signature().isPresent()
                ? ", signed with the certificate's key"
                : ", which nobody signed: anybody could have sent it";
    }

    static String ofClient(HandshakeMessage.ClientKeyExchange message, TlsReport report) {
        Optional<CipherSuite> suite = report.suite();
        if (suite.isEmpty()) {
            return "the client sends its half of the key exchange";
        }
        String half = "the client sends its half; the secret itself never crosses the wire";
        return switch (suite.get().keyExchange()) {
            case RSA -> "the client sends the premaster secret under the server's key: who has that key" + EVEN_LATER;
            case RSA_PSK ->
                "the client sends the premaster secret under the server's key, and a pre-shared key goes into the"
                        + " secret as well: who has both" + EVEN_LATER;
            case PSK ->
                "the client names the pre-shared key" + identity(message.exchange())
                        + ": the secret follows from that key alone, and who has it" + EVEN_LATER;
            case DHE_PSK, ECDHE_PSK -> half + ", and a pre-shared key goes into it as well";
            case DH, ECDH ->
                "the client sends its half; the server's is the key in its certificate, and who has that key"
                        + EVEN_LATER;
            case DHE, ECDHE, SRP, ECCPWD, TLS13 -> half;
            case KRB5, GOST, NULL -> "the client sends its part of the key exchange";
        };
    }

    private static String identity(byte[] exchange) {
        byte[] identity = PskIdentity.of(exchange);
        return identity.length > 0 ? " ('" + PskIdentity.shown(identity) + "')" : "";
    }

    /** RFC 8446 section 7.1: from what the secrets of TLS 1.3 follow. */
    static String of13(TlsReport report) {
        Optional<String> more = chosenPsk(report)
                ? Optional.of(report.resumed() ? "the secret of the earlier session" : "the pre-shared key")
                : Optional.empty();
        boolean shares = report.serverHello()
                .filter(hello -> hello.extension(Extension.ServerKeyShare.class).isPresent())
                .isPresent();
        if (!shares && more.isPresent()) {
            return "the secrets follow from " + more.get() + " alone (psk_ke): who has it" + EVEN_LATER;
        }
        return "no secret crossed the wire: both sides derived it from their "
                + report.group().orElse("key") + " shares"
                + more.map(secret -> " and " + secret).orElse("");
    }

    /** By what each knows who the other is. */
    static String withoutCertificate(TlsReport report) {
        if (report.resumed()) {
            return "no certificate: who holds the secret of the earlier session is who it was then";
        }
        if (chosenPsk(report)
                || report.suite().filter(s -> pskAlone(s.keyExchange())).isPresent()) {
            return "no certificate: each shows by the pre-shared key that it is the one who was given it";
        }
        if (report.suite().filter(CipherSuite::anonymous).isPresent()) {
            return "no certificate: the suite is anonymous, anybody could have answered";
        }
        return report.version().filter(v -> v == TlsVersion.TLSV1_3).isPresent() && !report.decrypted()
                ? "the certificate is encrypted in TLS 1.3, and there are no keys"
                : "no certificate was seen";
    }

    private static boolean pskAlone(KeyExchange exchange) {
        return exchange == KeyExchange.PSK || exchange == KeyExchange.DHE_PSK || exchange == KeyExchange.ECDHE_PSK;
    }

    private static boolean chosenPsk(TlsReport report) {
        return report.serverHello()
                .filter(hello ->
                        hello.extension(Extension.SelectedPreSharedKey.class).isPresent())
                .isPresent();
    }
}
