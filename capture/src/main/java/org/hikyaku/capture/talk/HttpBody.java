package org.hikyaku.capture.talk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.hikyaku.net.Limit;

/** The body of an HTTP message: unpacked where it is compressed, its text shown, its length told. */
final class HttpBody {
    static final Limit KEPT = new Limit("bytes kept of one HTTP body as it was sent", 1 << 20);
    static final Limit UNPACKED = new Limit("bytes unpacked of one HTTP body", 4 << 20);

    /** Bytes of text shown in a dialogue. */
    private static final int SHOWN = 64 << 10;

    private final Secrets secrets;
    private final boolean wanted;
    private String type = "";
    private String coding = "";
    private ByteArrayOutputStream kept = new ByteArrayOutputStream(0);
    private long size;
    private boolean incomplete;

    /** @param wanted whether anybody will look at it */
    HttpBody(Secrets secrets, boolean wanted) {
        this.secrets = secrets;
        this.wanted = wanted;
    }

    /** Takes a header that says what the body is; name and value as they were sent. */
    void header(String name, String value) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "content-type" -> {
                int semicolon = value.indexOf(';');
                type = (semicolon < 0 ? value : value.substring(0, semicolon))
                        .strip()
                        .toLowerCase(Locale.ROOT);
            }
            case "content-encoding" -> coding = value.strip().toLowerCase(Locale.ROOT);
            default -> {} // says nothing about the body
        }
    }

    void add(byte[] d, int offset, int length) {
        size += length;
        if (wanted) {
            int n = (int) Math.min(length, KEPT.value() - kept.size());
            kept.write(d, offset, n);
        }
    }

    /** Bytes of it are missing. */
    void missing(long bytes) {
        size += bytes;
        incomplete = true;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** A line about the body, then its text where it is text. */
    void tell(Consumer<String> lines) {
        if (isEmpty()) {
            return;
        }
        byte[] sent = kept.toByteArray();
        kept = new ByteArrayOutputStream(0);
        StringBuilder title = new StringBuilder("[body of " + size + " bytes");
        if (!type.isEmpty()) {
            title.append(", ").append(type);
        }
        Unpacked body = wanted && !incomplete ? unpack(sent) : new Unpacked(sent, "");
        title.append(coding.isEmpty() || coding.equals("identity") ? "" : ", " + coding)
                .append(body.remark());
        lines.accept(title.append(incomplete ? ", some of them missing]" : "]").toString());
        if (wanted && !incomplete && isText()) {
            show(body.bytes(), lines);
        }
    }

    private void show(byte[] body, Consumer<String> lines) {
        int shown = Math.min(body.length, SHOWN);
        byte[] first = new byte[shown];
        System.arraycopy(body, 0, first, 0, shown);
        boolean form = type.equals("application/x-www-form-urlencoded");
        for (String line : TalkText.lines(first)) {
            lines.accept(form ? form(line) : line);
        }
        if (shown < body.length || size > KEPT.value()) {
            lines.accept("[the body goes on]");
        }
    }

    /** {@code name=value&name=value}, with passwords masked. */
    private String form(String line) {
        StringBuilder out = new StringBuilder();
        for (String field : line.split("&", -1)) {
            int equals = field.indexOf('=');
            String name = equals < 0 ? "" : field.substring(0, equals).toLowerCase(Locale.ROOT);
            boolean secret = name.contains("pass")
                    || name.contains("pwd")
                    || name.contains("secret")
                    || name.contains("token")
                    || name.contains("pin");
            out.append(out.isEmpty() ? "" : "&")
                    .append(
                            secret
                                    ? field.substring(0, equals + 1) + secrets.mask(field.substring(equals + 1))
                                    : field);
        }
        return out.toString();
    }

    private boolean isText() {
        return type.startsWith("text/")
                || type.endsWith("json")
                || type.endsWith("xml")
                || type.endsWith("javascript")
                || type.equals("application/x-www-form-urlencoded");
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Unpacked(byte[] bytes, String remark) {}

    private Unpacked unpack(byte[] sent) {
        return switch (coding) {
            case "gzip", "x-gzip" -> inflate(sent, GZIPInputStream::new);
            case "deflate" -> // zlib (RFC 9110 section 8.4.1.2); some send deflate alone
                inflate(
                        sent,
                        in -> sent.length > 1
                                        && (sent[0] & 0x0f) == 8
                                        && ((sent[0] & 0xff) << 8 | sent[1] & 0xff) % 31 == 0
                                ? new InflaterInputStream(in)
                                : new InflaterInputStream(in, new Inflater(true)));
            default -> new Unpacked(sent, "");
        };
    }

    private interface Opener {
        InputStream open(InputStream in) throws IOException;
    }

    private Unpacked inflate(byte[] sent, Opener opener) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(sent.length * 4);
        byte[] piece = new byte[8192];
        try (InputStream in = opener.open(new ByteArrayInputStream(sent))) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                if (out.size() + n > UNPACKED.value()) {
                    return new Unpacked(
                            out.toByteArray(),
                            ": more than " + UNPACKED.value() + " bytes unpacked, the rest is left packed");
                }
                out.write(piece, 0, n);
            }
        } catch (IOException e) {
            String why = size > KEPT.value() ? "" : ", damaged behind these";
            return new Unpacked(out.toByteArray(), ": " + out.size() + " bytes unpacked" + why);
        }
        return new Unpacked(out.toByteArray(), ": " + out.size() + " bytes unpacked");
    }
}
