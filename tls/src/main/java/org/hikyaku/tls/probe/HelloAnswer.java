package org.hikyaku.tls.probe;

import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.Alert;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters;

/** What came back for a ClientHello. */
sealed interface HelloAnswer {

    /**
     * The server agreed.
     *
     * @param certificates as sent; empty for TLS 1.3 (encrypted) and for suites without
     * @param exchange the ServerKeyExchange, where there was one
     * @param ocsp the stapled OCSP response, where there was one
     * @param resumed true when it took up the session that was offered
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Agreed(
            ServerHello hello,
            Optional<TlsVersion> version,
            Optional<CipherSuite> suite,
            List<byte[]> certificates,
            Optional<ServerKeyExchangeParameters> exchange,
            Optional<byte[]> ocsp,
            boolean certificateRequested,
            boolean resumed)
            implements HelloAnswer {

        boolean is(TlsVersion other) {
            return version.filter(v -> v == other).isPresent();
        }

        /** The group of the exchange: named in the key share, the retry request or the ServerKeyExchange. */
        Optional<Integer> group() {
            Optional<Integer> share = hello.extension(Extension.ServerKeyShare.class)
                    .map(e -> e.share().group());
            Optional<Integer> retry =
                    hello.extension(Extension.RequestedGroup.class).map(Extension.RequestedGroup::group);
            Optional<Integer> named = exchange.flatMap(e ->
                    e instanceof ServerKeyExchangeParameters.NamedCurve c ? Optional.of(c.group()) : Optional.empty());
            return share.or(() -> retry).or(() -> named);
        }

        /** How the key exchange was signed, from TLS 1.2 on. */
        Optional<Integer> scheme() {
            return exchange.flatMap(ServerKeyExchangeParameters::signature)
                    .flatMap(ServerKeyExchangeParameters.Signature::scheme);
        }
    }

    /** The server said no. */
    record Refused(Alert alert) implements HelloAnswer {}

    /** The server hung up without an alert: a refusal for many. */
    record HungUp() implements HelloAnswer {}

    /** Nothing came in time. */
    record Silent() implements HelloAnswer {}

    /** Something that is not TLS, or broken TLS. */
    record Garbled(String what) implements HelloAnswer {}

    /** True for the answers that mean: not with these offers. */
    default boolean refusal() {
        return switch (this) {
            case Refused _, HungUp _ -> true;
            case Agreed _, Silent _, Garbled _ -> false;
        };
    }
}
