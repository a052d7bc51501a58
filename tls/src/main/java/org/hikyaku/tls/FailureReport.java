package org.hikyaku.tls;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.tls.HandshakeFailure.Stage;

/** Says what went wrong in a handshake, from the library's exception and from what was seen on the wire. */
final class FailureReport {
    private final HandshakeInput input;
    private final Stage progress;
    private final TlsVersion min;
    private final TlsVersion max;
    private final Peer peer;
    private final String who;

    /** Who the other side is, and what we know of what it wanted. */
    enum Peer {
        SERVER,
        /** It asked for a client certificate and we showed none. */
        SERVER_LEFT_WITHOUT_CERTIFICATE,
        CLIENT
    }

    /**
     * A report of one handshake.
     *
     * @param progress how far it got: HELLO, AUTHENTICATION or FINISHED
     * @param min the oldest version that we offered or took
     */
    FailureReport(HandshakeInput input, Stage progress, TlsVersion min, TlsVersion max, Peer peer) {
        this.input = input;
        this.progress = progress;
        this.min = min;
        this.max = max;
        this.peer = peer;
        this.who = peer == Peer.CLIENT ? "the client" : "the server";
    }

    HandshakeFailure of(Throwable cause) {
        // The order matters: an alert that arrived is the peer's own word, a limit is ours, and what the library
        // concludes from bytes that are no TLS at all is worth less than the bytes.
        if (cause instanceof TlsFatalAlertReceived alert) {
            return peerAlert(alert.getAlertDescription());
        }
        Optional<LimitExceededException> limit = find(cause, LimitExceededException.class);
        if (limit.isPresent()) {
            return new HandshakeFailure(
                    progress,
                    Optional.of("internal_error"),
                    false,
                    who + " sent " + limit.get().getMessage() + "; the handshake was given up " + where());
        }
        if (!input.nothingCame() && !input.beginsLikeTls()) {
            return new HandshakeFailure(
                    Stage.NOT_TLS,
                    Optional.empty(),
                    true,
                    who + " does not speak TLS here: where its TLS "
                            + (peer == Peer.CLIENT ? "hello" : "answer") + " should begin it sent \""
                            + input.firstLine() + "\"");
        }
        if (input.timedOut()) {
            return new HandshakeFailure(
                    Stage.TIMEOUT,
                    Optional.empty(),
                    true,
                    input.nothingCame()
                            ? who + (peer == Peer.CLIENT ? " did not begin" : " did not answer")
                                    + " the TLS handshake within the time allowed"
                            : who + " stopped answering in the middle of the TLS handshake, " + where());
        }
        if (input.ended() || input.broken()) {
            String how = input.ended() ? "closed" : "reset";
            return new HandshakeFailure(
                    Stage.CLOSED,
                    Optional.empty(),
                    true,
                    who + " " + how + " the connection "
                            + (input.nothingCame()
                                    ? peer == Peer.CLIENT
                                            ? "before any TLS handshake"
                                            : "instead of answering the TLS handshake"
                                    : where())
                            + ", without an alert");
        }
        return ours(cause);
    }

    private HandshakeFailure peerAlert(short description) {
        String name = AlertDescription.getName(description).toLowerCase(Locale.ROOT);
        String hint = switch (description) {
            case AlertDescription.handshake_failure ->
                progress == Stage.HELLO
                        ? ": usually it has no cipher suite, group or signature algorithm in common with us"
                        // RFC 5246 section 7.4.6: what servers before TLS 1.3 say to an empty list.
                        : peer == Peer.SERVER_LEFT_WITHOUT_CERTIFICATE ? ": it asks for a client certificate" : "";
            case AlertDescription.protocol_version ->
                ": it speaks none of the versions offered, " + min.title() + " to " + max.title();
            case AlertDescription.unknown_ca, AlertDescription.certificate_unknown ->
                peer == Peer.CLIENT ? ": it does not trust our certificate" : "";
            case AlertDescription.unrecognized_name -> ": it knows no certificate for the server name sent";
            case AlertDescription.no_application_protocol -> ": it speaks none of the application protocols offered";
            case AlertDescription.certificate_required, AlertDescription.bad_certificate ->
                peer == Peer.CLIENT ? ": it does not take our certificate" : ": it asks for a client certificate";
            default -> "";
        };
        return new HandshakeFailure(
                progress,
                Optional.of(name),
                true,
                who + " ended the TLS handshake " + where() + " with the alert " + name + hint);
    }

    private HandshakeFailure ours(Throwable cause) {
        if (cause instanceof TlsFatalAlert alert) {
            String name = AlertDescription.getName(alert.getAlertDescription()).toLowerCase(Locale.ROOT);
            return new HandshakeFailure(
                    progress,
                    Optional.of(name),
                    false,
                    "the TLS handshake was ended " + where() + " with our alert " + name + ": "
                            + reason(alert, alert.getAlertDescription()));
        }
        if (cause instanceof IOException) {
            return new HandshakeFailure(
                    Stage.CLOSED,
                    Optional.empty(),
                    true,
                    "the connection broke in the TLS handshake " + where() + ": " + cause.getMessage()
                            + (peer == Peer.SERVER_LEFT_WITHOUT_CERTIFICATE
                                    ? "; it asks for a client certificate, and none was shown"
                                    : ""));
        }
        return new HandshakeFailure(
                progress,
                Optional.of("internal_error"),
                false,
                who + " sent something in the TLS handshake that cannot be processed, " + where() + ": " + cause);
    }

    /** The library's exceptions begin with the alert again; what follows, or a cause of ours, is the news. */
    private String reason(TlsFatalAlert alert, short description) {
        String message = String.valueOf(alert.getMessage());
        int semicolon = message.indexOf("; ");
        if (semicolon >= 0) {
            return message.substring(semicolon + 2);
        }
        return switch (description) {
            case AlertDescription.decrypt_error -> who + "'s signature or Finished message does not verify";
            case AlertDescription.bad_record_mac -> "a record cannot be decrypted";
            case AlertDescription.decode_error, AlertDescription.record_overflow -> who + " sent malformed data";
            case AlertDescription.protocol_version ->
                peer == Peer.CLIENT
                        ? "the client offers none of the versions " + min.title() + " to " + max.title()
                        : "the server chose a version that was not offered";
            case AlertDescription.handshake_failure ->
                peer == Peer.CLIENT
                        ? "no suite, group or signature algorithm in common with the client, or no client certificate"
                        : "the server broke a rule of the protocol";
            case AlertDescription.certificate_required -> "the client showed no certificate";
            case AlertDescription.unexpected_message -> who + " sent a message that does not belong there";
            case AlertDescription.insufficient_security -> who + "'s Diffie-Hellman prime is too small or too large";
            default -> who + " broke a rule of the protocol";
        };
    }

    private String where() {
        return switch (progress) {
            case HELLO -> peer == Peer.CLIENT ? "before our ServerHello" : "before or at ServerHello";
            case AUTHENTICATION -> "after ServerHello";
            case FINISHED -> "at its end";
            case NOT_TLS, TIMEOUT, CLOSED -> throw new IllegalStateException("not a point of progress: " + progress);
        };
    }

    private static <T extends Throwable> Optional<T> find(Throwable cause, Class<T> type) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return Optional.of(type.cast(t));
            }
        }
        return Optional.empty();
    }
}
