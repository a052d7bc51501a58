package org.hikyaku.dns;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.net.Limit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The keys that are known beforehand, at which every chain of trust begins: as DS records, by zone. */
public final class TrustAnchors {

    private static final Limit FILE_BYTES = new Limit("bytes in a trust anchor file", 1 << 20);

    // https://data.iana.org/root-anchors/root-anchors.xml: KSK-2017 and KSK-2024
    private static final String IANA_ROOT = """
            . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
            . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
            """;

    private final Map<Name, List<DSRecord>> byZone;

    private TrustAnchors(Map<Name, List<DSRecord>> byZone) {
        Map<Name, List<DSRecord>> copy = new LinkedHashMap<>();
        byZone.forEach((zone, anchors) -> copy.put(zone, List.copyOf(anchors)));
        this.byZone = Map.copyOf(copy);
    }

    /** The keys of the DNS root as IANA publishes them: KSK-2017 (tag 20326) and KSK-2024 (tag 38696). */
    public static TrustAnchors builtIn() {
        try {
            return ofText(IANA_ROOT, "the built-in trust anchors");
        } catch (BadTrustAnchorException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Anchors from a file of DS or DNSKEY records, one on each line as in a zone file; {@code ;} and {@code #} begin a
     * comment. TTL and class may be left out.
     *
     * @throws BadTrustAnchorException says which line is wrong and why; also for a file that holds no record, or for
     *     a zone only records of algorithms that are not supported
     * @throws IOException when the file cannot be read
     */
    public static TrustAnchors ofFile(Path file) throws IOException, BadTrustAnchorException {
        try {
            if (Files.size(file) > FILE_BYTES.value()) {
                throw new BadTrustAnchorException(
                        file + " is larger than the limit of " + FILE_BYTES.value() + " " + FILE_BYTES.name() + ".");
            }
            return ofText(Files.readString(file, StandardCharsets.UTF_8), file.toString());
        } catch (NoSuchFileException e) {
            throw new BadTrustAnchorException(
                    "There is no file " + file + ". A trust anchor file holds DS or DNSKEY records, one on each line.",
                    e);
        } catch (CharacterCodingException e) {
            throw new BadTrustAnchorException(
                    file + " is not a text file. A trust anchor file holds DS or DNSKEY records, one on each line.", e);
        }
    }

    /**
     * As {@link #ofFile}, from text.
     *
     * @param source what to call the text in errors
     */
    public static TrustAnchors ofText(String text, String source) throws BadTrustAnchorException {
        Map<Name, List<DSRecord>> byZone = new LinkedHashMap<>();
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            String bare = withoutComment(line).strip();
            if (!bare.isEmpty()) {
                DSRecord anchor = anchor(bare, source + ", line " + number);
                byZone.computeIfAbsent(anchor.getName(), n -> new ArrayList<>()).add(anchor);
            }
        }
        if (byZone.isEmpty()) {
            throw new BadTrustAnchorException(source
                    + " holds no record. A trust anchor file holds DS or DNSKEY records, one on each line, such as: "
                    + ". IN DS 20326 8 2 E06D44B8...");
        }
        for (Map.Entry<Name, List<DSRecord>> zone : byZone.entrySet()) {
            checkUsable(zone.getKey(), zone.getValue(), source);
        }
        return new TrustAnchors(byZone);
    }

    /** Anchors of no supported kind are as good as none (RFC 4035 section 5.2): the zone would silently be unsigned. */
    private static void checkUsable(Name zone, List<DSRecord> anchors, String source) throws BadTrustAnchorException {
        if (anchors.stream().noneMatch(ds -> SignatureVerifier.isKnown(ds.getAlgorithm()))) {
            throw new BadTrustAnchorException(source + " has no usable trust anchor for the zone " + zone
                    + ": its keys are of algorithms that are not supported, "
                    + anchors.stream()
                            .map(ds -> BogusReasons.algorithm(ds.getAlgorithm()))
                            .distinct()
                            .collect(Collectors.joining(", "))
                    + ", so nothing there could be validated. Take the anchor that the zone publishes for another"
                    + " algorithm, such as 8 (RSASHA256) or 13 (ECDSAP256SHA256), or leave the zone out.");
        }
    }

    /** Anchors from DS records, owner names as the zones. */
    public static TrustAnchors of(List<DSRecord> anchors) {
        Map<Name, List<DSRecord>> byZone = new LinkedHashMap<>();
        for (DSRecord ds : anchors) {
            byZone.computeIfAbsent(ds.getName(), n -> new ArrayList<>()).add(ds);
        }
        return new TrustAnchors(byZone);
    }

    /** The anchors of exactly this zone; empty when there are none. */
    public List<DSRecord> of(Name zone) {
        return byZone.getOrDefault(zone, List.of());
    }

    /** The nearest zone with an anchor at or above the name. */
    public Optional<Name> nearest(Name name) {
        for (int strip = 0; strip < name.labels(); strip++) {
            Name zone = strip == 0 ? name : new Name(name, strip);
            if (byZone.containsKey(zone)) {
                return Optional.of(zone);
            }
        }
        return Optional.empty();
    }

    private static String withoutComment(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == ';' || line.charAt(i) == '#') {
                return line.substring(0, i);
            }
        }
        return line;
    }

