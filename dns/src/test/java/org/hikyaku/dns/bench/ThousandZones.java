package org.hikyaku.dns.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.interop.ZoneSigner;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/**
 * A root, ten top-level domains and a thousand zones, each with a P-256 key of its own and signed by BIND's tools: half
 * with NSEC, half with NSEC3. Kept between runs until the signatures have less than a week left.
 *
 * @param zones apex to zone file
 * @param anchor DS of the root
 * @param questions ten for each zone, in mixed order: seven addresses, one MX, one NODATA, one NXDOMAIN
 */
record ThousandZones(Map<Name, Path> zones, Path anchor, List<Question> questions) {
    private static final int TOP_LEVEL = 10;
    private static final int PER_TOP_LEVEL = 100;
    private static final Duration LIFETIME = Duration.ofDays(60);
    private static final Duration LEAST_LEFT = Duration.ofDays(7);

    static ThousandZones in(Path folder) throws IOException, InterruptedException, ExecutionException {
        Path anchor = folder.resolve("root.ds");
        boolean fresh = Files.exists(anchor)
                && Files.getLastModifiedTime(anchor)
                        .toInstant()
                        .plus(LIFETIME)
                        .minus(LEAST_LEFT)
                        .isAfter(Instant.now());
        if (!fresh) {
            System.out.println("signing 1,011 zones with dnssec-signzone (once; about a minute) ...");
            sign(folder, anchor);
        }
        Map<Name, Path> zones = new LinkedHashMap<>();
        zones.put(Name.root, folder.resolve("zones/root/signed"));
        List<Question> questions = new ArrayList<>();
        for (int t = 0; t < TOP_LEVEL; t++) {
            zones.put(Name.fromString("t" + t + "."), folder.resolve("zones/t" + t + "/signed"));
            for (int z = 0; z < PER_TOP_LEVEL; z++) {
                String zone = "z" + z + ".t" + t;
                zones.put(Name.fromString(zone + "."), folder.resolve("zones/" + zone + "/signed"));
                questions.addAll(questions(zone + "."));
            }
        }
        Collections.shuffle(questions, new Random(20_261_122));
        return new ThousandZones(zones, anchor, List.copyOf(questions));
    }

    private static List<Question> questions(String zone) throws IOException {
        List<Question> ten = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ten.add(new Question(Name.fromString("n" + i + "." + zone), Type.A));
        }
        ten.add(new Question(Name.fromString(zone), Type.MX));
        ten.add(new Question(Name.fromString("n0." + zone), Type.AAAA));
        ten.add(new Question(Name.fromString("nope." + zone), Type.A));
        return ten;
    }

    private static void sign(Path folder, Path anchor) throws IOException, InterruptedException, ExecutionException {
        ZoneSigner signer = new ZoneSigner(Files.createDirectories(folder).resolve("zones"));
        Instant now = Instant.now();
        ZoneSigner.Signing nsec =
                ZoneSigner.Signing.usual(now).during(now.minus(Duration.ofDays(1)), now.plus(LIFETIME));
        ZoneSigner.Signing nsec3 = nsec.with("-3", "-", "-H", "0");
        StringBuilder root = new StringBuilder(apex("."));
        for (int t = 0; t < TOP_LEVEL; t++) {
            String tld = "t" + t + ".";
            StringBuilder text = new StringBuilder(apex(tld));
            for (String ds : children(signer, tld, t % 2 == 0 ? nsec : nsec3)) {
                text.append(ds);
            }
            root.append(delegation(tld, signer.sign(tld, text.toString(), nsec).ds()));
        }
        Files.writeString(anchor, signer.sign(".", root.toString(), nsec).ds());
    }

    private static List<String> children(ZoneSigner signer, String tld, ZoneSigner.Signing signing)
            throws InterruptedException, ExecutionException {
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<String>> delegations = new ArrayList<>();
            for (int z = 0; z < PER_TOP_LEVEL; z++) {
                String zone = "z" + z + "." + tld;
                delegations.add(pool.submit(() -> delegation(
                        zone, signer.sign(zone, apex(zone) + names(), signing).ds())));
            }
            List<String> done = new ArrayList<>();
            for (Future<String> delegation : delegations) {
                done.add(delegation.get());
            }
            return done;
        }
    }

    private static String names() {
        StringBuilder text = new StringBuilder("@ IN MX 10 n0\n");
        for (int i = 0; i < 7; i++) {
            text.append("n").append(i).append(" IN A 192.0.2.").append(i + 1).append('\n');
        }
        return text.toString();
    }

    private static String apex(String zone) {
        String dot = zone.equals(".") ? "" : zone;
        return """
                $TTL 86400
                $ORIGIN %s
                @ IN SOA ns.%s hostmaster.%s 1 3600 600 864000 86400
                @ IN NS ns.%s
                ns.%s IN A 127.0.0.1
                """.formatted(zone, dot, dot, dot, dot);
    }

    private static String delegation(String zone, String ds) {
        return zone + " IN NS ns." + zone + "\nns." + zone + " IN A 127.0.0.1\n" + ds;
    }
}
