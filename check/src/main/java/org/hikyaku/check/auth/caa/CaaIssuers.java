package org.hikyaku.check.auth.caa;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.hikyaku.x509.Certificate;

/**
 * By which domains certificate authorities are named in CAA records.
 *
 * @param domains by the organisation in the issuer's name, in lower case
 */
public record CaaIssuers(Map<String, List<String>> domains) {
    public CaaIssuers {
        domains = Map.copyOf(domains);
    }

    /** Those that are known, from {@code issuers.txt}. */
    public static CaaIssuers builtIn() {
        try (InputStream file = Objects.requireNonNull(
                CaaIssuers.class.getResourceAsStream("issuers.txt"), "issuers.txt is part of the jar")) {
            return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CaaIssuers parse(String text) {
        Map<String, List<String>> domains = new HashMap<>();
        text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).forEach(line -> {
            String[] parts = line.split("\\|", -1);
            domains.put(
                    parts[0].strip().toLowerCase(Locale.ROOT),
                    List.of(parts[1].strip().split(" +")));
        });
        return new CaaIssuers(domains);
    }

    /** These and one more. */
    public CaaIssuers and(String organisation, String domain) {
        Map<String, List<String>> more = new HashMap<>(domains);
        more.put(organisation.toLowerCase(Locale.ROOT), List.of(domain));
        return new CaaIssuers(more);
    }

    /** The domains of the authority that issued a certificate; empty when it is not known. */
    public Optional<List<String>> of(Certificate certificate) {
        return issuerNames(certificate.issuer()).stream()
                .flatMap(n -> Optional.ofNullable(domains.get(n.toLowerCase(Locale.ROOT))).stream())
                .findFirst();
    }

    /** The values of O and CN in a name such as {@code CN=R11,O=Let's Encrypt,C=US}, O first. */
    static List<String> issuerNames(String name) {
        List<String> parts = List.of(name.split("(?<!\\\\)[,+]"));
        return List.of("O=", "CN=").stream()
                .flatMap(type -> parts.stream()
                        .map(String::strip)
                        .filter(p -> p.startsWith(type))
                        .map(p -> p.substring(type.length()).replace("\\", "").strip()))
                .toList();
    }
}
