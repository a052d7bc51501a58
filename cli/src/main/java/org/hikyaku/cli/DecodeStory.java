package org.hikyaku.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.talk.TalkText;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Step;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.ExtensionType;
import org.hikyaku.tls.wire.Grease;
import org.hikyaku.tls.wire.HandshakeMessage;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.tls.wire.SignatureScheme;
import org.hikyaku.x509.Certificate;

/** The handshake told in its four steps: agree, authenticate, keys, confirm. */
final class DecodeStory {
    private static final String INDENT = " ".repeat(18);

    /** A step and what happened in it, a sentence each. */
    record Part(String title, List<String> sentences) {}

    private final Connection connection;
    private final List<Part> parts = new ArrayList<>();
    private boolean first;

    DecodeStory(Connection connection) {
        this.connection = connection;
    }

    /** For a terminal of this width. */
    String text(int width) {
        List<Part> all = parts();
        if (all.isEmpty()) {
            return "no TLS on this connection: what it said is in clear, --dialogue shows it\n\n";
        }
        StringBuilder text = new StringBuilder();
        for (Part part : all) {
            text.append("%-16s".formatted(part.title()));
            String indent = "  ";
            for (String sentence : part.sentences()) {
                for (String line : Wrapped.lines(sentence, Math.max(40, width - INDENT.length()))) {
                    text.append(indent).append(line).append('\n');
                    indent = INDENT;
                }
            }
        }
        return text.append('\n').toString();
    }

    /** The steps; empty without TLS. */
    List<Part> parts() {
        Optional<TlsReport> tls = connection.tls();
        if (tls.isEmpty()) {
            return List.of();
        }
        TlsReport report = tls.get();
        agree(report);
        authenticate(report);
        keys(report);
        confirm(report);
        then(report);
        return List.copyOf(parts);
    }

    private void step(String title) {
        parts.add(new Part(title, new ArrayList<>()));
        first = true;
    }

    private void say(String sentence) {
        parts.getLast().sentences().add(TalkText.visible(sentence)); // names in it are what the peers wrote
        first = false;
    }

    private static String frame(Step step) {
        return "frame " + step.frame() + (step.encrypted() ? " (encrypted)" : "") + ": ";
    }

    private void agree(TlsReport report) {
        step("1  Agree");
        for (Step step : report.steps()) {
            switch (step.message()) {
                case HandshakeMessage.ClientHello hello -> say(frame(step) + clientHello(hello));
                case HandshakeMessage.ServerHello hello -> say(frame(step) + serverHello(report, hello));
                case HandshakeMessage.EncryptedExtensions extensions ->
                    say(frame(step) + "the server's further answers, from here on encrypted: "
                            + names(extensions.extensions()));
                default -> {} // belongs to a later step
            }
        }
        if (first) {
            say("neither ClientHello nor ServerHello is in the capture");
        }
    }

    private static String clientHello(HandshakeMessage.ClientHello hello) {
        StringBuilder s = new StringBuilder("the client offers ");
        List<Integer> versions = hello.extension(Extension.SupportedVersions.class)
                .map(Extension.SupportedVersions::versions)
                .orElse(List.of(hello.legacyVersion()));
        s.append(versions.stream()
                .filter(v -> !Grease.isGrease(v))
                .map(DecodeStory::version)
                .collect(Collectors.joining(", ")));
        s.append("; ")
                .append(DecodeRow.count(
                        hello.suites().stream().filter(c -> !Grease.isGrease(c)).count(), "suite"));
        hello.extension(Extension.SupportedGroups.class)
                .ifPresent(g -> s.append("; groups ")
                        .append(g.groups().stream()
                                .filter(v -> !Grease.isGrease(v))
                                .limit(6)
                                .map(NamedGroup.registry()::name)
                                .collect(Collectors.joining(" "))));
        hello.extension(Extension.ServerName.class)
                .ifPresent(n -> s.append("; asks for ").append(String.join(", ", n.names())));
        hello.extension(Extension.Alpn.class)
                .ifPresent(a -> s.append("; ALPN ").append(String.join(", ", a.protocols())));
        hello.extension(Extension.PreSharedKeys.class)
                .ifPresent(p -> s.append("; offers ")
                        .append(keysOrTickets(p.identities().size())));
        if (hello.carries(ExtensionType.ENCRYPTED_CLIENT_HELLO)) {
            s.append("; all this is the outer hello: the true one is inside, encrypted (ECH), or it only pretends so");
        }
        return s.append("; random ").append(shortHex(hello.random())).toString();
    }

    /** RFC 8446 section 4.2.11: from the outside the identity of an external key and a ticket look the same. */
    private static String keysOrTickets(int n) {
        return n == 1 ? "1 pre-shared key or ticket" : n + " pre-shared keys or tickets";
    }

