package org.hikyaku.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Step;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.check.render.Html;
import org.hikyaku.net.Limit;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.HandshakeMessage;

/** One connection as a list of arrows between client and server: what was said, and the handshake between. */
final class SequenceDiagram {
    private static final Limit LINES = new Limit("lines of one connection in the page", 2_000);
    private static final Limit CHARACTERS = new Limit("characters of one connection in the page", 200_000);

    /** Lines of one arrow that are shown at once; the rest unfolds. */
    private static final int SHOWN = 8;

    private enum Kind {
        CLEAR("in clear: anybody on the way could read it"),
        HANDSHAKE("handshake"),
        SEALED_HANDSHAKE("handshake, encrypted on the wire"),
        DECRYPTED("encrypted on the wire, decrypted here"),
        NOTE("");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** One arrow, or a note across both lines of life. */
    private record Event(long frame, long nanos, Side side, Kind kind, List<String> lines) {
        /** Within a frame: what was in clear, then the handshake, then what it protects. */
        int rank() {
            return switch (kind) {
                case CLEAR -> 0;
                case NOTE -> 1;
                case HANDSHAKE, SEALED_HANDSHAKE -> 2;
                case DECRYPTED -> 3;
            };
        }
    }

    private final Connection connection;
    private final List<Event> events = new ArrayList<>();
    private int lines;
    private long characters;
    private boolean cut;

    SequenceDiagram(Connection connection) {
        this.connection = connection;
    }

    void line(Side side, boolean encrypted, String text, long frame, long nanos) {
        if (cut) {
            return;
        }
        if (++lines > LINES.value() || (characters += text.length()) > CHARACTERS.value()) {
            cut = true;
            events.add(new Event(
                    frame, nanos, side, Kind.NOTE, List.of("the dialogue goes on; --dialogue shows all of it")));
            return;
        }
        Kind kind = encrypted ? Kind.DECRYPTED : Kind.CLEAR;
        Event last = events.isEmpty() ? null : events.getLast();
        if (last != null && last.kind() == kind && last.side() == side) {
            last.lines().add(text);
        } else {
            List<String> texts = new ArrayList<>(1);
            texts.add(text);
            events.add(new Event(frame, nanos, side, kind, texts));
        }
    }

    void remark(String text, long frame) {
        if (!cut && ++lines <= LINES.value()) {
            events.add(new Event(frame, 0, Side.CLIENT, Kind.NOTE, List.of(text)));
        }
    }

