package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;

class DomainNamesTest {

    /** From RFC 3492 section 7.1, the IANA root zone, and the test page of UTS 46. */
    @ParameterizedTest
    @CsvSource({
        "example.org, example.org.",
        "Example.ORG., Example.ORG.",
        "_25._tcp.mx.example, _25._tcp.mx.example.",
        "*.example, *.example.",
        "bücher.de, xn--bcher-kva.de.",
        "BÜCHER.de, xn--bcher-kva.de.",
        "faß.de, xn--fa-hia.de.",
        "βόλος.com, xn--nxasmm1c.com.",
        "ΒΌΛΟΣ.com, xn--nxasmq6b.com.",
        "президент.рф, xn--d1abbgf6aiiy.xn--p1ai.",
        "例え.テスト, xn--r8jz45g.xn--zckzah.",
        "例え。テスト, xn--r8jz45g.xn--zckzah.",
        "ｅｘａｍｐｌｅ．ｊｐ, example.jp.",
        "他们为什么不说中文.example, xn--ihqwcrb4cv8a8dqg056pqjye.example.",
        "למההםפשוטלאמדבריםעברית.example, xn--4dbcagdahymbxekheh6e0a7fei0b.example.",
        "3年b組金八先生.example, xn--3b-ww4c5e180e575a65lsy2b.example.",
        "xn--bcher-kva.de, xn--bcher-kva.de."
    })
    void namesAsTyped(String typed, String name) throws Exception {
        assertThat(DomainNames.parse(typed)).hasToString(name);
    }

    @Test
    void theRootIsADot() throws Exception {
        assertThat(DomainNames.parse(".")).isEqualTo(Name.root);
    }

    @ParameterizedTest
    @CsvSource({
        "xn--bcher-kva.de., bücher.de",
        "xn--fa-hia.de., faß.de",
        "xn--r8jz45g.xn--zckzah., 例え.テスト",
        "xn--ihqwcrb4cv8a8dqg056pqjye.example., 他们为什么不说中文.example"
    })
    void namesAsRead(String name, String own) throws Exception {
        assertThat(DomainNames.inOwnLetters(Name.fromString(name))).contains(own);
    }

    /** No such form: plain ASCII, not Punycode, upper case hidden inside, ASCII hidden inside, a symbol. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org.",
                "xn--99999999.de.",
                "xn--.de.",
                "xn--Bcher-Kva.de.",
                "xn--abc-.de.",
                "xn--i-7iq.ws."
            })
    void formsThatCouldDeceiveAreNotShown(String name) throws Exception {
        assertThat(DomainNames.inOwnLetters(Name.fromString(name))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                  | An empty text is no domain name.",
                "a..example          | two dots follow each other",
                ".example            | two dots follow each other, or one begins it",
                "exa mple.org        | a space cannot be part of one",
                "user@example.org    | the character \"@\" cannot be part of one",
                "https://example.org | the character \":\" cannot be part of one",
                "a*.example          | the character \"*\" cannot be part of one",
                "i❤.ws               | the character U+2764 cannot be part of one",
                "a\\.b.example       | the character \"\\\" cannot be part of one"
            })
    void textThatIsNoName(String text, String why) {
        assertThatThrownBy(() -> DomainNames.parse(text))
                .isInstanceOf(BadNameException.class)
                .hasMessageContaining(why);
    }

    @Test
    void tooLong() {
        assertThatThrownBy(() -> DomainNames.parse("a".repeat(64) + ".example"))
                .hasMessageContaining("has 64 characters, and a part has at most 63");
        assertThatThrownBy(() -> DomainNames.parse("ü".repeat(60) + ".example"))
                .hasMessageContaining("in its ASCII form, and a part has at most 63");
        assertThatThrownBy(() -> DomainNames.parse("abc.".repeat(64) + "org"))
                .hasMessageContaining("it has 259 characters, and a name has at most 253");
        assertThatThrownBy(() -> DomainNames.parse("a".repeat(1_000_000)))
                .hasMessageContaining("this text has 1000000");
    }

    @FuzzTest(maxDuration = "30s")
    void anyText(byte[] text) {
        try {
            Name name = DomainNames.parse(new String(text, StandardCharsets.UTF_8));
            if (name.length() > 255) {
                throw new AssertionError(name);
            }
            DomainNames.inOwnLetters(name);
        } catch (BadNameException documented) {
            return;
        }
    }

    @FuzzTest(maxDuration = "30s")
    void anyPunycode(byte[] text) {
        Punycode.decode(new String(text, StandardCharsets.ISO_8859_1));
    }
}
