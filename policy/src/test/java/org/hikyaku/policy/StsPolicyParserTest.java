package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** S6: the policy file (RFC 8461 section 3.2). */
class StsPolicyParserTest {
    private static final String GOOD = """
            version: STSv1
            mode: enforce
            mx: mx.example.com
            max_age: 86400
            """;

    private static StsPolicyParser.Parsed parse(String text) throws StsFormatException {
        return StsPolicyParser.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theExampleOfTheRfc() throws Exception {
        var parsed = parse("""
                version: STSv1
                mode: enforce
                mx: mail.example.com
                mx: *.example.net
                mx: backupmx.example.com
                max_age: 604800
                """.replace("\n", "\r\n"));
        StsPolicy policy = parsed.policy();
        assertThat(policy.mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
        assertThat(policy.mx())
                .containsExactly(
                        new MxPattern(false, Zone.name("mail.example.com")),
                        new MxPattern(true, Zone.name("example.net")),
                        new MxPattern(false, Zone.name("backupmx.example.com")));
        assertThat(policy.maxAge()).isEqualTo(Duration.ofDays(7));
        assertThat(policy.lines())
                .containsExactly(
                        "version: STSv1",
                        "mode: enforce",
                        "mx: mail.example.com",
                        "mx: *.example.net",
                        "mx: backupmx.example.com",
                        "max_age: 604800");
        assertThat(parsed.warnings()).isEmpty();
    }

    static Stream<Arguments> valid() {
        return Stream.of(
                Arguments.of("LF", GOOD, "enforce", 86400),
                Arguments.of("CRLF", GOOD.replace("\n", "\r\n"), "enforce", 86400),
                Arguments.of("both kinds of line end", GOOD.replace("enforce\n", "enforce\r\n"), "enforce", 86400),
                Arguments.of("no line end at the end", GOOD.stripTrailing(), "enforce", 86400),
                Arguments.of("blanks after values", GOOD.replace("\n", " \t\n"), "enforce", 86400),
                Arguments.of("no blank after the colon", GOOD.replace(": ", ":"), "enforce", 86400),
                Arguments.of("many blanks after the colon", GOOD.replace(": ", ": \t  "), "enforce", 86400),
                Arguments.of("empty lines at the end", GOOD + "\n\r\n", "enforce", 86400),
                Arguments.of("another order", "max_age: 1\nmx: a.b\nmode: testing\nversion: STSv1", "testing", 1),
                Arguments.of("first mode wins", GOOD + "mode: none\n", "enforce", 86400),
                Arguments.of("first max_age wins", GOOD + "max_age: 5\n", "enforce", 86400),
                Arguments.of("a later bad duplicate does not matter", GOOD + "max_age: soon\n", "enforce", 86400),
                Arguments.of("unknown key", GOOD + "foo: bar\n", "enforce", 86400),
                Arguments.of("unknown key in UTF-8", GOOD + "x-note: 日本語 で\n", "enforce", 86400),
                // tlspol#95: a key that only ends in mx
                Arguments.of("nmx is not mx", GOOD + "nmx: other.example\n", "enforce", 86400),
                Arguments.of("none without mx", "version: STSv1\nmode: none\nmax_age: 86400\n", "none", 86400),
                Arguments.of("max_age 0", GOOD.replace("86400", "0"), "enforce", 0),
                Arguments.of(
                        "max_age with ten digits is capped", GOOD.replace("86400", "9999999999"), "enforce", 31557600),
                Arguments.of("max_age of just a year", GOOD.replace("86400", "31557600"), "enforce", 31557600),
                Arguments.of("leading zeros", GOOD.replace("86400", "0000086400"), "enforce", 86400));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void valid(String what, String text, String mode, long seconds) throws Exception {
        StsPolicy policy = parse(text).policy();
        assertThat(policy.mode().token()).isEqualTo(mode);
        assertThat(policy.maxAge()).isEqualTo(Duration.ofSeconds(seconds));
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of("", "no \"version\" line"),
                Arguments.of("\n\n", "no \"version\" line"),
                Arguments.of(GOOD.replace("version: STSv1\n", ""), "no \"version\" line"),
                Arguments.of(GOOD.replace("STSv1", "STSv2"), "The version is \"STSv2\""),
                Arguments.of(GOOD.replace("STSv1", "stsv1"), "The version is \"stsv1\""),
                Arguments.of(GOOD.replace("version", "Version"), "keys are in lower case"),
                Arguments.of(GOOD.replace("mode: enforce\n", ""), "no \"mode\" line"),
                Arguments.of(GOOD.replace("enforce", "Enforce"), "The mode is \"Enforce\""),
                Arguments.of(GOOD.replace("enforce", "report"), "The mode is \"report\""),
                Arguments.of(GOOD.replace("max_age: 86400\n", ""), "no \"max_age\" line"),
                Arguments.of(GOOD.replace("86400", "10000000000"), "1 to 10 digits"),
                Arguments.of(GOOD.replace("86400", "-1"), "1 to 10 digits"),
                Arguments.of(GOOD.replace("86400", "1.5"), "1 to 10 digits"),
                Arguments.of(GOOD.replace("86400", "٣"), "1 to 10 digits"),
                Arguments.of(GOOD.replace("max_age: 86400", "max_age:"), "Line 4 has no value"),
                Arguments.of(GOOD.replace("mx: mx.example.com\n", ""), "no \"mx\" line"),
                Arguments.of(GOOD.replace("enforce", "testing").replace("mx: mx.example.com\n", ""), "no \"mx\" line"),
                Arguments.of(GOOD.replace("mx.example.com", "mx.example.com."), "the final dot must go"),
                Arguments.of(GOOD.replace("mx.example.com", ".example.com"), "Line 3 has the mx"),
                Arguments.of(GOOD.replace("mx.example.com", "*example.com"), "Line 3 has the mx"),
                Arguments.of(GOOD.replace("mx.example.com", "mx.*.com"), "Line 3 has the mx"),
                Arguments.of(GOOD.replace("mx.example.com", "*.*.com"), "Line 3 has the mx"),
                Arguments.of(GOOD.replace("mx.example.com", "*."), "Line 3 has the mx"),
                Arguments.of(GOOD.replace("mx.example.com", "mx.日本語.jp"), "A-labels"),
                Arguments.of(GOOD.replace("mx.example.com", "a.b, c.d"), "Line 3 has the mx"),
                Arguments.of(GOOD.replace("mx.example.com", "-a.example"), "Line 3 has the mx"),
                Arguments.of(GOOD.replace("mx.example.com", "x".repeat(64) + ".example"), "Line 3 has the mx"),
                Arguments.of(GOOD.replace("mode: ", "mode = "), "has no \":\""),
                Arguments.of(GOOD.replace("mode: ", "mode : "), "which is no key"),
                Arguments.of(GOOD.replace("mode: ", " mode: "), "which is no key"),
                Arguments.of("\uFEFF" + GOOD, "byte order mark"),
                Arguments.of(GOOD.replace("\n", "\r"), "control characters"),
                Arguments.of(GOOD + "foo:\n", "Line 5 has no value"),
                Arguments.of(GOOD + "x\u0000y: z\n", "which is no key"),
                Arguments.of("<html><body>not found</body></html>", "has no \":\""));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource
    void invalid(String text, String sentence) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(StsFormatException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void bytesThatAreNoUtf8AreNoPolicy() {
        byte[] bytes = (GOOD + "x: ").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 1] = (byte) 0xff;
        assertThatThrownBy(() -> StsPolicyParser.parse(bytes)).hasMessageContaining("not UTF-8");
    }

    @Test
    void exactly64KibAreReadAndOneMoreIsNot() throws Exception {
        String filler = GOOD + "x: " + "y".repeat(64 * 1024 - GOOD.length() - 3);
        assertThat(parse(filler).policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
        assertThatThrownBy(() -> parse(filler + "y")).hasMessageContaining("limit of 65536 bytes in an MTA-STS policy");
    }

    @Test
    void whatIsValidButOddIsWarnedOf() throws Exception {
        assertThat(parse(GOOD + "mode: none\n").warnings())
                .singleElement()
                .asString()
                .contains("only the first counts");
        assertThat(parse(GOOD.replace("86400", "9999999999")).warnings())
                .singleElement()
                .asString()
                .contains("one year");
        assertThat(parse(GOOD.replace("mode", "\nmode")).warnings())
                .singleElement()
                .asString()
                .contains("Line 2 is empty");
    }
}
