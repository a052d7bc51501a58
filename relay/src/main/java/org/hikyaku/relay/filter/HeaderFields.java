package org.hikyaku.relay.filter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.server.MailRefusedException;

/** The header of a mail, field by field, as its bytes are. What is not changed keeps every byte, and with it its signatures. */
final class HeaderFields {
    static final Limit SIZE = new Limit("bytes in the header of a mail for a filter", 1L << 20);

    private final List<Field> fields = new ArrayList<>();

    /** Whether an empty line follows, as it should where there is a body. */
    private boolean emptyLine;

    /**
     * @param name as it is written
     * @param value what stands behind the colon, with the blank and all line ends in it, without the last one
     */
    @SuppressWarnings("ArrayRecordComponent") // as it came, and not changed
    private record Field(String name, byte[] value) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }

        String text() {
            return new String(value, StandardCharsets.ISO_8859_1);
        }
    }

    /**
     * Reads a header; the stream is then at the body.
     *
     * @param in must support marks
     */
    static HeaderFields read(InputStream in) throws IOException {
        HeaderFields header = new HeaderFields();
        long size = 0;
        while (true) {
            in.mark((int) SIZE.value() + 2);
            byte[] line = line(in, SIZE.value() - size);
            size += line.length;
            if (size > SIZE.value()) {
                throw new MailRefusedException(new Reply(
                        552, List.of("5.3.4 the header is longer than the limit of " + SIZE.value() + " bytes")));
            }
            String text = new String(line, StandardCharsets.ISO_8859_1);
            if (text.equals("\r\n")) {
                header.emptyLine = true;
                return header;
            }
            boolean folded = text.startsWith(" ") || text.startsWith("\t");
            int colon = text.indexOf(':');
            if (folded && !header.fields.isEmpty()) {
                header.goOn(text);
            } else if (!folded
                    && colon > 0
                    && text.endsWith("\r\n")
                    && isName(text.substring(0, colon).stripTrailing())) {
                header.fields.add(new Field(
                        text.substring(0, colon).stripTrailing(), bytes(text.substring(colon + 1, text.length() - 2))));
            } else {
                // No field: the body begins here, and nothing separates it.
                in.reset();
                return header;
            }
        }
    }

    private void goOn(String line) {
        Field last = fields.removeLast();
        String more = line.endsWith("\r\n") ? line.substring(0, line.length() - 2) : line;
        fields.add(new Field(last.name(), bytes(last.text() + "\r\n" + more)));
    }

    private static byte[] line(InputStream in, long most) throws IOException {
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream(80);
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n' || line.size() > most) {
                break;
            }
        }
        return line.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** RFC 5322 section 2.2: printable ASCII but the colon. */
    static boolean isName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
    }

    /** A field as a filter hears of it: lines in the value end with LF. */
    @SuppressWarnings("ArrayRecordComponent") // as it came, and not changed
    record Shown(String name, byte[] value) {}

    /** @param blank whether the blank behind the colon is part of the value */
    List<Shown> shown(boolean blank) {
        List<Shown> all = new ArrayList<>(fields.size());
        for (Field field : fields) {
            String text = field.text().replace("\r\n", "\n");
            all.add(new Shown(field.name(), bytes(!blank && text.startsWith(" ") ? text.substring(1) : text)));
        }
        return all;
    }

    void add(String name, String value, boolean blank) throws FilterException {
        fields.add(made(name, value, blank));
    }

    /** @param place 0 or 1 for on top: what is above it is our own line */
    void insert(int place, String name, String value, boolean blank) throws FilterException {
        int at = Math.min(Math.max(0, place - 1), fields.size());
        fields.add(at, made(name, value, blank));
    }

    void change(int which, String name, String value, boolean blank) throws FilterException {
        int seen = 0;
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).is(name) && ++seen == Math.max(1, which)) {
                if (value.isEmpty()) {
                    fields.remove(i);
                } else {
                    fields.set(i, made(name, value, blank));
                }
                return;
            }
        }
        if (!value.isEmpty()) {
            add(name, value, blank); // as Sendmail and Postfix do where there is none
        }
    }

    /** A value of a filter can end neither the field nor the header. */
    private static Field made(String name, String value, boolean blank) throws FilterException {
        if (!isName(name)) {
            throw new FilterException("it asks for a header field of a name that none can have");
        }
        StringBuilder text = new StringBuilder(value.length() + 16);
        if (!blank) {
            text.append(' ');
        }
        String[] lines = value.replace("\r", "").split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (i > 0 && lines[i].isBlank()) {
                continue;
            }
            if (i > 0) {
                text.append("\r\n");
                if (lines[i].charAt(0) != ' ' && lines[i].charAt(0) != '\t') {
                    text.append('\t');
                }
            }
            text.append(lines[i].replace('\0', ' '));
        }
        return new Field(name, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** @param bodyFollows whether there is a body, which an empty line has to come before */
    void write(OutputStream out, boolean bodyFollows) throws IOException {
        for (Field field : fields) {
            out.write(bytes(field.name()));
            out.write(':');
            out.write(field.value());
            out.write('\r');
            out.write('\n');
        }
        if (emptyLine || bodyFollows) {
            out.write('\r');
            out.write('\n');
        }
    }
}
