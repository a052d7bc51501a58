package org.hikyaku.capture.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.hikyaku.net.Limit;

/** Opens captures: the format and the compression are told by the first bytes, never by the file's name. */
public final class CaptureFiles {
    /** Wireshark's own bound is 256 MiB for odd link types and 256 KiB for the rest; offloading makes 64 KiB common. */
    static final Limit LONGEST_PACKET = new Limit("bytes in one packet or block of a capture", 16 << 20);

    /** A gzip file that contains itself exists. */
    private static final int MOST_LAYERS = 2;

    private static final int GZIP = 0x1f8b;
    private static final int ZSTD = 0x28b52ffd;

    private CaptureFiles() {}

    /** Opens a file, memory-mapped when it is a plain capture. */
    public static CaptureReader open(Path file, SecretsListener secrets) throws IOException {
        int magic;
        if (Files.isDirectory(file)) {
            throw new CaptureFormatException(file + " is a folder, not a capture");
        }
        if (Files.isRegularFile(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                magic = magic(in.readNBytes(4), file.toString());
            }
            if (!compressed(magic)) {
                SecretsListener later = secrets;
                if (magic == PcapNgReader.SECTION_HEADER) {
                    PcapNgSecrets.find(file, secrets); // also those that stand behind the packets they open
                    later = known -> {};
                }
                return reader(CaptureInput.ofFile(file, LONGEST_PACKET), magic, file.toString(), later);
            }
        }
        CaptureReader reader = open(Files.newInputStream(file), file.toString(), secrets);
        if (reader instanceof PcapNgReader && Files.isRegularFile(file)) {
            passThrough(reader); // for the secrets that stand behind the packets they open
            return open(Files.newInputStream(file), file.toString(), known -> {});
        }
        return reader;
    }

    /** Opens a file that was read before, for its packets alone. */
    static CaptureReader openOnce(Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            int magic;
            try (InputStream in = Files.newInputStream(file)) {
                magic = magic(in.readNBytes(4), file.toString());
            }
            if (!compressed(magic)) {
                return reader(CaptureInput.ofFile(file, LONGEST_PACKET), magic, file.toString(), _ -> {});
            }
        }
        return open(Files.newInputStream(file), file.toString(), _ -> {});
    }

    private static void passThrough(CaptureReader reader) throws IOException {
        try (reader) {
            Packet packet = new Packet();
            boolean more = true;
            while (more) {
                more = reader.next(packet);
            }
        } catch (IOException e) {
            return; // what is damaged is told when the packets are read
        }
    }

    /**
     * Reads from a stream as it grows.
     *
     * @param name what to call it in errors, such as {@code standard input}
     */
    public static CaptureReader open(InputStream in, String name, SecretsListener secrets) throws IOException {
        return open(in, name, secrets, 0, Optional::empty);
    }

    /** @param trouble why the stream ended early, once it has */
    private static CaptureReader open(
            InputStream in, String name, SecretsListener secrets, int layers, Supplier<Optional<String>> trouble)
            throws IOException {
        if (layers > MOST_LAYERS) {
            throw new CaptureFormatException(
                    name + " is compressed more than " + MOST_LAYERS + " times over: no honest capture is");
        }
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        buffered.mark(4);
        byte[] first = buffered.readNBytes(4);
        if (first.length < 4 && trouble.get().isPresent()) {
            throw new CaptureFormatException(
                    name + " cannot be unpacked: " + trouble.get().get());
        }
        int magic = magic(first, name);
        buffered.reset();
        if (compressed(magic)) {
            Unpacked unpacked = magic == ZSTD ? Unpacked.zstd(buffered) : Unpacked.gzip(buffered, name);
            return open(
                    unpacked,
                    name,
                    secrets,
                    layers + 1,
                    () -> unpacked.trouble().or(trouble));
        }
        return reader(CaptureInput.ofStream(buffered, LONGEST_PACKET, trouble), magic, name, secrets);
    }

    private static boolean compressed(int magic) {
        return magic >>> 16 == GZIP || magic == ZSTD;
    }

    private static int magic(byte[] b, String name) throws CaptureFormatException {
        if (b.length < 4) {
            throw new CaptureFormatException(name + " is " + (b.length == 0 ? "empty" : "too short") + ": no capture");
        }
        return (b[0] & 0xff) << 24 | (b[1] & 0xff) << 16 | (b[2] & 0xff) << 8 | (b[3] & 0xff);
    }

    private static CaptureReader reader(CaptureInput in, int magic, String name, SecretsListener secrets)
            throws IOException {
        if (magic == PcapNgReader.SECTION_HEADER) {
            return new PcapNgReader(in, secrets);
        }
        if (PcapReader.recognises(magic)) {
            return new PcapReader(in);
        }
        in.close();
        throw new CaptureFormatException(
                name + " is not a capture: it begins with " + HexFormat.of().toHexDigits(magic)
                        + ", which is neither pcap nor pcapng (nor one of them in gzip or zstd)");
    }
}
