package org.hikyaku.tlsrpt.receive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.util.MimeUtil;
import org.hikyaku.net.Limit;

/** Finds the reports in a mail: by its type, or where the sender has that wrong, by its file name. */
public final class ReportMailReader {
    static final Limit MAX_MAIL = new Limit("bytes in a mail with a report", 16 << 20);
    private static final Limit MAX_PARTS = new Limit("parts of a mail with a report", 100);
    static final Limit MAX_REPORTS = new Limit("reports in a mail", 20);
    private static final int MAX_HEADER = 1000;

    private ReportMailReader() {}

    /**
     * What was found.
     *
     * @param domain the {@code TLS-Report-Domain} of the header
     * @param reports the reports, as they were attached
     */
    public record Found(Optional<String> from, Optional<String> domain, List<byte[]> reports) {
        public Found {
            reports = List.copyOf(reports);
        }
    }

    /** @throws IOException when this is no mail that can be read; the message is a sentence */
    public static Found read(byte[] mail) throws IOException {
        MimeConfig config = MimeConfig.custom()
                .setMaxHeaderCount(MAX_HEADER)
                .setMaxHeaderLen(64 * 1024)
                .setMaxLineLen(-1)
                .setMaxContentLen(MAX_MAIL.value())
                .setMalformedHeaderStartsBody(false)
                .build();
        MimeTokenStream stream = new MimeTokenStream(config);
        stream.setRecursionMode(org.apache.james.mime4j.stream.RecursionMode.M_NO_RECURSE);
        Optional<String> from = Optional.empty();
        Optional<String> domain = Optional.empty();
        List<byte[]> reports = new ArrayList<>();
        String name = "";
        int depth = 0;
        int parts = 0;
        try {
            stream.parse(new ByteArrayInputStream(mail));
            for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
                switch (state) {
                    case T_START_HEADER -> {
                        depth++;
                        name = "";
                        if (++parts > MAX_PARTS.value()) {
                            throw new IOException("The mail has more than the limit of " + MAX_PARTS.value() + " "
                                    + MAX_PARTS.name() + ".");
                        }
                    }
                    case T_FIELD -> {
                        Field field = stream.getField();
                        String is = field.getNameLowerCase();
                        if (depth == 1 && is.equals("from") && from.isEmpty()) {
                            from = Optional.of(MimeUtil.unfold(field.getBody()).strip());
                        } else if (depth == 1 && is.equals("tls-report-domain") && domain.isEmpty()) {
                            domain = Optional.of(field.getBody().strip().toLowerCase(Locale.ROOT));
                        }
                        if (is.equals("content-disposition") || is.equals("content-type")) {
                            name += field.getBody().toLowerCase(Locale.ROOT);
                        }
                    }
                    case T_BODY -> {
                        if (isReport(stream.getBodyDescriptor().getMimeType(), name)) {
                            try (InputStream in = stream.getDecodedInputStream()) {
                                MAX_REPORTS.check(reports.size() + 1L);
                                reports.add(in.readAllBytes());
                            }
                        }
                    }
                    default -> {}
                }
            }
        } catch (MimeException e) {
            throw new IOException("The mail cannot be read: " + e.getMessage() + ".", e);
        } catch (RuntimeException e) {
            throw new IOException("The mail cannot be read: its MIME structure is broken.", e);
        }
        return new Found(from, domain, reports);
    }

    private static boolean isReport(String type, String fields) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "application/tlsrpt+gzip", "application/tlsrpt+json" -> true;
            case "application/gzip",
                    "application/x-gzip",
                    "application/json",
                    "application/octet-stream",
                    "application/x-gunzip" -> fields.contains(".json");
            default -> false;
        };
    }
}
