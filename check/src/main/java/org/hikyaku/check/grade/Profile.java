package org.hikyaku.check.grade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.NamedGroup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An authority's lists, read from a data file of this package.
 *
 * @param source what the lists were taken from
 * @param date of the source, or of the day it was read
 * @param asks the subtests that the authority has something to say about
 * @param highestVersionOnly whether suites are judged only in the newest version below TLS 1.3, as internet.nl does
 * @param ordersInsufficient whether insufficient suites count in the order of suites; not so for internet.nl, where they
 *     fail by themselves
 * @param earlyData the grade of a server that takes early data
 * @param rsaBits smallest number of bits for each grade of an RSA key
 * @param finiteFieldBits smallest number of bits for each grade of a Diffie-Hellman prime that is in no list
 * @param clientRenegotiation largest number of accepted renegotiations for each grade
 * @param scheme how points are made of the grades; only internet.nl has points
 */
public record Profile(
        String name,
        String title,
        String source,
        String date,
        Set<String> asks,
        boolean highestVersionOnly,
        boolean ordersInsufficient,
        Grade earlyData,
        Lists versions,
        Lists suites,
        Lists groups,
        Lists hashes,
        Lists certificateSignatures,
        Lists certificateCurves,
        Map<Integer, Grade> rsaBits,
        Map<Integer, Grade> finiteFieldBits,
        Map<Integer, Grade> clientRenegotiation,
        Optional<Scheme> scheme) {

    public Profile {
        asks = Set.copyOf(asks);
    }

    /** Names of the profiles that come with Hikyaku. */
    public static final List<String> NAMES =
            List.of("internet.nl", "ncsc-2025", "mozilla-intermediate", "bsi-tr-03108");

    /** Values by grade; what is in no list is insufficient. */
    public record Lists(Map<String, Grade> grades) {
        public Lists {
            grades = Map.copyOf(grades);
        }

        public Grade of(String value) {
            return grades.getOrDefault(value, Grade.INSUFFICIENT);
        }
    }

    /** One of {@link #NAMES}. */
    public static Profile load(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("no profile " + name);
        }
        JsonNode json = resource(name + ".json");
        return new Profile(
                name,
                json.get("title").asString(),
                json.get("source").asString(),
                json.get("date").asString(),
                asks(json.get("asks")),
                json.get("highest_version_only").asBoolean(),
                json.get("orders_insufficient").asBoolean(),
                Grade.ofToken(json.get("early_data").asString()),
                lists(json.get("versions")),
                lists(json.get("suites")),
                lists(json.get("groups")),
                lists(json.get("hashes")),
                lists(json.get("certificate_signatures")),
                lists(json.get("certificate_curves")),
                thresholds(json.get("rsa_bits")),
                thresholds(json.get("finite_field_bits")),
                thresholds(json.get("client_renegotiation")),
                json.has("categories") ? Optional.of(Scheme.of(json.get("categories"))) : Optional.empty());
    }

    static JsonNode resource(String file) {
        try (InputStream in = Profile.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the data file " + file + " is missing from the jar");
            }
            return JsonMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> asks(JsonNode json) {
        Set<String> asks = new TreeSet<>();
        json.forEach(id -> asks.add(id.asString()));
        return asks;
    }

    private static Lists lists(JsonNode json) {
        Map<String, Grade> grades = new LinkedHashMap<>();
        for (Grade grade : List.of(Grade.GOOD, Grade.SUFFICIENT, Grade.PHASE_OUT)) {
            for (JsonNode value : json.get(grade.token())) {
                grades.put(value.asString(), grade);
            }
        }
        return new Lists(grades);
    }

    private static Map<Integer, Grade> thresholds(JsonNode json) {
        Map<Integer, Grade> map = new TreeMap<>();
        json.properties()
                .forEach(e -> map.put(
                        Integer.parseInt(e.getKey()), Grade.ofToken(e.getValue().asString())));
        return Map.copyOf(map);
    }

    /** The grade of a length by the largest threshold that it reaches. */
    static Grade atLeast(Map<Integer, Grade> thresholds, int value) {
        return new TreeMap<>(thresholds)
                .descendingMap().entrySet().stream()
                        .filter(e -> value >= e.getKey())
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(Grade.INSUFFICIENT);
    }

    /** The grade of a count by the smallest threshold that it does not pass. */
    static Grade atMost(Map<Integer, Grade> thresholds, int value) {
        return new TreeMap<>(thresholds)
                .entrySet().stream()
                        .filter(e -> value <= e.getKey())
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(Grade.INSUFFICIENT);
    }

    /** Sets of suites of which this profile needs to know whether any is accepted, worst first. */
    public List<List<Integer>> suiteQuestions() {
        return Stream.of(Grade.INSUFFICIENT, Grade.PHASE_OUT, Grade.SUFFICIENT)
                .map(grade -> CipherSuite.registry().all().stream()
                        .filter(s -> !s.signalling() && s.code() != 0 && suites.of(s.name()) == grade)
                        .map(CipherSuite::code)
                        .toList())
                .filter(q -> !q.isEmpty())
                .toList();
    }

    /** Sets of key exchange groups of which this profile needs to know whether any is accepted, worst first. */
    public List<List<Integer>> groupQuestions() {
        return Stream.of(Grade.INSUFFICIENT, Grade.PHASE_OUT, Grade.SUFFICIENT)
                .map(grade -> NamedGroup.registry().all().stream()
                        .filter(g -> groups.of(g.name()) == grade)
                        .map(NamedGroup::code)
                        .toList())
                .filter(q -> !q.isEmpty())
                .toList();
    }
}
