package org.hikyaku.mail.dkim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A mail cut into header fields and body, with lines that end with CR LF: files on disk often have LF alone. Header bytes
 * are kept one to one as characters.
 */
@SuppressWarnings("ArrayRecordComponent") // within this package, never compared
record MailParts(List<Field> fields, byte[] body) {

    /**
     * A header field.
     *
     * @param name lower case
     * @param raw the whole field with folding, without the last line end
     */
    record Field(String name, String raw) {
        /** What stands behind the colon. */
        String value() {
            return raw.substring(raw.indexOf(':') + 1);
        }
    }

    static MailParts of(byte[] mail) {
        byte[] bytes = withCrLf(mail);
        int at = 0;
        List<Field> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        while (at < bytes.length) {
            int end = lineEnd(bytes, at);
            String line = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
            at = Math.min(end + 2, bytes.length);
            if (line.isEmpty()) {
                break;
            }
            if (line.charAt(0) != ' ' && line.charAt(0) != '\t') {
                add(fields, field);
                field.append(line);
            } else {
                field.append("\r\n").append(line);
            }
        }
        add(fields, field);
        byte[] body = new byte[bytes.length - at];
        System.arraycopy(bytes, at, body, 0, body.length);
        return new MailParts(fields, body);
    }

    private static void add(List<Field> fields, StringBuilder field) {
        int colon = field.indexOf(":");
        if (colon > 0) {
            fields.add(new Field(field.substring(0, colon).stripTrailing().toLowerCase(Locale.ROOT), field.toString()));
        }
        field.setLength(0);
    }

    private static int lineEnd(byte[] bytes, int from) {
        for (int i = from; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return bytes.length;
    }

    /** The same bytes where every line ends with CR LF. */
    static byte[] withCrLf(byte[] mail) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(mail.length + mail.length / 40);
        int from = 0;
        for (int i = 0; i < mail.length; i++) {
            if (mail[i] == '\n' && (i == 0 || mail[i - 1] != '\r')) {
                out.write(mail, from, i - from);
                out.write('\r');
                from = i;
            }
        }
        out.write(mail, from, mail.length - from);
        return out.toByteArray();
    }
}