    private static String serverHello(TlsReport report, HandshakeMessage.ServerHello hello) {
        if (hello.helloRetryRequest()) {
            return "the server asks for another ClientHello (HelloRetryRequest)"
                    + hello.extension(Extension.RequestedGroup.class)
                            .map(g -> " with a key share of "
                                    + NamedGroup.registry().name(g.group()))
                            .orElse("");
        }
        return "the server chooses " + version(hello.version()) + ", "
                + report.suiteName().orElse("?")
                + hello.extension(Extension.ServerKeyShare.class)
                        .map(k -> ", " + k.share().groupName())
                        .orElse("")
                + (report.resumed() ? ", and resumes an earlier session" : "")
                + "; random " + shortHex(hello.random());
    }

    private void authenticate(TlsReport report) {
        step("2  Authenticate");
        for (Step step : report.steps()) {
            switch (step.message()) {
                case HandshakeMessage.Certificates certificates ->
                    say(frame(step)
                            + (step.side() == Side.SERVER ? "the server shows " : "the client shows ")
                            + certificate(certificates.chain()));
                case HandshakeMessage.CertificateVerify verify ->
                    say(frame(step) + "the " + side(step) + " signed the handshake so far"
                            + verify.scheme()
                                    .map(c -> " with "
                                            + SignatureScheme.registry().name(c))
                                    .orElse("")
                            + ": it says that it holds the key");
                case HandshakeMessage.CertificateRequest12 _, HandshakeMessage.CertificateRequest13 _ ->
                    say(frame(step) + "the server asks for a client certificate");
                default -> {} // belongs to another step
            }
        }
        if (first) {
            say(KeyExchangeStory.withoutCertificate(report));
        }
    }

    private static String certificate(List<byte[]> chain) {
        if (chain.isEmpty()) {
            return "no certificate (an empty list)";
        }
        try {
            Certificate c = Certificate.parse(chain.getFirst());
            return "a certificate for " + DecodeRow.certificate(chain).orElse("?") + ", issued by " + c.issuer()
                    + ", good until " + c.notAfter() + ", " + c.key().title()
                    + (chain.size() > 1
                            ? ", and " + DecodeRow.count(chain.size() - 1L, "certificate") + " above it"
                            : "");
        } catch (IOException e) {
            return "a certificate that cannot be read";
        }
    }

    private void keys(TlsReport report) {
        step("3  Keys");
        for (Step step : report.steps()) {
            switch (step.message()) {
                case HandshakeMessage.ServerKeyExchange m ->
                    say(frame(step) + KeyExchangeStory.ofServer(m, report.group()));
                case HandshakeMessage.ClientKeyExchange m -> say(frame(step) + KeyExchangeStory.ofClient(m, report));
                default -> {} // belongs to another step
            }
        }
        if (report.version().filter(v -> v == TlsVersion.TLSV1_3).isPresent()) {
            say(KeyExchangeStory.of13(report));
        }
        say(
                report.decrypted()
                        ? "we have it from " + report.keyOrigin().orElse("?")
                        : "we do not have it: "
                                + report.dark().map(d -> d.sentence()).orElse("no reason was found"));
    }

    private void confirm(TlsReport report) {
        step("4  Confirm");
        for (Step step : report.steps()) {
            if (step.message() instanceof HandshakeMessage.Finished) {
                TlsReport.FinishedCheck check = report.finished(step.side());
                say(frame(step) + "Finished of the " + side(step) + ": "
                        + switch (check) {
                            case GOOD -> "it fits all messages seen, nobody changed them";
                            case BAD -> "it does NOT fit the messages seen";
                            case UNKNOWN -> "not checked, something of the handshake is missing here";
                        });
            }
        }
        if (first) {
            say(report.decrypted() ? "no Finished was seen" : "the Finished messages are encrypted");
        }
    }

    private void then(TlsReport report) {
        step("   Then");
        if (report.decrypted()) {
            say(report.decryptedBytes(Side.CLIENT) + " bytes up, " + report.decryptedBytes(Side.SERVER)
                    + " down; the dialogue: --dialogue " + connection.number());
        } else {
            say(DecodeRow.count(report.unopenedRecords(), "encrypted record") + " that stay dark");
        }
        if (report.keyUpdates() > 0) {
            say(DecodeRow.count(report.keyUpdates(), "KeyUpdate") + " on the way");
        }
        if (report.renegotiations() > 0) {
            say(DecodeRow.count(report.renegotiations(), "renegotiation"));
        }
        report.alerts().forEach(alert -> say("alert of the " + alert));
        report.notes().forEach(this::say);
    }

    private static String side(Step step) {
        return step.side() == Side.CLIENT ? "client" : "server";
    }

    private static String names(List<Extension> extensions) {
        return extensions.isEmpty()
                ? "none"
                : extensions.stream().map(Extension::name).collect(Collectors.joining(", "));
    }

    private static String version(int code) {
        for (TlsVersion version : TlsVersion.values()) {
            if (version.code() == code) {
                return version.title();
            }
        }
        return "version 0x%04x".formatted(code);
    }

    private static String shortHex(byte[] random) {
        return HexFormat.of().formatHex(random, 0, 4) + "…";
    }
}
