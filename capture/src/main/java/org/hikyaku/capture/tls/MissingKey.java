package org.hikyaku.capture.tls;

import java.util.HexFormat;
import java.util.Optional;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.ExtensionType;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.NamedGroup;

/** Says why a session stays dark with what was given, and what would open it. */
final class MissingKey {
    private final SecretStore store;
    private final RsaKeys rsaKeys;

    MissingKey(SecretStore store, RsaKeys rsaKeys) {
        this.store = store;
        this.rsaKeys = rsaKeys;
    }

    /**
     * Why there is no master secret, or no traffic secrets.
     *
     * @param nanos when the session took place
     */
    Dark of(Handshake handshake, long nanos) {
        ClientHello client = handshake.clientHello;
        CipherSuite suite = handshake.suite;
        if (client == null) {
            return new Dark(
                    Dark.Reason.CLIENT_HELLO_MISSING,
                    "the ClientHello is not in the capture, and keys are found by the random in it");
        }
        String random = HexFormat.of().formatHex(client.random(), 0, 4) + "…";
        String logged = store.given()
                ? "the key log has secrets of " + count(store.sessions(), "session") + " but no line for client random "
                        + random + store.age(nanos)
                : "";
        if (handshake.tls13()) {
            Optional<Dark> psk = ExternalPsk.of(handshake, store).map(found -> found.dark(group(handshake)));
            if (psk.isPresent()) {
                return new Dark(
                        psk.get().reason(),
                        psk.get().sentence() + (logged.isEmpty() ? ", and no key log was given" : ", and " + logged));
            }
            return store.given()
                    ? new Dark(Dark.Reason.NO_LINE, logged + innerHello(client))
                    : new Dark(
                            Dark.Reason.TLS13,
                            "TLS 1.3 has no static RSA: only a key log opens it (SSLKEYLOGFILE), and none was given"
                                    + outsidePsk(handshake));
        }
        if (handshake.abbreviated()) {
            return new Dark(
                    Dark.Reason.PARENT_MISSING,
                    "it resumes a session whose full handshake is not in the capture (or was not decrypted)"
                            + (logged.isEmpty() ? "" : ", and " + logged));
        }
        if (handshake.underServersKey()) {
            return rsa(handshake, logged);
        }
        String exchange = suite == null ? "its key exchange" : "its key exchange is " + name(suite.keyExchange());
        if (suite != null && suite.keyExchange() == KeyExchange.PSK) {
            return psk(handshake, logged);
        }
        if (suite != null && !suite.forwardSecret() && suite.keyExchange() != KeyExchange.RSA) {
            return new Dark(
                    store.given() ? Dark.Reason.NO_LINE : Dark.Reason.NO_KEY,
                    exchange + ", and " + (logged.isEmpty() ? "no key log was given" : logged));
        }
        return store.given()
                ? new Dark(Dark.Reason.NO_LINE, logged)
                : new Dark(
                        Dark.Reason.EPHEMERAL,
                        exchange + ", ephemeral: the server's key does not open it, only a key log does, and none was"
                                + " given");
    }

    private Dark psk(Handshake handshake, String logged) {
        String identity = handshake.clientKeyExchange == null
                ? ""
                : " of identity '" + PskIdentity.shown(PskIdentity.of(handshake.clientKeyExchange)) + "'";
        String key = "its key exchange is PSK, and the pre-shared key" + identity;
        return store.given()
                ? new Dark(Dark.Reason.NO_LINE, logged + "; " + key + " was not given either (--psk)")
                : new Dark(Dark.Reason.NO_KEY, key + " was not given (--psk), nor a key log");
    }

    /** RFC 8446 section 2.2: without key shares the secrets follow from the pre-shared key alone. */
    private static String outsidePsk(Handshake handshake) {
        ServerHello server = handshake.serverHello;
        return server != null
                        && server.extension(Extension.SelectedPreSharedKey.class)
                                .isPresent()
                        && server.extension(Extension.ServerKeyShare.class).isEmpty()
                ? "; a pre-shared key that was agreed on outside of TLS would open it as well (--psk)"
                : "";
    }

    private static Optional<String> group(Handshake handshake) {
        ServerHello server = handshake.serverHello;
        return server == null
                ? Optional.empty()
                : server.extension(Extension.ServerKeyShare.class)
                        .map(share -> NamedGroup.registry().name(share.share().group()));
    }

    /** RFC 9850 section 2.1: a session whose inner hello was accepted stands in the log under that hello's random. */
    private static String innerHello(ClientHello outer) {
        return outer.carries(ExtensionType.ENCRYPTED_CLIENT_HELLO)
                ? "; this ClientHello is the outer one of ECH, and if the server took the inner one, the log names the"
                        + " session by the inner one's random, which is encrypted"
                : "";
    }

    private Dark rsa(Handshake handshake, String logged) {
        String and = logged.isEmpty() ? "" : ", and " + logged;
        if (!rsaKeys.given(handshake.server)) {
            Optional<String> elsewhere = handshake.serverKey == null
                    ? Optional.empty()
                    : rsaKeys.elsewhere(handshake.server, handshake.serverKey);
            if (elsewhere.isPresent()) {
                return new Dark(Dark.Reason.WRONG_RSA_KEY, "the RSA key " + elsewhere.get() + and);
            }
            return store.given()
                    ? new Dark(Dark.Reason.NO_LINE, logged + "; the server's RSA key (--rsa-key) would open it as well")
                    : new Dark(
                            Dark.Reason.NO_KEY,
                            "no key was given; its key exchange is RSA, so the server's RSA key (--rsa-key) opens it,"
                                    + " or a key log");
        }
        if (handshake.serverKey != null && !rsaKeys.has(handshake.server, handshake.serverKey)) {
            return new Dark(
                    Dark.Reason.WRONG_RSA_KEY,
                    "the RSA key (" + rsaKeys.names(handshake.server)
                            + ") does not belong to the certificate that the server showed"
                            + rsaKeys.elsewhere(handshake.server, handshake.serverKey)
                                    .map(why -> "; " + why)
                                    .orElse("")
                            + and);
        }
        if (handshake.clientKeyExchange == null) {
            return new Dark(
                    Dark.Reason.KEY_EXCHANGE_MISSING,
                    "the ClientKeyExchange, which holds the premaster secret under the server's key, is not in the"
                            + " capture");
        }
        if (handshake.extendedMasterSecret && handshake.sessionHash == null) {
            return new Dark(
                    Dark.Reason.BYTES_LOST,
                    "handshake messages are missing, and the master secret (RFC 7627) is made from all of them");
        }
        return new Dark(
                Dark.Reason.WRONG_RSA_KEY,
                "the RSA key (" + rsaKeys.names(handshake.server) + ") does not open the premaster secret" + and);
    }

    private static String name(KeyExchange exchange) {
        return exchange.name().replace('_', '-');
    }

    private static String count(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}