    private static DSRecord anchor(String line, String where) throws BadTrustAnchorException {
        String[] fields = line.split("\\s+");
        int at = 1;
        while (at < fields.length && isTtlOrClass(fields[at])) {
            at++;
        }
        if (at >= fields.length) {
            throw new BadTrustAnchorException(
                    where + ": expected a DS or DNSKEY record, found \"" + shortened(line) + "\".");
        }
        Name zone;
        try {
            zone = Name.fromString(fields[0], Name.root);
        } catch (IOException e) {
            throw new BadTrustAnchorException(where + ": \"" + shortened(fields[0]) + "\" is not a domain name.", e);
        }
        int type =
                fields[at].equalsIgnoreCase("DS") ? Type.DS : fields[at].equalsIgnoreCase("DNSKEY") ? Type.DNSKEY : 0;
        if (type == 0) {
            throw new BadTrustAnchorException(where + ": expected the type DS or DNSKEY, found \""
                    + shortened(fields[at])
                    + "\". A line looks like: . IN DS 20326 8 2 E06D44B8...");
        }
        String rdata = String.join(" ", List.of(fields).subList(at + 1, fields.length));
        try {
            return checked(zone, Record.fromString(zone, type, DClass.IN, 0, rdata, Name.root), where);
        } catch (IOException | IllegalArgumentException e) {
            throw new BadTrustAnchorException(
                    where + ": the " + Type.string(type) + " record cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static DSRecord checked(Name zone, Record anchor, String where) throws BadTrustAnchorException {
        if (anchor instanceof DNSKEYRecord key) {
            if ((key.getFlags() & ZoneKey.ZONE_FLAG) == 0) {
                throw new BadTrustAnchorException(where + ": the DNSKEY has flags " + key.getFlags()
                        + ", without the zone key bit (256). A key that signs a zone has flags 256 or 257.");
            }
            if (ZoneKey.material(key).length == 0) {
                throw new BadTrustAnchorException(
                        where + ": the DNSKEY holds no key in Base64 after its three numbers.");
            }
            return new DSRecord(zone, DClass.IN, 0, DigestType.SHA256, key);
        }
        DSRecord ds = (DSRecord) anchor;
        int expected = DigestType.length(ds.getDigestID());
        if (expected == 0) {
            throw new BadTrustAnchorException(
                    where + ": digest type " + ds.getDigestID() + " is not known. Use 2 (SHA-256) or 4 (SHA-384).");
        }
        if (ds.getDigest() == null || ds.getDigest().length != expected) {
            throw new BadTrustAnchorException(where + ": a digest of type " + ds.getDigestID() + " has " + 2 * expected
                    + " hexadecimal digits, this one has "
                    + (ds.getDigest() == null ? 0 : 2 * ds.getDigest().length) + ".");
        }
        return ds;
    }

    private static boolean isTtlOrClass(String field) {
        return field.equalsIgnoreCase("IN") || field.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    @Override
    public String toString() {
        return "trust anchors for " + byZone.keySet();
    }
}
