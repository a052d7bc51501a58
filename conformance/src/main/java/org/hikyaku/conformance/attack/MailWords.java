package org.hikyaku.conformance.attack;

import java.nio.charset.StandardCharsets;

/** A mail in few words. */
final class MailWords {
    private MailWords() {}

    /** Subject and body, without what else stands in the header. */
    static String of(byte[] mail) {
        String text = new String(mail, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
        int body = text.indexOf("\n\n");
        String subject =
                text.lines().filter(l -> l.startsWith("Subject:")).findFirst().orElse("(no subject)");
        return "the mail: " + subject
                + (body < 0 ? "" : "\n" + text.substring(body + 2).strip());
    }
}