    /** The diagram as HTML; empty when nothing was said. */
    String html() {
        List<Event> all = new ArrayList<>(events);
        for (Step step : connection.tls().map(TlsReport::steps).orElse(List.of())) {
            all.add(new Event(
                    step.frame(),
                    step.nanos(),
                    step.side(),
                    step.encrypted() ? Kind.SEALED_HANDSHAKE : Kind.HANDSHAKE,
                    List.of(label(step.message()))));
        }
        all.sort(Comparator.comparingLong(Event::frame).thenComparingInt(Event::rank));
        connection.tls().flatMap(TlsReport::dark).ifPresent(dark -> {
            Event last = all.isEmpty() ? new Event(0, 0, Side.CLIENT, Kind.NOTE, List.of()) : all.getLast();
            all.add(new Event(last.frame(), 0, Side.CLIENT, Kind.NOTE, List.of("stays dark: " + dark.sentence())));
        });
        if (all.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        out.append("<ol class=\"seq\">\n<li class=\"ends\"><span>client<b>")
                .append(Html.escape(connection.client().toString()))
                .append("</b></span><span>server<b>")
                .append(Html.escape(connection.server().toString()))
                .append("</b></span></li>\n");
        all.forEach(event -> event(out, event));
        return out.append("</ol>\n").toString();
    }

    private void event(StringBuilder out, Event event) {
        if (event.kind() == Kind.NOTE) {
            out.append("<li class=\"note\"><span>");
            event.lines().forEach(line -> out.append(Html.escape(line)));
            out.append("</span></li>\n");
            return;
        }
        boolean up = event.side() == Side.CLIENT;
        out.append("<li class=\"msg ")
                .append(up ? "up " : "down ")
                .append(event.kind().word())
                .append("\">");
        out.append("<small class=\"when\">").append(Html.escape(when(event))).append("</small>");
        out.append("<div class=\"lane\"><span class=\"who\">")
                .append(up ? "client to server, " : "server to client, ")
                .append(Html.escape(event.kind().title))
                .append("</span>");
        List<String> texts = event.lines();
        int shown = texts.size() <= SHOWN + 2 ? texts.size() : SHOWN;
        out.append("<pre>")
                .append(Html.escape(String.join("\n", texts.subList(0, shown))))
                .append("</pre>");
        if (shown < texts.size()) {
            out.append("<details><summary>")
                    .append(texts.size() - shown)
                    .append(" more lines</summary><pre>")
                    .append(Html.escape(String.join("\n", texts.subList(shown, texts.size()))))
                    .append("</pre></details>");
        }
        out.append("</div></li>\n");
    }

    private String when(Event event) {
        long micros = Math.max(0, (event.nanos() - connection.nanos()) / 1000);
        return String.format(
                Locale.ROOT, "%d.%03d s, frame %d", micros / 1_000_000, micros / 1000 % 1000, event.frame());
    }

    /** The message's own name, and for hellos what matters in it. */
    private String label(HandshakeMessage message) {
        Optional<TlsReport> tls = connection.tls();
        return switch (message) {
            case HandshakeMessage.HelloRequest _ -> "HelloRequest";
            case HandshakeMessage.ClientHello hello ->
                "ClientHello: " + DecodeRow.count(hello.suites().size(), "suite")
                        + tls.flatMap(TlsReport::serverName)
                                .map(n -> ", asks for " + n)
                                .orElse("");
            case HandshakeMessage.ServerHello hello
            when hello.helloRetryRequest() -> "HelloRetryRequest: another key share, please";
            case HandshakeMessage.ServerHello _ ->
                "ServerHello: "
                        + tls.flatMap(TlsReport::version).map(TlsVersion::title).orElse("TLS") + ", "
                        + tls.flatMap(TlsReport::suiteName).orElse("an unknown suite");
            case HandshakeMessage.EncryptedExtensions _ -> "EncryptedExtensions";
            case HandshakeMessage.Certificates certificates ->
                "Certificate"
                        + DecodeRow.certificate(certificates.chain())
                                .map(c -> " for " + c)
                                .orElse(": none");
            case HandshakeMessage.CompressedCertificate _ -> "CompressedCertificate";
            case HandshakeMessage.CertificateStatus _ -> "CertificateStatus: an OCSP answer";
            case HandshakeMessage.ServerKeyExchange _ ->
                "ServerKeyExchange"
                        + tls.flatMap(TlsReport::group).map(g -> ": " + g).orElse("");
            case HandshakeMessage.CertificateRequest12 _, HandshakeMessage.CertificateRequest13 _ ->
                "CertificateRequest";
            case HandshakeMessage.ServerHelloDone _ -> "ServerHelloDone";
            case HandshakeMessage.CertificateVerify _ -> "CertificateVerify: signs all of the above";
            case HandshakeMessage.ClientKeyExchange _ -> "ClientKeyExchange";
            case HandshakeMessage.Finished _ -> "Finished";
            case HandshakeMessage.NewSessionTicket12 _, HandshakeMessage.NewSessionTicket13 _ ->
                "NewSessionTicket: to resume by later";
            case HandshakeMessage.EndOfEarlyData _ -> "EndOfEarlyData";
            case HandshakeMessage.KeyUpdate _ -> "KeyUpdate";
            case HandshakeMessage.Unknown unknown -> "a handshake message of type " + unknown.type();
        };
    }
}
