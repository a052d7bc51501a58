package org.hikyaku.capture.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Finds the Decryption Secrets Blocks of a pcapng file before its packets are read. The draft wants them in front of the
 * packets that they open; programs that learn the secrets while they capture write them where they stand then.
 */
final class PcapNgSecrets {
    private static final ValueLayout.OfInt BIG = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt LITTLE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int SMALLEST = 12;

    private PcapNgSecrets() {}

    /** Goes from block to block as far as their lengths make sense; what does not is told by the reader. */
    static void find(Path file, SecretsListener secrets) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            ValueLayout.OfInt order = BIG;
            long at = 0;
            while (all.byteSize() - at >= SMALLEST) {
                int type = all.get(order, at);
                if (type == PcapNgReader.SECTION_HEADER) {
                    order = all.get(BIG, at + 8) == 0x1a2b3c4d ? BIG : LITTLE;
                }
                long length = all.get(order, at + 4) & 0xffffffffL;
                if (length < SMALLEST || length % 4 != 0 || length > all.byteSize() - at) {
                    return;
                }
                if (type == PcapNgReader.SECRETS && length <= CaptureFiles.LONGEST_PACKET.value()) {
                    take(all.asSlice(at, length), order, secrets);
                }
                at += length;
            }
        }
    }

    private static void take(MemorySegment block, ValueLayout.OfInt order, SecretsListener secrets) {
        if (block.byteSize() < 20 || block.get(order, 8) != PcapNgReader.TLS_KEY_LOG) {
            return;
        }
        long length = block.get(order, 12) & 0xffffffffL;
        if (length <= block.byteSize() - 20) {
            secrets.keyLog(block.asSlice(16, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
