package org.hikyaku.capture.talk;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** Masks passwords, and reads the SASL responses that hold them (RFC 4616 PLAIN, LOGIN, CRAM-MD5). */
final class Secrets {
    private static final String MASK = "********";

    private final boolean show;

    Secrets(boolean show) {
        this.show = show;
    }

    /** A word that is a password. */
    String mask(String secret) {
        return show ? secret : MASK;
    }

    /** Whether a line could be base64 alone: what a client answers to a challenge. */
    static boolean mayBeResponse(byte[] line, int length) {
        for (int i = 0; i < length; i++) {
            byte c = line[i];
            boolean base64 = c >= 'A' && c <= 'Z'
                    || c >= 'a' && c <= 'z'
                    || c >= '0' && c <= '9'
                    || c == '+'
                    || c == '/'
                    || c == '=';
            if (!base64) {
                return false;
            }
        }
        return length > 0;
    }

    /** The value of an HTTP header, masked when it logs somebody in. */
    String httpHeader(String name, String value) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "authorization", "proxy-authorization" -> {
                int space = value.indexOf(' ');
                yield space < 0
                        ? mask(value)
                        : value.substring(0, space + 1)
                                + credentials(value.substring(0, space), value.substring(space + 1));
            }
            case "cookie", "set-cookie", "x-api-key", "x-auth-token" -> mask(value);
            default -> value;
        };
    }

    /** RFC 7617: {@code user:password} in base64. */
    private String credentials(String scheme, String credentials) {
        if (!scheme.equalsIgnoreCase("Basic")) {
            return mask(credentials);
        }
        String told = "";
        try {
            String text = new String(Base64.getDecoder().decode(credentials.strip()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon >= 0) {
                told = "   [user " + TalkText.visible(text.substring(0, colon)) + ", password "
                        + TalkText.visible(mask(text.substring(colon + 1))) + "]";
            }
        } catch (IllegalArgumentException e) {
            told = "   [not base64]";
        }
        return mask(credentials) + told;
    }

    /** A base64 response of this mechanism. */
    String response(String mechanism, String base64) {
        if (base64.equals("*") || base64.equals("=") || base64.isEmpty()) {
            return base64; // cancelled, or empty (RFC 4954 section 4)
        }
        String told = told(mechanism, base64).map(t -> "   [" + t + "]").orElse("");
        return mask(base64) + told;
    }

    private Optional<String> told(String mechanism, String base64) {
        byte[] plain;
        try {
            plain = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return Optional.of("not base64");
        }
        String text = new String(plain, StandardCharsets.UTF_8);
        return switch (mechanism.toUpperCase(Locale.ROOT)) {
            case "PLAIN" -> plain(text.split("\0", -1));
            case "CRAM-MD5" -> {
                int space = text.lastIndexOf(' ');
                yield space > 0 ? Optional.of("user " + TalkText.visible(text.substring(0, space))) : Optional.empty();
            }
            case "LOGIN" -> show ? Optional.of(TalkText.visible(text)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<String> plain(String[] parts) {
        return parts.length == 3
                ? Optional.of("user " + TalkText.visible(parts[1])
                        + (parts[0].isEmpty() ? "" : " for " + TalkText.visible(parts[0])) + ", password "
                        + TalkText.visible(mask(parts[2])))
                : Optional.empty();
    }
}
