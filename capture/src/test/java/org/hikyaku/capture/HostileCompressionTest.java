package org.hikyaku.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureFormatException;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What unpacks to a thousand times its size takes time, never memory, and nothing that is absurd is begun. */
@Timeout(60)
class HostileCompressionTest {
    private static final int UNPACKED = 64 << 20;

    /** A stream that packs what is written to it. */
    private static OutputStream packing(String kind, OutputStream to) throws IOException {
        return kind.equals("gzip") ? new GZIPOutputStream(to) : new ZstdOutputStream(to);
    }

    private static Captures.Decoded decode(InputStream in) throws IOException {
        Captures.Decoded decoded = new Captures.Decoded();
        CaptureDecoder decoder = new CaptureDecoder(new KeyFinder(new SecretStore(), new RsaKeys()), decoded, 2);
        try (CaptureReader reader = CaptureFiles.open(in, "test", text -> {})) {
            decoder.decode(reader);
        } finally {
            decoded.warnings = decoder.warnings();
        }
        return decoded;
    }

    private static byte[] header() {
        return Hex.bytes("a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001");
    }

    /** Four million packets without a byte in them, in some kilobytes. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void emptyPacketsWithoutNumberAreReadThrough(String kind) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packing(kind, packed)) {
            out.write(header());
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < UNPACKED >> 20; i++) {
                out.write(zeros);
            }
        }
        assertThat(packed.size()).isLessThan(UNPACKED / 500);
        Captures.Decoded decoded = decode(new ByteArrayInputStream(packed.toByteArray()));
        assertThat(decoded.connections).isEmpty();
    }

    /** Secrets blocks that unpack to more key log than is taken: what is dropped is counted, nothing is thrown. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void secretsWithoutNumberAreBounded(String kind) throws IOException {
        byte[] line = "CLIENT_RANDOM %s %s\n"
                .formatted("ab".repeat(32), "cd".repeat(48))
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        while (lines.size() < 1 << 20) {
            lines.write(line);
        }
        int length = lines.size();
        int padded = length + 3 & ~3;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packing(kind, packed)) {
            out.write(Hex.bytes("0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"));
            for (int i = 0; i < 32; i++) {
                out.write(Hex.bytes("0000000a %08x 544c534b %08x".formatted(20 + padded, length)));
                out.write(lines.toByteArray());
                out.write(new byte[padded - length]);
                out.write(Hex.bytes("%08x".formatted(20 + padded)));
            }
        }
        SecretStore store = new SecretStore();
        try (CaptureReader reader = CaptureFiles.open(
                new ByteArrayInputStream(packed.toByteArray()), "test", text -> store.addText(text, "the capture"))) {
            new CaptureDecoder(new KeyFinder(store, new RsaKeys()), new Captures.Decoded()).decode(reader);
        }
        assertThat(store.sessions()).isEqualTo(1);
    }

    /** RFC 8878 section 3.1.1.1.2: a frame may ask for a window of terabytes. */
    @Test
    void windowOfTwoGigabytesIsRefused() throws IOException {
        // Magic number, descriptor, window of 2^(10 + 21) bytes, and one raw block of 24 bytes, the last.
        byte[] frame = Hex.bytes("28b52ffd 00 a8 c10000 a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001");
        assertThatThrownBy(() -> decode(new ByteArrayInputStream(frame)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void zstdAndGzipInEachOtherThreeTimesAreRefused(String first) throws IOException {
        byte[] inner = Captures.bytes("tls13.pcap");
        String kind = first;
        for (int i = 0; i < 3; i++) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream out = packing(kind, packed)) {
                out.write(inner);
            }
            inner = packed.toByteArray();
            kind = kind.equals("gzip") ? "zstd" : "gzip";
        }
        byte[] bomb = inner;
        assertThatThrownBy(() -> decode(new ByteArrayInputStream(bomb)))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageContaining("no honest capture is");
    }
}
