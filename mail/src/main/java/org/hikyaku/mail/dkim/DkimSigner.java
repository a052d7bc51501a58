package org.hikyaku.mail.dkim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Signs mails for one domain, relaxed in header and body, the whole body (T13: no {@code l=}). */
public final class DkimSigner {
    /** A signed field of these that is not there stays so: nobody may add a second one. */
    private static final List<String> ONCE = List.of("from", "to", "subject", "date", "message-id", "content-type");

    private static final int LINE = 72;

    private final String domain;
    private final String selector;
    private final PrivateKey key;
    private final DkimAlgorithm algorithm;
    private final InstantSource clock;

    /**
     * @param domain whose signature it is, in A-labels
     * @param selector under which the key stands at {@code SELECTOR._domainkey.DOMAIN}
     * @param key RSA of 1024 bits or more (2048 is advised), or Ed25519
     * @throws IllegalArgumentException says what is wrong with the key
     */
    public DkimSigner(String domain, String selector, PrivateKey key, InstantSource clock) {
        this.domain = domain.toLowerCase(Locale.ROOT);
        this.selector = selector;
        this.key = key;
        this.algorithm = DkimAlgorithm.of(key)
                .orElseThrow(() -> new IllegalArgumentException("DKIM signs with RSA or Ed25519, and this is a key for "
                        + key.getAlgorithm() + " (RFC 6376, RFC 8463)"));
        if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < DkimAlgorithm.SHORTEST_RSA) {
            throw new IllegalArgumentException("the RSA key has "
                    + rsa.getModulus().bitLength() + " bits; receivers take no signature of less than "
                    + DkimAlgorithm.SHORTEST_RSA + " (RFC 8301)");
        }
        this.clock = clock;
    }

    public String domain() {
        return domain;
    }

    /** The mail with a signature before it; what is in the mail is not changed but for line ends, which become CR LF. */
    public byte[] sign(byte[] mail) {
        MailParts parts = MailParts.of(mail);
        List<String> names = new ArrayList<>(ONCE);
        for (MailParts.Field field : parts.fields()) {
            if (isSigned(field.name())) {
                names.add(field.name());
            }
        }
        names.sort(null);
        byte[] body = Canonical.RELAXED.body(parts.body());
        String bodyHash = Base64.getEncoder().encodeToString(SignedInput.sha256(body, body.length));
        String field = "DKIM-Signature: v=1; a=" + algorithm.token() + "; c=relaxed/relaxed; d=" + domain + ";\r\n\ts="
                + selector + "; t=" + clock.instant().getEpochSecond() + ";\r\n\th=" + folded(names)
                + ";\r\n\tbh=" + bodyHash + ";\r\n\tb=";
        byte[] input =
                SignedInput.headers(Canonical.RELAXED, parts, names, new MailParts.Field("dkim-signature", field));
        try {
            String value = Base64.getEncoder().encodeToString(algorithm.sign(key, input));
            ByteArrayOutputStream signed = new ByteArrayOutputStream(mail.length + 1024);
            signed.writeBytes((field + chunks(value) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            signed.writeBytes(MailParts.withCrLf(mail));
            return signed.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that fits its algorithm signs", e);
        }
    }

    /** RFC 6376 section 5.4.1, and the two headers of a TLS report, which must be signed (T12). */
    private static boolean isSigned(String name) {
        return switch (name) {
            case "from",
                    "to",
                    "cc",
                    "subject",
                    "date",
                    "message-id",
                    "reply-to",
                    "in-reply-to",
                    "references",
                    "mime-version",
                    "content-type",
                    "content-transfer-encoding",
                    "tls-required",
                    "tls-report-domain",
                    "tls-report-submitter" -> true;
            default -> false;
        };
    }

    private static String folded(List<String> names) {
        StringBuilder text = new StringBuilder();
        int line = 3;
        for (String name : names) {
            if (!text.isEmpty()) {
                text.append(':');
                line++;
            }
            if (line + name.length() > LINE) {
                text.append("\r\n\t ");
                line = 2;
            }
            text.append(name);
            line += name.length();
        }
        return text.toString();
    }

    private static String chunks(String value) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < value.length(); at += LINE) {
            if (at > 0) {
                text.append("\r\n\t ");
            }
            text.append(value, at, Math.min(value.length(), at + LINE));
        }
        return text.toString();
    }
}
