package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** The signed zones, measured by the tools of BIND and NLnet Labs. */
@Tag("interop")
class ZoneFilesInteropTest {
    @TempDir
    private Path folder;

    @Test
    void bindFindsNoFaultInAnyZoneThatIsMeantRight() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/dnssec-verify")), "needs dnssec-verify (bind9-utils)");
        // dnssec-verify takes no NSEC3 beyond 150 iterations, as RFC 9276 allows
        check(
                zone -> !zone.toString().startsWith("nsec3-500."),
                (zone, file) -> List.of("/usr/bin/dnssec-verify", "-o", zone.toString(), "-x", file));
    }

    @Test
    void ldnsFindsNoFaultInAnyZoneThatIsMeantRight() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/ldns-verify-zone")), "needs ldns-verify-zone (ldnsutils)");
        check(zone -> true, (zone, file) -> List.of("/usr/bin/ldns-verify-zone", file));
    }

    private interface Command {
        List<String> of(Name zone, String file);
    }

    private void check(Predicate<Name> takes, Command command) throws Exception {
        List<String> faults = new ArrayList<>();
        int checked = 0;
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            List<Lab.ZoneFile> zones = new ArrayList<>(lab.zoneFiles());
            lab.moveOn();
            lab.catalogue().domains().stream()
                    .filter(d -> d.later().isPresent())
                    .forEach(d -> zones.add(lab.zoneFile(d.name())));
            for (Lab.ZoneFile zone : zones) {
                if (!takes.test(zone.apex())) {
                    continue;
                }
                Path file = folder.resolve("zone" + checked++);
                Files.writeString(file, zone.text());
                String output = run(command.of(zone.apex(), file.toString()));
                if (!output.startsWith("0\n")) {
                    faults.add(zone.apex() + ": " + output);
                }
            }
        }
        assertThat(checked).isGreaterThan(100);
        assertThat(faults).isEmpty();
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + "\n" + output;
    }
}
