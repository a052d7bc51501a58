package org.hikyaku.dns.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hikyaku.dns.interop.ZoneSigner.Signed;
import org.hikyaku.dns.interop.ZoneSigner.Signing;
import org.xbill.DNS.Name;

/**
 * A root, three top-level domains (NSEC, NSEC3, NSEC3 with opt-out) and zones below them with one property or flaw
 * each, signed by BIND's tools. One server serves all of them, so that no delegation need be followed.
 */
final class SmallInternet {

    /** What every zone has besides its apex. */
    private static final String NAMES = """
            www       IN A     192.0.2.1
            www       IN AAAA  2001:db8::1
            mail      IN MX    10 www
            alias     IN CNAME www
            twice     IN CNAME alias
            loop      IN CNAME pool
            pool      IN CNAME loop
            dangling  IN CNAME nowhere
            deep.ent  IN A     192.0.2.2
            *.wild    IN A     192.0.2.3
            a.wild    IN TXT   "no address here"
            old       IN DNAME new
            host.new  IN A     192.0.2.4
            """;

    private static final String TO_OTHER_ZONES = """
            tounsigned IN CNAME www.unsigned.nsec.
            tobogus    IN CNAME www.expired.nsec.
            tonsec3    IN CNAME www.good.nsec3.
            sub        IN NS    ns.sub
            ns.sub     IN A     127.0.0.1
            """;

    private final Map<Name, Path> zones = new LinkedHashMap<>();
    private final ZoneSigner signer;
    private final Signing usual;
    private final Instant now;
    private String rootAnchor = "";

    private SmallInternet(Path folder, Instant now) throws IOException {
        this.signer = new ZoneSigner(folder);
        this.now = now;
        this.usual = Signing.usual(now);
    }

    static SmallInternet build(Path folder, Instant now) throws IOException, InterruptedException {
        SmallInternet internet = new SmallInternet(folder, now);
        internet.all();
        return internet;
    }

    Map<Name, Path> zones() {
        return zones;
    }

    /** DS of the root. */
    String rootAnchor() {
        return rootAnchor;
    }

    private void all() throws IOException, InterruptedException {
        StringBuilder root = new StringBuilder(apex("."));
        root.append(delegation("nsec.", topLevel("nsec.", usual)));
        root.append(delegation("nsec3.", topLevel("nsec3.", usual.with("-3", "-", "-H", "0"))));
        root.append(delegation("optout.", topLevel("optout.", usual.with("-3", "ABCD", "-H", "5", "-A"))));
        Signed signed = signer.sign(".", root.toString(), usual);
        zones.put(Name.root, signed.file());
        rootAnchor = signed.ds();
    }

    private String topLevel(String tld, Signing signing) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder(apex(tld));
        text.append(signedZone("good." + tld, signing));
        text.append(unsignedZone("unsigned." + tld));
        if (tld.equals("nsec.")) {
            text.append(flawed(tld));
        }
        if (tld.equals("nsec3.")) {
            text.append(signedZone("iterations." + tld, usual.with("-3", "-", "-H", "150")));
        }
        Signed signed = signer.sign(tld, text.toString(), signing);
        zones.put(Name.fromConstantString(tld), signed.file());
        return signed.ds();
    }

    private String flawed(String tld) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        Duration day = Duration.ofDays(1);
        text.append(signedZone(
                "expired." + tld, usual.during(now.minus(day.multipliedBy(12)), now.minus(day.multipliedBy(2)))));
        text.append(signedZone(
                "leafexpired." + tld,
                usual.during(now.minus(day.multipliedBy(12)), now.minus(day.multipliedBy(2)))
                        .with("-X", ZoneSigner.stamp(now.plus(day)))));
        text.append(signedZone(
                "future." + tld, usual.during(now.plus(day.multipliedBy(2)), now.plus(day.multipliedBy(12)))));
        text.append(signedZone(
                "tolerated." + tld, usual.during(now.minus(day.multipliedBy(10)), now.minus(Duration.ofHours(2)))));
        text.append(signedZone("rsa8." + tld, usual.algorithm("RSASHA256", 2048)));
        text.append(signedZone("rsa10." + tld, usual.algorithm("RSASHA512", 2048)));
        text.append(signedZone("p384." + tld, usual.algorithm("ECDSAP384SHA384", 0)));
        text.append(signedZone("ed25519." + tld, usual.algorithm("ED25519", 0)));
        text.append(signedZone("ed448." + tld, usual.algorithm("ED448", 0)));
        text.append(signedZone("sha1." + tld, usual.algorithm("RSASHA1", 2048)));

        String ds = sign("wrongds." + tld, usual, UnaryOperator.identity());
        text.append(delegation("wrongds." + tld, ds.replaceAll("(13 2 [0-9A-F]{4})[0-9A-F]{8}", "$100000000")));
        text.append(delegation(
                "unknown." + tld,
                sign("unknown." + tld, usual, UnaryOperator.identity()).replaceAll(" 13 2 ", " 200 2 ")));
        text.append(delegation(
                "nosigs." + tld,
                sign("nosigs." + tld, usual, lines -> lines.filter(l -> !l.matches(".*\\sRRSIG\\s+A\\s.*")))));
        text.append(delegation(
                "stripped." + tld,
                sign(
                        "stripped." + tld,
                        usual,
                        lines -> lines.filter(l -> !l.contains("RRSIG") && !l.contains("NSEC")))));
        text.append(delegation(
                "nonsec." + tld, sign("nonsec." + tld, usual, lines -> lines.filter(l -> !l.contains("NSEC")))));
        text.append(delegation(
                "changed." + tld,
                sign("changed." + tld, usual, lines -> lines.map(l -> l.replace("192.0.2.1", "192.0.2.99")))));
        return text.toString();
    }

    private String signedZone(String zone, Signing signing) throws IOException, InterruptedException {
        return delegation(zone, sign(zone, signing, UnaryOperator.identity()));
    }

    private String sign(String zone, Signing signing, UnaryOperator<Stream<String>> change)
            throws IOException, InterruptedException {
        String others = zone.equals("good.nsec.") ? TO_OTHER_ZONES : "";
        Signed signed = signer.sign(zone, apex(zone) + NAMES + others, signing);
        ZoneSigner.edit(signed.file(), change);
        zones.put(Name.fromConstantString(zone), signed.file());
        return signed.ds();
    }

    private String unsignedZone(String zone) throws IOException {
        zones.put(Name.fromConstantString(zone), signer.unsigned(zone, apex(zone) + NAMES));
        return delegation(zone, "");
    }

    private static String apex(String zone) {
        String dot = zone.equals(".") ? "" : zone;
        return """
                $TTL 300
                $ORIGIN %s
                @ IN SOA ns.%s hostmaster.%s 1 3600 600 86400 300
                @ IN NS ns.%s
                ns.%s IN A 127.0.0.1
                """.formatted(zone, dot, dot, dot, dot);
    }

    private static String delegation(String zone, String ds) {
        return zone + " IN NS ns." + zone + "\nns." + zone + " IN A 127.0.0.1\n" + ds;
    }

    /** Programs that {@link #build} needs. */
    static final List<String> PROGRAMS = List.of("dnssec-keygen", "dnssec-signzone", "dnssec-dsfromkey");
}
