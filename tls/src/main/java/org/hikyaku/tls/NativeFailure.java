package org.hikyaku.tls;

import java.util.Locale;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;

/** What the native library's errors mean, in the exceptions of the other library, which the rest of this room understands. */
final class NativeFailure {
    private static final String CODE = "error:";
    private static final String REASON = "OPENSSL_internal:";

    /** BoringSSL's reason for an alert that was received is this and the alert's number (ssl.h, SSL_AD_REASON_OFFSET). */
    private static final int ALERT_RECEIVED = 1000;

    private static final int REASON_BITS = 0xfff;

    private NativeFailure() {}

    /** The same failure: an alert of either side, or an {@link IllegalArgumentException} with the library's word for what came. */
    static Exception of(Exception failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            int at = message.lastIndexOf(CODE); // behind what led to it
            int reasonAt = message.lastIndexOf(REASON);
            if (at >= 0 && reasonAt >= 0) {
                return of(
                        code(message, at + CODE.length()) & REASON_BITS,
                        reason(message, reasonAt + REASON.length()),
                        failure);
            }
        }
        return failure;
    }

    private static Exception of(int code, String reason, Exception failure) {
        if (code >= ALERT_RECEIVED) {
            TlsFatalAlertReceived received = new TlsFatalAlertReceived((short) (code - ALERT_RECEIVED));
            received.initCause(failure);
            return received;
        }
        return switch (reason) {
            case "DECRYPTION_FAILED_OR_BAD_RECORD_MAC" -> ours(AlertDescription.bad_record_mac, failure);
            case "DIGEST_CHECK_FAILED" -> ours(AlertDescription.decrypt_error, failure);
            case "UNEXPECTED_MESSAGE", "UNEXPECTED_RECORD", "EXCESS_HANDSHAKE_DATA", "TOO_MANY_EMPTY_FRAGMENTS" ->
                ours(AlertDescription.unexpected_message, failure);
            case "DECODE_ERROR", "BAD_ALERT" -> ours(AlertDescription.decode_error, failure);
            case "DATA_LENGTH_TOO_LONG", "ENCRYPTED_LENGTH_TOO_LONG" -> ours(AlertDescription.record_overflow, failure);
            case "WRONG_VERSION_NUMBER" -> ours(AlertDescription.protocol_version, failure);
            default -> new IllegalArgumentException(words(reason), failure);
        };
    }

    private static TlsFatalAlert ours(short description, @Nullable Exception failure) {
        return new TlsFatalAlert(description, failure);
    }

    private static int code(String message, int from) {
        int code = 0;
        for (int i = from; i < message.length(); i++) {
            int digit = Character.digit(message.charAt(i), 16);
            if (digit < 0) {
                break;
            }
            code = code << 4 | digit;
        }
        return code;
    }

    private static String reason(String message, int from) {
        int end = from;
        while (end < message.length() && !Character.isWhitespace(message.charAt(end))) {
            end++;
        }
        return message.substring(from, end);
    }

    private static String words(String reason) {
        return reason.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
