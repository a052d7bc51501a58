package org.hikyaku.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.CheckReport;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;

/**
 * Measures {@code check} on the lab; started by {@code bench/check}. {@code delay ROUNDS}: a domain with two MX hosts of two
 * addresses each, 50 ms on each way. {@code many DOMAINS}: so many domains in one call, with the processor time and the
 * largest size of the process, the lab's own part included.
 */
final class CheckBench {
    private CheckBench() {}

    public static void main(String[] arguments) throws IOException {
        int number = Integer.parseInt(arguments[1]);
        switch (arguments[0]) {
            case "delay" -> delay(number);
            case "many" -> many(number);
            default -> throw new IllegalArgumentException("delay ROUNDS or many DOMAINS, not " + arguments[0]);
        }
    }

    private static void delay(int rounds) throws IOException {
        String catalogue = head()
                + "  - {domain: busy.example, about: a, judgement: b, rules: [], expect: {}, sts: {mode: enforce},\n"
                + "     hosts: [{name: mx1, addresses: [v4, v6], tlsa: [3 1 1 leaf]},"
                + " {name: mx2, addresses: [v4, v6], tlsa: [3 1 1 leaf]}]}\n";
        double[] seconds = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            try (Lab lab = Lab.start(LabOptions.defaults()
                    .withCatalogue(Catalogue.parse(catalogue))
                    .withOneWayDelay(Duration.ofMillis(50)))) {
                seconds[i] = seconds(check(lab, List.of("busy.example")));
            }
        }
        Arrays.sort(seconds);
        System.out.println(String.format(
                Locale.ROOT,
                "two MX hosts of two addresses each, 50 ms each way: min/median/max %.2f/%.2f/%.2f s",
                seconds[0],
                seconds[rounds / 2],
                seconds[rounds - 1]));
    }

    private static void many(int domains) throws IOException {
        String catalogue = head()
                + IntStream.range(0, domains)
                        .mapToObj(i -> "  - {domain: d" + i + ".example, about: a, judgement: b, rules: [], expect: {},"
                                + " hosts: [{name: mx, tlsa: [3 1 1 leaf]}]"
                                + (i % 2 == 0 ? ", sts: {mode: enforce}" : "") + "}\n")
                        .collect(Collectors.joining());
        try (Lab lab = Lab.start(LabOptions.defaults().withCatalogue(Catalogue.parse(catalogue)))) {
            long before = processorTime();
            CheckReport report = check(
                    lab, lab.catalogue().domains().stream().map(LabDomain::text).toList());
            double busy = (processorTime() - before) / 1e9;
            long well = report.domains().stream()
                    .filter(d -> d.findings(org.hikyaku.check.Severity.ERROR).isEmpty())
                    .count();
            System.out.println(String.format(
                    Locale.ROOT,
                    "%d domains in one call: %.1f s, %.1f s of processor time (%.2f cores), %d without an error; the process was"
                            + " at most %d MB large, the lab's servers and zones included",
                    domains,
                    seconds(report),
                    busy,
                    busy / seconds(report),
                    well,
                    largest()));
        }
    }

    private static String head() {
        return "format: 1\ntlds:\n  - {name: example, sign: ecdsa, denial: nsec}\nzones: []\ndomains:\n";
    }

    private static CheckReport check(Lab lab, List<String> domains) {
        try (NetworkAccess access = new LabInternet(lab).open(new NetworkOptions())) {
            return new Checkers(InstantSource.system(), new SecureRandom(), Duration.ofSeconds(10), "bench.example")
                    .over(access, CheckOptions.defaults())
                    .check(DomainArguments.names(domains, java.util.Optional.empty()));
        }
    }

    private static double seconds(CheckReport report) {
        return report.took().toMillis() / 1000.0;
    }

    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Megabytes of the process at its largest, as Linux counts them (VmHWM). */
    private static long largest() throws IOException {
        return Files.readString(Path.of("/proc/self/status"), StandardCharsets.UTF_8)
                .lines()
                .filter(l -> l.startsWith("VmHWM:"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
