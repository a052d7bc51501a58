package org.hikyaku.tlsrpt.collect;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.ResultType;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a datagram of libtlsrpt: one JSON object with {@code dpv}, {@code d}, {@code pr} and {@code policies}. What the
 * library leaves out when it has nothing to say may be missing; members of later versions are passed over.
 */
public final class DatagramReader {
    /** Of one datagram. The library's own buffer has 65,000. */
    public static final Limit MAX_DATAGRAM = new Limit("bytes in a TLS-RPT datagram", 1 << 20);

    static final Limit MAX_POLICIES = new Limit("policies in a TLS-RPT datagram", 100);
    static final Limit MAX_FAILURES = new Limit("failures of one policy in a TLS-RPT datagram", 1_000);

    /** An MTA-STS policy has at most 64 KiB, a TLSA RRset at most 64 records. */
    static final Limit MAX_STRINGS = new Limit("lines of one policy in a TLS-RPT datagram", 5_000);

    private static final int DEEPEST = 12;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength((int) MAX_DATAGRAM.value())
                            .maxNumberLength(20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private DatagramReader() {}

    public static Datagram read(byte[] bytes) throws DatagramFormatException {
        JsonNode root = tree(bytes);
        if (!root.isObject()) {
            throw new DatagramFormatException("It is JSON, but no object.");
        }
        String domain = domain(
                text(root, "d").orElseThrow(() -> new DatagramFormatException("It names no policy domain (\"d\").")));
        List<PolicyResult> results = new ArrayList<>();
        for (JsonNode policy : items(root, "policies", MAX_POLICIES)) {
            results.add(result(policy, domain));
        }
        if (results.isEmpty()) {
            throw new DatagramFormatException("It has no policies, not even one that says that there is none.");
        }
        return new Datagram(text(root, "dpv").orElse(Datagram.VERSION), domain, text(root, "pr"), results);
    }

    private static JsonNode tree(byte[] bytes) throws DatagramFormatException {
        try {
            // The library copies bytes past 0x7F as they come; what is not UTF-8 would be no JSON in the report.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return MAPPER.readTree(text);
        } catch (CharacterCodingException e) {
            throw new DatagramFormatException("It is not in UTF-8.", e);
        } catch (JacksonException e) {
            throw new DatagramFormatException("It is not JSON that can be read: " + e.getOriginalMessage() + ".", e);
        }
    }

    private static PolicyResult result(JsonNode policy, String domain) throws DatagramFormatException {
        if (!policy.isObject()) {
            throw new DatagramFormatException("One of its policies is no object.");
        }
        // The final result of the delivery: 0 kept, 1 not. Failures on the way to a success are counted besides (T6).
        boolean failed = number(policy, "f")
                        .orElseThrow(() -> new DatagramFormatException("One of its policies has no result (\"f\")."))
                != 0;
        ReportedPolicy reported = reported(policy, domain);
        List<FailureCount> failures = new ArrayList<>();
        boolean unasked = false;
        for (JsonNode failure : items(policy, "failure-details", MAX_FAILURES)) {
            if (reported.type() == PolicyType.NO_POLICY_FOUND && aboutCertificate(failure)) {
                unasked = true;
            } else {
                failures.add(new FailureCount(failure(failure), 1));
            }
        }
        if (unasked && failures.isEmpty()) {
            failed = false;
        }
        return new PolicyResult(reported, failed ? 0 : 1, failed ? 1 : 0, failures);
    }

    /**
     * Whether only the certificate was bad. Where no policy asks for a good one this is no failure (T6): the session was
     * inside TLS. Postfix calls it one when {@code smtp_tls_loglevel} has {@code untrusted}, without which it would call
     * sessions after a failed policy fetch successful.
     */
    private static boolean aboutCertificate(JsonNode failure) {
        Optional<ResultType> type = number(failure, "c").flatMap(FailureCode::type);
        return type.isPresent()
                && switch (type.get()) {
                    case CERTIFICATE_HOST_MISMATCH, CERTIFICATE_NOT_TRUSTED, CERTIFICATE_EXPIRED -> true;
                    // OpenSSL's words about a certificate, with "_" for blanks; else "tls-handshake-failure"
                    case VALIDATION_FAILURE -> text(failure, "f").orElse("").indexOf('_') >= 0;
                    case STARTTLS_NOT_SUPPORTED,
                            STS_POLICY_FETCH_ERROR,
                            STS_POLICY_INVALID,
                            STS_WEBPKI_INVALID,
                            TLSA_INVALID,
                            DNSSEC_INVALID,
                            DANE_REQUIRED -> false;
                };
    }

    private static ReportedPolicy reported(JsonNode policy, String domain) throws DatagramFormatException {
        int number = number(policy, "policy-type")
                .orElseThrow(() -> new DatagramFormatException("One of its policies has no type (\"policy-type\")."));
        PolicyType type = switch (number) {
            case 1 -> PolicyType.TLSA;
            case 2 -> PolicyType.STS;
            case 9 -> PolicyType.NO_POLICY_FOUND;
            default -> throw new DatagramFormatException("Its policy-type " + number + " is not known: 1, 2 or 9.");
        };
        List<String> strings = strings(policy, "policy-string");
        // T4: the domain is named also where there is no policy; Postfix leaves it out
        Optional<String> named = text(policy, "policy-domain");
        return new ReportedPolicy(
                type,
                // as our own counting has them, so that both come to one entry of a report
                type == PolicyType.TLSA
                        ? strings.stream()
                                .map(s -> s.toLowerCase(Locale.ROOT))
                                .sorted()
                                .toList()
                        : strings,
                named.isPresent() ? domain(named.get()) : domain,
                strings(policy, "mx-host"));
    }

    private static Failure failure(JsonNode failure) throws DatagramFormatException {
        int code = number(failure, "c")
                .orElseThrow(() -> new DatagramFormatException("One of its failures has no code (\"c\")."));
        Optional<ResultType> type = FailureCode.type(code);
        return new Failure(
                type.orElse(ResultType.VALIDATION_FAILURE).token(),
                text(failure, "s"),
                text(failure, "n"),
                text(failure, "h").flatMap(DatagramReader::helo),
                text(failure, "r"),
                text(failure, "a"),
                type.isPresent()
                        ? text(failure, "f")
                        : Optional.of("libtlsrpt failure code " + code
                                + text(failure, "f")
                                        .map(reason -> ": " + reason)
                                        .orElse("")));
    }

    /** The name out of the whole EHLO reply: {@code 250-mx.example.jp Hello}, CRLF, and the extensions. */
    private static Optional<String> helo(String reply) {
        String first = reply.lines().findFirst().orElse("");
        boolean code = first.length() > 4
                && first.chars().limit(3).allMatch(c -> c >= '0' && c <= '9')
                && (first.charAt(3) == '-' || first.charAt(3) == ' ');
        String name = (code ? first.substring(4) : first).strip();
        int end = name.indexOf(' ');
        String word = end < 0 ? name : name.substring(0, end);
        return word.isEmpty() ? Optional.empty() : Optional.of(word);
    }

    /** T25. */
    private static String domain(String text) throws DatagramFormatException {
        try {
            return DomainNames.parse(text).toString(true).toLowerCase(Locale.ROOT);
        } catch (BadNameException e) {
            throw new DatagramFormatException("Its policy domain is no domain name.", e);
        }
    }

    private static Optional<String> text(JsonNode node, String member) {
        JsonNode value = node.get(member);
        return value != null && value.isString() && !value.stringValue().isBlank()
                ? Optional.of(value.stringValue())
                : Optional.empty();
    }

    private static Optional<Integer> number(JsonNode node, String member) {
        JsonNode value = node.get(member);
        return value != null && value.isInt() ? Optional.of(value.intValue()) : Optional.empty();
    }

    private static List<String> strings(JsonNode node, String member) throws DatagramFormatException {
        List<String> strings = new ArrayList<>();
        for (JsonNode item : items(node, member, MAX_STRINGS)) {
            if (!item.isString()) {
                throw new DatagramFormatException("A line in \"" + member + "\" is no text.");
            }
            strings.add(item.stringValue());
        }
        return strings;
    }

    private static Iterable<JsonNode> items(JsonNode node, String member, Limit most) throws DatagramFormatException {
        JsonNode items = node.get(member);
        if (items == null || items.isNull()) {
            return List.of();
        }
        if (!items.isArray()) {
            throw new DatagramFormatException("Its \"" + member + "\" is no list.");
        }
        if (items.size() > most.value()) {
            throw new DatagramFormatException(
                    "It has more than the limit of " + most.value() + " " + most.name() + ".");
        }
        return items;
    }
}
