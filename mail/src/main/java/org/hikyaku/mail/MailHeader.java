package org.hikyaku.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.MailContent;

/**
 * The header of a mail as it stands, up to the empty line. Of a header that is longer than the limit the whole lines
 * within it are kept.
 */
public final class MailHeader {
    /** What is read of a header. */
    public static final Limit SIZE = new Limit("bytes in the header of a mail", 256 * 1024);

    private final byte[] bytes;
    private final boolean cut;

    private MailHeader(byte[] bytes, boolean cut) {
        this.bytes = bytes;
        this.cut = cut;
    }

    /** Whether lines were left out. */
    public boolean cut() {
        return cut;
    }

    /** Writes whole lines with their ends, without the empty line. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }

    /** Reads no further than the header. */
    public static MailHeader of(MailContent content) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] block = new byte[8192];
        try (InputStream in = content.open()) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                for (int i = 0; i < n; i++) {
                    byte b = block[i];
                    line.write(b);
                    if (b == '\n') {
                        if (line.size() <= 2) {
                            return new MailHeader(header.toByteArray(), false);
                        }
                        if (header.size() + line.size() > SIZE.value()) {
                            return new MailHeader(header.toByteArray(), true);
                        }
                        line.writeTo(header);
                        line.reset();
                    }
                }
                if (header.size() + line.size() > SIZE.value()) {
                    return new MailHeader(header.toByteArray(), true);
                }
            }
        }
        if (line.size() > 0) {
            line.write('\r');
            line.write('\n');
            line.writeTo(header);
        }
        return new MailHeader(header.toByteArray(), false);
    }

    /** The values of all fields of a name, unfolded, without blanks at either end. */
    public List<String> values(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean wanted = false;
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\r?\n", -1)) {
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            if (wanted && folded) {
                value.append(line);
                continue;
            }
            if (wanted) {
                values.add(value.toString().strip());
                value.setLength(0);
            }
            wanted = !folded && line.toLowerCase(Locale.ROOT).startsWith(prefix);
            if (wanted) {
                value.append(line, prefix.length(), line.length());
            }
        }
        return List.copyOf(values);
    }
}
