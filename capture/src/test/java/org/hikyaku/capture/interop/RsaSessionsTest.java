package org.hikyaku.capture.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.hikyaku.capture.CaptureDecoder;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.KeyLogFileReader;
import org.hikyaku.capture.tls.NativeLibraries;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many sessions of OpenSSL under one RSA key: the key opens what OpenSSL's own key log opens, several at a time or one by one. */
@Tag("interop")
class RsaSessionsTest {
    @Test
    void theKeySaysWhatTheKeyLogSaysOneByOneOrEightAtATime(@TempDir Path dir) throws Exception {
        assumeTrue(OpenSslSessions.installed("openssl"), "openssl is not installed");
        assumeTrue(OpenSslSessions.installed("python3"), "python3 is not installed");
        Path library = NativeLibraries.folderForRsa();
        int seed = new Random().nextInt(1 << 30);
        System.out.println("sessions with seed " + seed);
        Path key = dir.resolve("server.key");
        Path certificate = dir.resolve("server.crt");
        OpenSslSessions.makeServerKey(dir);
        Path capture = dir.resolve("sessions.pcap");
        Path log = dir.resolve("sessions.keys");
        run(
                "python3",
                "../bench/sessions.py",
                "rsa",
                "80",
                capture.toString(),
                log.toString(),
                certificate.toString(),
                key.toString(),
                Integer.toString(seed));

        SecretStore logged = new SecretStore();
        KeyLogFileReader.open(log, logged);
        List<String> byLog = decode(capture, logged, new RsaKeys(List.of()), 2);
        RsaKeys alone = new RsaKeys(List.of());
        alone.add(key);
        List<String> oneByOne = decode(capture, new SecretStore(), alone, 2);
        RsaKeys together = new RsaKeys(List.of(library));
        together.add(key);

        assertThat(byLog).hasSize(80).allMatch(talk -> talk.contains("GET /") && talk.contains("Content-Length"));
        assertThat(oneByOne).isEqualTo(byLog);
        for (int threads = 1; threads <= 2; threads++) {
            assertThat(decode(capture, new SecretStore(), together, threads)).isEqualTo(byLog);
        }
    }

    private static List<String> decode(Path capture, SecretStore store, RsaKeys rsa, int threads) throws Exception {
        Sides sides = new Sides();
        CaptureDecoder decoder = new CaptureDecoder(new KeyFinder(store, rsa), sides, threads);
        try (CaptureReader reader =
                CaptureFiles.open(new ByteArrayInputStream(Files.readAllBytes(capture)), "the capture", text -> {})) {
            decoder.decode(reader);
        }
        return sides.talks.stream().map(Sides.Talk::both).toList();
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
