package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StsFormatException;
import org.hikyaku.policy.StsPolicyParser;
import org.hikyaku.policy.StsProblem;
import org.hikyaku.policy.Zone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers read back by the grammar as Postfix documents it (smtp_tls_policy_maps, TLSRPT_README), written here from that page:
 * separators, braces, which attribute at which level and how often, what needs {@code policy_type}. What this refuses, Postfix
 * answers with "client TLS configuration problem", and the mail waits.
 */
class PolicyGrammarTest {
    private static final Pattern HOSTNAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*");
    private static final Set<String> ONCE = Set.of(
            "ciphers",
            "protocols",
            "exclude",
            "servername",
            "policy_type",
            "policy_domain",
            "policy_failure",
            "policy_ttl");
    private static final Set<String> MANY = Set.of("match", "tafile", "policy_string", "mx_host_pattern");
    private static final Set<String> FAILURES =
            Set.of("sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid", "validation-failure");

    private record Attribute(String name, String value) {}

    private record Parsed(String level, List<Attribute> attributes) {
        List<String> all(String name) {
            return attributes.stream()
                    .filter(a -> a.name().equals(name))
                    .map(Attribute::value)
                    .toList();
        }
    }

    /** Words between blanks, commas and line ends; braces hold one together. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            if (" ,\r\n\t".indexOf(text.charAt(at)) >= 0) {
                at++;
                continue;
            }
            int end = at;
            if (text.charAt(at) == '{') {
                int depth = 0;
                do {
                    assertThat(end).as("a brace that is not closed in " + text).isLessThan(text.length());
                    depth += text.charAt(end) == '{' ? 1 : text.charAt(end) == '}' ? -1 : 0;
                    end++;
                } while (depth > 0);
            } else {
                while (end < text.length() && " ,\r\n\t".indexOf(text.charAt(end)) < 0) {
                    end++;
                }
            }
            words.add(text.substring(at, end));
            at = end;
        }
        return words;
    }

    private static Attribute attribute(String word) {
        boolean braced = word.startsWith("{");
        String inside = braced ? word.substring(1, word.length() - 1).strip() : word;
        assertThat(inside).doesNotContain("{").doesNotContain("}");
        int equals = inside.indexOf('=');
        assertThat(equals).as("name=value in " + word).isPositive();
        return new Attribute(
                inside.substring(0, equals).strip(),
                inside.substring(equals + 1).strip().replaceAll("\\s+", " "));
    }

    private static Parsed parsed(String text) {
        List<String> words = words(text);
        String level = words.getFirst();
        assertThat(level).isIn("none", "may", "encrypt", "dane", "dane-only", "fingerprint", "verify", "secure");
        List<Attribute> attributes =
                words.stream().skip(1).map(PolicyGrammarTest::attribute).toList();
        Set<String> seen = new HashSet<>();
        boolean typed = attributes.stream().anyMatch(a -> a.name().equals("policy_type"));
        for (Attribute a : attributes) {
            assertThat(ONCE.contains(a.name()) || MANY.contains(a.name()))
                    .as("an attribute that is known: " + a.name())
                    .isTrue();
            assertThat(seen.add(a.name()) || MANY.contains(a.name()))
                    .as("once: " + a.name())
                    .isTrue();
            switch (a.name()) {
                case "match" -> {
                    assertThat(level).isIn("fingerprint", "verify", "secure");
                    assertThat(a.value().split(":", -1))
                            .allSatisfy(m -> assertThat(m).isNotEmpty());
                }
                case "servername" -> assertThat(a.value()).matches(HOSTNAME);
                case "policy_type" -> assertThat(a.value()).isIn("sts", "no-policy-found");
                case "policy_domain" ->
                    assertThat(typed && HOSTNAME.matcher(a.value()).matches()).isTrue();
                case "policy_failure" ->
                    assertThat(typed && FAILURES.contains(a.value())).isTrue();
                // a leading dot makes a domain undeliverable from 3.10.5 on
                case "mx_host_pattern" -> {
                    assertThat(typed).isTrue();
                    assertThat(a.value().startsWith("*.") ? a.value().substring(2) : a.value())
                            .matches(HOSTNAME);
                }
                case "policy_string" -> {
                    assertThat(typed).isTrue();
                    assertThat(a.value()).isNotEmpty();
                }
                default -> throw new AssertionError("nobody writes " + a.name());
            }
        }
        return new Parsed(level, attributes);
    }

    private static PolicyAnswer.Secure secure(String policy) throws StsFormatException {
        return new PolicyAnswer.Secure(
                Zone.name("dom.example"),
                StsPolicyParser.parse(policy.getBytes(StandardCharsets.UTF_8)).policy(),
                "S8",
                "Because.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version: STSv1\nmode: enforce\nmx: mx.dom.example\nmax_age: 86400\n",
                "version: STSv1\r\nmode: enforce\r\nmx: MX1.Dom.Example\r\nmx: *.mail.dom.example\r\nmax_age: 1\r\n",
                "version: STSv1\nmode: enforce\nmx: mx.dom.example\nmax_age: 1\nx: { policy_type = none }\ny: a, b=c\n",
                "version: STSv1\nmode: enforce\nmx: mx.dom.example\nmax_age: 1\nx: \tmuch   blank\t\nz: caf\u00e9\n",
                "version: STSv1\nmode: enforce\nmx: mx.dom.example\nmax_age: 1\nx: } match=evil.example {\n"
            })
    void whatPostfixReadsIsThePolicy(String policy) throws Exception {
        PolicyAnswer.Secure secure = secure(policy);

        Parsed read = parsed(PolicyText.withTlsRpt(secure, 100_000));

        assertThat(read.level()).isEqualTo("secure");
        assertThat(read.all("policy_type")).containsExactly("sts");
        assertThat(read.all("policy_domain")).containsExactly("dom.example");
        assertThat(read.all("servername")).containsExactly("hostname");
        assertThat(read.all("mx_host_pattern"))
                .containsExactlyElementsOf(secure.policy().mx().stream()
                        .map(p -> (p.wildcard() ? "*." : "")
                                + p.name().toString(true).toLowerCase(java.util.Locale.ROOT))
                        .toList());
        // each line that can be written is there, blanks made one; those with braces, tabs or other letters are not
        assertThat(read.all("policy_string"))
                .containsExactlyElementsOf(policy.lines()
                        .map(String::strip)
                        .filter(l -> l.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '{' && c != '}'))
                        .map(l -> l.replaceAll(" +", " "))
                        .toList());
        assertThat(parsed(PolicyText.plain(secure)).attributes())
                .extracting(Attribute::name)
                .containsExactly("match", "servername");
    }

    @Test
    void everyFailureThatIsEmittedIsOneThatPostfixKnows() {
        for (ResultType type : List.of(
                ResultType.STS_POLICY_FETCH_ERROR, ResultType.STS_POLICY_INVALID, ResultType.STS_WEBPKI_INVALID)) {
            Parsed read = parsed(PolicyText.withTlsRpt(
                    new PolicyAnswer.UnavailablePolicy(Zone.name("dom.example"), new StsProblem(type, "It was so."))));
            assertThat(read.level()).isEqualTo("dane");
            assertThat(read.all("policy_failure")).containsExactly(type.token());
        }
    }

    @Test
    void theseWordsAreRefusedHereToo() {
        Map.of(
                        "secure match=", "an empty match",
                        "dane match=a.example", "a match at a level that has none",
                        "dane policy_failure=sts-policy-fetch-error", "no policy_type",
                        "dane policy_type=sts policy_type=sts", "twice",
                        "secure match=a.example policy_type=sts mx_host_pattern=.a.example", "a leading dot",
                        "secure { policy_string = a", "no brace at the end",
                        "safe", "no level")
                .forEach((text, why) ->
                        assertThatThrownBy(() -> parsed(text)).as(why).isInstanceOf(AssertionError.class));
    }
}
