package org.hikyaku.tlsrpt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.hikyaku.net.Limit;
import org.hikyaku.tlsrpt.ReportFormatException.Kind;

/** A report's bytes as they came, unpacked when they are packed; what the label said does not matter. */
final class ReportBytes {
    private static final int CHUNK = 8192;

    private ReportBytes() {}

    /** The JSON, within the limit (T24: a few kilobytes can unpack to gigabytes). */
    static byte[] unpacked(byte[] bytes, Limit inflated) throws ReportFormatException {
        if (!isGzip(bytes)) {
            check(inflated, bytes.length);
            return bytes;
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream(Math.min(bytes.length * 4, 1 << 20));
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes), CHUNK)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = gzip.read(chunk); n >= 0; n = gzip.read(chunk)) {
                check(inflated, (long) json.size() + n);
                json.write(chunk, 0, n);
            }
        } catch (EOFException | ZipException e) {
            throw new ReportFormatException(
                    Kind.NOT_GZIP, "The report is packed by gzip and cut short or damaged: " + e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new ReportFormatException(Kind.NOT_GZIP, "The report cannot be unpacked: " + e.getMessage() + ".", e);
        }
        return json.toByteArray();
    }

    private static void check(Limit limit, long size) throws ReportFormatException {
        if (size > limit.value()) {
            throw new ReportFormatException(
                    Kind.LIMIT,
                    "The report has more than the limit of " + limit.value() + " " + limit.name() + " (T24).");
        }
    }

    private static boolean isGzip(byte[] bytes) {
        return bytes.length >= 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
    }
}
