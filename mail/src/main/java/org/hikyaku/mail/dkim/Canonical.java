package org.hikyaku.mail.dkim;

import java.io.ByteArrayOutputStream;

/** The two forms that headers and bodies are signed in (RFC 6376 section 3.4). */
enum Canonical {
    SIMPLE("simple") {
        @Override
        String header(MailParts.Field field) {
            return field.raw();
        }

        @Override
        byte[] body(byte[] body) {
            int end = withoutEmptyLinesAtTheEnd(body);
            ByteArrayOutputStream out = new ByteArrayOutputStream(end + 2);
            out.write(body, 0, end);
            // an empty body is one empty line (section 3.4.3)
            if (end == 0 || body[end - 1] != '\n') {
                out.write('\r');
                out.write('\n');
            }
            return out.toByteArray();
        }
    },
    RELAXED("relaxed") {
        @Override
        String header(MailParts.Field field) {
            StringBuilder text = new StringBuilder(field.raw().length());
            boolean blank = false;
            String value = field.value();
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == ' ' || c == '\t') {
                    blank = true;
                } else if (c != '\r' && c != '\n') {
                    if (blank && !text.isEmpty()) {
                        text.append(' ');
                    }
                    blank = false;
                    text.append(c);
                }
            }
            return field.name() + ":" + text;
        }

        @Override
        byte[] body(byte[] body) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
            boolean blank = false;
            for (int i = 0; i < body.length; i++) {
                byte b = body[i];
                if (b == ' ' || b == '\t') {
                    blank = true;
                } else if (b == '\r' && i + 1 < body.length && body[i + 1] == '\n') {
                    blank = false; // blanks at the end of a line go
                    out.write('\r');
                    out.write('\n');
                    i++;
                } else {
                    if (blank) {
                        out.write(' ');
                    }
                    blank = false;
                    out.write(b);
                }
            }
            byte[] lines = out.toByteArray();
            int end = withoutEmptyLinesAtTheEnd(lines);
            out.reset();
            out.write(lines, 0, end);
            // an empty body stays empty, another one ends with a line end (section 3.4.4)
            if (end > 0 && lines[end - 1] != '\n') {
                out.write('\r');
                out.write('\n');
            }
            return out.toByteArray();
        }
    };

    private final String token;

    Canonical(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }

    /** A header field without its last line end. */
    abstract String header(MailParts.Field field);

    abstract byte[] body(byte[] body);

    private static int withoutEmptyLinesAtTheEnd(byte[] body) {
        int end = body.length;
        while (end >= 4
                && body[end - 1] == '\n'
                && body[end - 2] == '\r'
                && body[end - 3] == '\n'
                && body[end - 4] == '\r') {
            end -= 2;
        }
        return end == 2 && body[0] == '\r' && body[1] == '\n' ? 0 : end;
    }
}
