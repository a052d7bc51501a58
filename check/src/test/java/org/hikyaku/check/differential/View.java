package org.hikyaku.check.differential;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.Certificate;

/**
 * What one scanner says of a server, in words that are the same for all: subjects, each with a set of values. A subject that
 * is not there is one that this scanner says nothing of.
 */
record View(Map<String, Set<String>> subjects) {
    private static final Pattern GROUP = Pattern.compile("[Gg]roup (\\d+)");

    static final class Builder {
        private final Map<String, Set<String>> subjects = new TreeMap<>();

        /** Adds values; the subject is there even without any. */
        Builder say(String subject, Collection<String> values) {
            subjects.computeIfAbsent(subject, s -> new TreeSet<>()).addAll(values);
            return this;
        }

        Builder say(String subject, String... values) {
            return say(subject, Arrays.asList(values));
        }

        Builder say(String subject, Known known) {
            return known == Known.UNKNOWN ? this : say(subject, known == Known.YES ? "yes" : "no");
        }

        View build() {
            return new View(subjects);
        }
    }

    /** What Hikyaku says. */
    static View of(ServerFacts facts) {
        Builder view = new Builder();
        for (VersionFacts version : facts.versions()) {
            String title = version.version().title();
            view.say("versions", version.offered() == Known.YES ? Set.of(title) : Set.of());
            if (version.offered() != Known.YES) {
                continue;
            }
            view.say(
                    "suites " + title,
                    version.accepted().stream().map(CipherSuite::name).toList());
            view.say("groups " + title, version.groups());
            view.say("signatures " + title, version.signatures());
            view.say("own order " + title, version.serverOrder());
            view.say(
                    "elliptic curves",
                    version.groups().stream()
                            .filter(g -> !g.startsWith("ffdhe"))
                            .toList());
            view.say(
                    "groups over finite fields",
                    version.groups().stream().filter(g -> g.startsWith("ffdhe")).toList());
        }
        facts.finiteField()
                .flatMap(ServerFacts.FiniteField::name)
                .ifPresent(name -> view.say("shortest known prime", prime(name)));
        facts.newest().ifPresent(v -> v.preferred().ifPresent(s -> view.say("first choice", s.name())));
        ServerFacts.Features features = facts.features();
        view.say("compression", features.compression())
                .say("secure renegotiation", features.secureRenegotiation())
                .say("fallback signal", features.fallbackScsv())
                .say("session ticket", features.sessionTicket())
                .say("OCSP stapling", features.ocspStapling())
                .say("extended master secret", features.extendedMasterSecret())
                .say("encrypt then MAC", features.encryptThenMac());
        features.clientRenegotiation().ifPresent(n -> view.say("client renegotiation", n > 0 ? "yes" : "no"));
        view.say(
                "certificates",
                facts.chains().stream().map(c -> serial(c.getFirst())).toList());
        view.say(
                "certificate names",
                facts.chains().stream()
                        .flatMap(c -> c.getFirst().dnsNames().stream())
                        .toList());
        view.say(
                "certificate dates",
                facts.chains().stream()
                        .map(c -> minute(c.getFirst().notBefore().toString()) + " to "
                                + minute(c.getFirst().notAfter().toString()))
                        .toList());
        return view.build();
    }

    private static String serial(Certificate certificate) {
        return certificate.holder().getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
    }

    private static String minute(String instant) {
        return instant.substring(0, 16).replace('T', ' ');
    }

    /** {@code group 14} for "RFC 3526 group 14 (2048 bits)" and "RFC3526/Oakley Group 14", else the name. */
    static String prime(String name) {
        Matcher numbered = GROUP.matcher(name);
        return numbered.find() ? "group " + numbered.group(1) : name;
    }

    /** The names of groups as IANA has them, from the several that OpenSSL has. */
    static String group(String name) {
        String plain = name.replaceAll(" \\(.*\\)", "");
        return switch (plain) {
            case "prime256v1" -> "secp256r1";
            case "prime192v1" -> "secp192r1";
            default ->
                NamedGroup.registry().all().stream()
                        .map(NamedGroup::name)
                        .filter(n -> n.equalsIgnoreCase(plain))
                        .findFirst()
                        .orElse(plain);
        };
    }

    /** One line for each subject that both speak of and on which they differ: subject, only theirs, only ours. */
    Set<String> differences(View ours) {
        Set<String> lines = new TreeSet<>();
        subjects.forEach((subject, theirs) -> {
            if (ours.subjects.containsKey(subject)) {
                String onlyTheirs = without(theirs, ours.subjects.get(subject));
                String onlyOurs = without(ours.subjects.get(subject), theirs);
                if (!onlyTheirs.isEmpty() || !onlyOurs.isEmpty()) {
                    lines.add(subject + "\t" + onlyTheirs + "\t" + onlyOurs);
                }
            }
        });
        return lines;
    }

    private static String without(Set<String> all, Set<String> others) {
        return all.stream().filter(v -> !others.contains(v)).collect(Collectors.joining(" "));
    }
}
