package org.hikyaku.capture.file;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The layer of files: whatever stands in one, packets lie inside their window, and nothing but IOException is thrown. */
class CaptureFileFuzzTest {
    private static final byte[] PCAP = {
        (byte) 0xa1, (byte) 0xb2, (byte) 0xc3, (byte) 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0
    };

    @FuzzTest(maxDuration = "60s")
    void anyFile(byte[] file) {
        read(new ByteArrayInputStream(file));
    }

    /** Behind a header that is good. */
    @FuzzTest(maxDuration = "60s")
    void pcap(byte[] rest) {
        read(new SequenceInputStream(new ByteArrayInputStream(PCAP), new ByteArrayInputStream(rest)));
    }

    /** Blocks with lengths that are good, so that what stands in them is looked at. */
    @FuzzTest(maxDuration = "60s")
    void pcapng(byte[] input) {
        byte[] file = Arrays.copyOf(input, input.length & ~3);
        int at = 0;
        int start = 0;
        while (at + 12 <= file.length) {
            int length = Math.min(file.length - at, 12 + 4 * (file[at + 7] & 0x3f));
            boolean section = start == 0 || (file[at] & 0xff) == 0x0a && file[at + 3] == 0x0a;
            start++;
            if (section) {
                byte[] head = {0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0, 0x1a, 0x2b, 0x3c, 0x4d};
                System.arraycopy(head, 0, file, at, 12);
            }
            file[at + 4] = 0;
            file[at + 5] = 0;
            file[at + 6] = (byte) (length >>> 8);
            file[at + 7] = (byte) length;
            at += length;
        }
        read(new ByteArrayInputStream(file));
        try {
            Path copy = Files.createTempFile("fuzz", ".pcapng");
            try {
                Files.write(copy, file);
                if (file.length >= 4) {
                    PcapNgSecrets.find(copy, text -> {});
                }
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new AssertionError("looking for secrets never fails because of what a file says", e);
        }
    }

    private static void read(InputStream in) {
        long packets = 0;
        long bytes = 0;
        try (CaptureReader reader = CaptureFiles.open(in, "fuzz", text -> {})) {
            Packet packet = new Packet();
            while (reader.next(packet)) {
                packets++;
                bytes += packet.captured;
                boolean inside = packet.offset >= 0
                        && packet.captured >= 0
                        && packet.offset + packet.captured <= packet.data.length;
                if (!inside || packet.original < packet.captured || packet.frame < packets) {
                    throw new AssertionError("packet " + packet.frame + " lies outside of its window");
                }
                if (bytes > 64 << 20) {
                    return; // a bomb: it is read on as long as somebody wants it
                }
            }
            if (reader.warnings().size() > 100) {
                throw new AssertionError("a warning for each packet floods whoever reads them");
            }
        } catch (IOException e) {
            return; // a damaged file is told so
        }
    }
}
