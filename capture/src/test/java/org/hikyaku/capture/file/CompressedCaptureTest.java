package org.hikyaku.capture.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.hikyaku.capture.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures in gzip and zstd that were cut or damaged: read up to there, and that is said. */
class CompressedCaptureTest {
    private static final int PACKETS = 200;

    /** Bytes that do not compress, so that half the file is about half the packets. */
    private static byte[] capture() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(Hex.bytes("a1b2c3d4 0002 0004 00000000 00000000 00040000 00000065"));
        Random random = new Random(5);
        byte[] packet = new byte[1000];
        for (int i = 0; i < PACKETS; i++) {
            random.nextBytes(packet);
            all.write(ByteBuffer.allocate(16).putInt(8, 1000).putInt(12, 1000).array());
            all.write(packet);
        }
        return all.toByteArray();
    }

    private static byte[] packed(String format) throws IOException {
        if (format.equals("zstd")) {
            return Zstd.compress(capture());
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(capture());
        }
        return packed.toByteArray();
    }

    private static CaptureReader open(byte[] file) throws IOException {
        return CaptureFiles.open(new ByteArrayInputStream(file), "test", text -> {});
    }

    private static int packets(CaptureReader reader) throws IOException {
        Packet packet = new Packet();
        int n = 0;
        while (reader.next(packet)) {
            n++;
        }
        return n;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void wholeFileIsReadWithoutAWord(String format) throws IOException {
        try (CaptureReader reader = open(packed(format))) {
            assertThat(packets(reader)).isEqualTo(PACKETS);
            assertThat(reader.warnings()).isEmpty();
        }
    }

    /** A block of zstd, 128 KB, comes out whole or not at all. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void cutFileIsReadUpToTheCut(String format) throws IOException {
        byte[] file = packed(format);
        try (CaptureReader reader = open(Arrays.copyOf(file, file.length * 3 / 4))) {
            assertThat(packets(reader)).isBetween(PACKETS / 2, PACKETS * 3 / 4);
            assertThat(reader.warnings())
                    .last()
                    .isEqualTo("the file ends inside its " + format + " stream: it was cut");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void damagedFileIsReadUpToTheDamage(String format) throws IOException {
        byte[] file = packed(format);
        if (format.equals("zstd")) {
            int secondBlock = 9 + 3 + (128 << 10); // behind the frame's header and the first block
            Arrays.fill(file, secondBlock, secondBlock + 3, (byte) 0xff);
        } else {
            file[file.length - 5] ^= 0x55; // in the sum over all bytes
        }
        try (CaptureReader reader = open(file)) {
            assertThat(packets(reader)).isBetween(PACKETS / 4, PACKETS);
            assertThat(reader.warnings()).last().asString().contains("the " + format + " stream is damaged");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1f8b 6a756e6b6a756e6b6a756e6b6a756e6b6a756e6b",
                "1f8b0800",
                "28b52ffd 6a756e6b6a756e6b6a756e6b6a756e6b",
                "28b52ffd"
            })
    void whatOnlyBeginsAsACompressedFileIsNoCapture(String file) {
        assertThatThrownBy(() -> open(Hex.bytes(file)))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageStartingWith("test ");
    }

    @Test
    void folderIsNoCapture(@TempDir Path folder) {
        assertThatThrownBy(() -> CaptureFiles.open(folder, text -> {}))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessage(folder + " is a folder, not a capture");
    }
}
