package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.hikyaku.x509.Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** Equal seeds and clocks give equal labs, to the last bit. */
class DeterminismTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final List<String> ZONES = List.of(
            ".", "example.", "jp.", "dane-ee.example.", "dane-ta-full.example.", "nsec3.example.", "ed25519.example.");

    @TempDir
    private Path folder = Path.of("");

    private record Seen(String rootDs, String authority, List<String> zones, List<byte[]> chain) {}

    private Seen seen(long seed) throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults().withSeed(seed).withClock(() -> NOW))) {
            lab.writeFiles(folder);
            List<String> zones = ZONES.stream()
                    .map(z -> lab.zoneFile(Name.fromConstantString(z)).text())
                    .toList();
            LabDomain.Host host =
                    lab.catalogue().domain("dane-ee.example").setup().hosts().getFirst();
            return new Seen(
                    Files.readString(folder.resolve("root.ds")),
                    Files.readString(folder.resolve("ca.pem")),
                    zones,
                    lab.credential(host).chain().stream().map(Certificate::der).toList());
        }
    }

    @Test
    void zonesKeysAndCertificatesFollowFromSeedAndClock() throws IOException {
        Seen one = seen(7);
        Seen same = seen(7);
        Seen other = seen(8);

        assertThat(same.zones()).isEqualTo(one.zones());
        assertThat(same.rootDs()).isEqualTo(one.rootDs());
        assertThat(same.authority()).isEqualTo(one.authority());
        assertThat(same.chain()).usingRecursiveComparison().isEqualTo(one.chain());
        assertThat(other.rootDs()).isNotEqualTo(one.rootDs());
        assertThat(other.authority()).isNotEqualTo(one.authority());
        assertThat(other.zones().getFirst()).isNotEqualTo(one.zones().getFirst());
    }
}
