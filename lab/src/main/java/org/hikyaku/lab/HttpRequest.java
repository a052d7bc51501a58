package org.hikyaku.lab;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.net.Limit;

/**
 * An HTTP/1.1 request to a web server of the lab, which answers one for each connection.
 *
 * @param host the host that it names, without a port; empty when it names none
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record HttpRequest(String method, String path, String host, byte[] body) {
    private static final Limit LINE = new Limit("bytes in a line of a request to the lab", 16_384);
    private static final Limit LINES = new Limit("lines in a request to the lab", 200);
    private static final Limit BODY = new Limit("bytes in the body of a request to the lab", 16L << 20);

    /** Reads one; empty when the client said nothing. */
    static Optional<HttpRequest> read(LabTls.Inside inside) throws IOException {
        InputStream in = new BufferedInputStream(inside.input());
        Optional<String> first = line(in);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        int count = 1;
        for (String line = needed(in); !line.isEmpty(); line = needed(in)) {
            LINES.check(++count);
            String[] field = line.split(":", 2);
            fields.put(field[0].strip().toLowerCase(Locale.ROOT), field.length > 1 ? field[1].strip() : "");
        }
        String[] words = first.get().split(" ");
        boolean whole = words.length == 3;
        return Optional.of(new HttpRequest(
                whole ? words[0] : "?",
                whole ? words[1] : "?",
                fields.getOrDefault("host", "").replaceFirst(":[0-9]*$", ""),
                body(in, fields)));
    }

    private static byte[] body(InputStream in, Map<String, String> fields) throws IOException {
        if (fields.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks(in);
        }
        return octets(in, length(fields.getOrDefault("content-length", "0"), 10));
    }

    /** RFC 9112 section 7.1. */
    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            int length = length(needed(in).split(";", 2)[0].strip(), 16);
            if (length == 0) {
                for (int count = 1; !needed(in).isEmpty(); count++) {
                    LINES.check(count);
                }
                return all.toByteArray();
            }
            BODY.check((long) all.size() + length);
            all.writeBytes(octets(in, length));
            needed(in);
        }
    }

    private static byte[] octets(InputStream in, int length) throws IOException {
        byte[] octets = in.readNBytes(length);
        if (octets.length < length) {
            throw new IOException("the client hung up in the middle of a request");
        }
        return octets;
    }

    private static String needed(InputStream in) throws IOException {
        return line(in).orElseThrow(() -> new IOException("the client hung up in the middle of a request"));
    }

    /** A line without its end; empty when there is nothing more. */
    private static Optional<String> line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int octet = in.read();
        if (octet < 0) {
            return Optional.empty();
        }
        for (; octet >= 0 && octet != '\n'; octet = in.read()) {
            line.write(octet);
            LINE.check(line.size());
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    private static int length(String digits, int radix) throws IOException {
        try {
            int length = Integer.parseInt(digits, radix);
            if (length < 0) {
                throw new IOException("a length below nothing: " + digits);
            }
            BODY.check(length);
            return length;
        } catch (NumberFormatException e) {
            throw new IOException("not a length: " + digits, e);
        }
    }

    /** Answers and ends the session; {@code more} are further header fields, each with its CR LF. */
    static void answer(OutputStream out, int status, String more, byte[] body) throws IOException {
        String head = "HTTP/1.1 " + status + (status / 100 == 2 ? " OK" : " No") + "\r\n" + more + "Content-Length: "
                + body.length + "\r\nConnection: close\r\n\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(body);
        out.write(all.toByteArray());
        out.flush();
        out.close();
    }
}
