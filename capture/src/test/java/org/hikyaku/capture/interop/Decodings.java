package org.hikyaku.capture.interop;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.capture.CaptureDecoder;
import org.hikyaku.capture.DecodeListener;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.interop.ToolSessions.Said;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.KeyLogFileReader;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;

/** One capture decoded by us and by tshark. */
final class Decodings {
    private Decodings() {}

    static List<Path> logs(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("keys"))) {
            return files.sorted().toList();
        }
    }

    /** All key logs of a folder; for tshark in one file. */
    static SecretStore secrets(Path dir) throws IOException {
        SecretStore store = new SecretStore();
        StringBuilder merged = new StringBuilder();
        for (Path log : logs(dir)) {
            KeyLogFileReader.open(log, store);
            merged.append(Files.readString(log, StandardCharsets.US_ASCII));
        }
        Files.writeString(dir.resolve("all.keys"), merged);
        return store;
    }

    static Sides decode(Path capture, SecretStore store, RsaKeys rsa) throws IOException {
        Sides sides = new Sides();
        decode(capture, store, rsa, sides);
        return sides;
    }

    static void decode(Path capture, SecretStore store, RsaKeys rsa, DecodeListener listener) throws IOException {
        CaptureDecoder decoder = new CaptureDecoder(new KeyFinder(store, rsa), listener);
        try (CaptureReader reader =
                CaptureFiles.open(new ByteArrayInputStream(Files.readAllBytes(capture)), "the capture", text -> {})) {
            decoder.decode(reader);
        }
    }

    static int find(Said said, Sides ours) {
        for (int i = 0; i < ours.talks.size(); i++) {
            Sides.Talk talk = ours.talks.get(i);
            boolean same = said.exact()
                    ? talk.client().equals(said.client()) && talk.server().equals(said.server())
                    : talk.client().contains(said.client()) && talk.server().contains(said.server());
            if (same) {
                return i;
            }
        }
        return -1;
    }

    static List<Sides.Talk> dark(Sides ours) {
        return ours.talks.stream()
                .filter(t -> t.client().isEmpty() || t.server().isEmpty())
                .toList();
    }

    /** One text a stream. */
    static List<String> tshark(Path dir, Path capture, int streams) throws IOException {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", capture.toString(), "-q"));
        command.addAll(List.of("-o", "tls.keylog_file:" + dir.resolve("all.keys")));
        command.addAll(List.of("-o", "tcp.reassemble_out_of_order:TRUE"));
        String[] texts = new String[streams];
        for (int i = 0; i < streams; i++) {
            command.addAll(List.of("-z", "follow,tls,raw," + i));
            texts[i] = "";
        }
        int stream = -1;
        for (String line :
                OpenSslSessions.run(dir, command.toArray(String[]::new)).lines().toList()) {
            String hex = line.strip();
            if (hex.startsWith("Filter: tcp.stream eq ")) {
                stream = Integer.parseInt(hex.substring("Filter: tcp.stream eq ".length()));
            } else if (stream >= 0 && !hex.isEmpty() && hex.chars().allMatch(HexFormat::isHexDigit)) {
                texts[stream] += new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
            }
        }
        return List.of(texts);
    }
}
