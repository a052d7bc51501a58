package org.hikyaku.dns.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Signs zones with BIND's dnssec-keygen and dnssec-signzone, in one folder. */
public final class ZoneSigner {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    /**
     * How a zone is signed.
     *
     * @param algorithm as dnssec-keygen calls it: {@code ECDSAP256SHA256}, {@code RSASHA256}, ...
     * @param bits size of an RSA key; 0 otherwise
     * @param inception start of the signatures
     * @param expiration their end
     * @param flags more arguments to dnssec-signzone, such as {@code -3 - -H 0}
     */
    public record Signing(String algorithm, int bits, Instant inception, Instant expiration, List<String> flags) {
        public Signing {
            flags = List.copyOf(flags);
        }

        /** P-256, NSEC, an hour ago to in 30 days. */
        public static Signing usual(Instant now) {
            return new Signing(
                    "ECDSAP256SHA256", 0, now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(30)), List.of());
        }

        public Signing with(String... more) {
            return new Signing(algorithm, bits, inception, expiration, List.of(more));
        }

        public Signing algorithm(String other, int size) {
            return new Signing(other, size, inception, expiration, flags);
        }

        public Signing during(Instant from, Instant to) {
            return new Signing(algorithm, bits, from, to, flags);
        }
    }

    /**
     * A signed zone.
     *
     * @param file the zone file
     * @param ds DS records for the parent, one on each line
     */
    public record Signed(Path file, String ds) {}

    private final Path folder;

    public ZoneSigner(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Makes one key that is both KSK and ZSK, and signs. */
    public Signed sign(String zone, String text, Signing signing) throws IOException, InterruptedException {
        Path own = Files.createDirectories(folder.resolve(fileName(zone)));
        Path file = own.resolve("zone");
        List<String> keygen = new ArrayList<>(List.of("dnssec-keygen", "-q", "-K", own.toString(), "-f", "KSK", "-a"));
        keygen.add(signing.algorithm());
        if (signing.bits() > 0) {
            keygen.addAll(List.of("-b", Integer.toString(signing.bits())));
        }
        if (signing.flags().contains("-3")) {
            keygen.add("-3");
        }
        keygen.add(zone);
        String key = run(own, keygen).strip();
        Files.writeString(file, text + Files.readString(own.resolve(key + ".key")));

        Path signed = own.resolve("signed");
        List<String> sign = new ArrayList<>(List.of("dnssec-signzone", "-z", "-P", "-O", "full", "-K", own.toString()));
        sign.addAll(List.of("-s", STAMP.format(signing.inception()), "-e", STAMP.format(signing.expiration())));
        sign.addAll(signing.flags());
        sign.addAll(List.of(
                "-o",
                zone,
                "-f",
                signed.toString(),
                file.toString(),
                own.resolve(key).toString()));
        run(own, sign);
        String ds = run(
                own, List.of("dnssec-dsfromkey", "-2", own.resolve(key + ".key").toString()));
        return new Signed(signed, ds);
    }

    /** Writes a zone as it is. */
    public Path unsigned(String zone, String text) throws IOException {
        return Files.writeString(
                Files.createDirectories(folder.resolve(fileName(zone))).resolve("zone"), text);
    }

    /** The signed zone with some lines taken out or changed. */
    public static void edit(Path signed, java.util.function.UnaryOperator<Stream<String>> change) throws IOException {
        try (Stream<String> lines = Files.readAllLines(signed).stream()) {
            Files.write(signed, change.apply(lines).toList());
        }
    }

    /** A time as zone files write it. */
    static String stamp(Instant time) {
        return STAMP.format(time);
    }

    private static String fileName(String zone) {
        return zone.equals(".") ? "root" : zone.substring(0, zone.length() - 1);
    }

    private static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + Files.readString(errors));
        }
        return output;
    }
}
