package org.hikyaku.mail.dkim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a signature is about, as bytes (RFC 6376 section 3.7). */
final class SignedInput {

    private SignedInput() {}

    /**
     * The header fields that were named, and the signature's own without its value.
     *
     * @param names as in {@code h=}, in order
     * @param signature the DKIM-Signature field with an empty {@code b=}
     */
    static byte[] headers(Canonical form, MailParts mail, List<String> names, MailParts.Field signature) {
        // section 5.4.2: of several fields of one name the lowest first; a name more than fields means "none of it"
        Map<String, Deque<MailParts.Field>> left = new HashMap<>();
        mail.fields()
                .forEach(f ->
                        left.computeIfAbsent(f.name(), n -> new ArrayDeque<>()).push(f));
        StringBuilder input = new StringBuilder();
        for (String name : names) {
            Deque<MailParts.Field> fields =
                    left.getOrDefault(name.strip().toLowerCase(Locale.ROOT), new ArrayDeque<>());
            if (!fields.isEmpty()) {
                input.append(form.header(fields.pop())).append("\r\n");
            }
        }
        input.append(form.header(signature));
        return input.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
