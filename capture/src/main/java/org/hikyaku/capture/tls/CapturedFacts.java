package org.hikyaku.capture.tls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters;
import org.hikyaku.tls.wire.ServerKeyExchangeParameters.Signature;
import org.hikyaku.tls.wire.SignatureScheme;
import org.hikyaku.x509.Certificate;

/** What a captured handshake settled, as the same record that a live session gives. */
final class CapturedFacts {
    private CapturedFacts() {}

    static Optional<SessionFacts> of(TlsReport report) {
        Optional<TlsVersion> version = report.version();
        Optional<CipherSuite> suite = report.suite();
        if (version.isEmpty() || suite.isEmpty()) {
            return Optional.empty();
        }
        boolean tls13 = version.get() == TlsVersion.TLSV1_3;
        boolean resumed = report.resumed();
        return Optional.of(new SessionFacts(
                version.get(),
                suite.get().name(),
                suite.get().code(),
                suite.get().bits(),
                !tls13 && resumed
                        ? Optional.empty()
                        : Optional.ofNullable(report.group).map(NamedGroup.registry()::name),
                scheme(report),
                certificates(report.serverChain()),
                report.serverName(),
                report.alpn(),
                resumed,
                tls13 || report.extendedMasterSecret(),
                tls13 || renegotiation(report),
                asked(report) ? Optional.of(certificates(report.clientChain())) : Optional.empty()));
    }

    /** Whether both sides finished: the session stood. */
    static boolean established(TlsReport report) {
        boolean client = false;
        boolean server = false;
        for (Step step : report.steps) {
            if (step.message() instanceof HandshakeMessage.Finished) {
                client |= step.side() == Side.CLIENT;
                server |= step.side() == Side.SERVER;
            }
        }
        // Finished messages that stay dark are encrypted records behind a handshake in clear.
        return client && server
                || report.decryptedBytes() > 0
                || report.suiteCode >= 0
                        && report.dark().isPresent()
                        && report.unopenedRecords() > 1
                        && report.alerts().stream().noneMatch(alert -> alert.contains("fatal"));
    }

    private static Optional<String> scheme(TlsReport report) {
        for (Step step : report.steps) {
            Optional<Integer> code = Optional.empty();
            if (step.side() == Side.SERVER && step.message() instanceof HandshakeMessage.CertificateVerify verify) {
                code = verify.scheme();
            } else if (step.message() instanceof HandshakeMessage.ServerKeyExchange exchange) {
                code = signature(exchange.parameters()).flatMap(Signature::scheme);
            }
            if (code.isPresent()) {
                return code.map(SignatureScheme.registry()::name);
            }
        }
        return Optional.empty();
    }

    private static Optional<Signature> signature(ServerKeyExchangeParameters parameters) {
        return switch (parameters) {
            case ServerKeyExchangeParameters.NamedCurve p -> p.signature();
            case ServerKeyExchangeParameters.ExplicitCurve p -> p.signature();
            case ServerKeyExchangeParameters.DiffieHellman p -> p.signature();
            case ServerKeyExchangeParameters.RsaKey p -> p.signature();
            case ServerKeyExchangeParameters.PskHint _, ServerKeyExchangeParameters.Other _ -> Optional.empty();
        };
    }

    private static boolean renegotiation(TlsReport report) {
        return report.serverHello()
                .flatMap(hello -> hello.extension(Extension.RenegotiationInfo.class))
                .isPresent();
    }

    private static boolean asked(TlsReport report) {
        return report.steps.stream()
                .map(Step::message)
                .anyMatch(m -> m instanceof HandshakeMessage.CertificateRequest12
                        || m instanceof HandshakeMessage.CertificateRequest13);
    }

    /** As sent; from one that cannot be read on, none. */
    private static List<Certificate> certificates(List<byte[]> chain) {
        List<Certificate> all = new ArrayList<>();
        for (byte[] der : chain) {
            try {
                all.add(Certificate.parse(der));
            } catch (IOException e) {
                return all;
            }
        }
        return all;
    }
}
