package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys as Postfix writes them. */
class NextHopTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "example.com,              domain example.com 25",
        "EXAMPLE.com,              domain example.com 25",
        "example.com.,             domain example.com 25",
        "example.com:587,          domain example.com 587",
        "example.com:submission,   domain example.com 587",
        "[mx.example.com],         host mx.example.com 25",
        "[mx.example.com]:465,     host mx.example.com 465",
        "[mx.example.com]:smtp,    host mx.example.com 25",
        "例え.jp,                  domain xn--r8jz45g.jp 25",
        "[münchen.example]:2525,   host xn--mnchen-3ya.example 2525",
        // S14: policies are never a parent's
        ".example.com,             other S14",
        ".com,                     other S14",
        // D22: addresses
        "192.0.2.1,                other D22",
        "[192.0.2.1],              other D22",
        "[192.0.2.1]:10025,        other D22",
        "[2001:db8::1],            other D22",
        "[ipv6:2001:db8::1]:25,    other D22",
        "[IPv6:2001:db8::1],       other D22",
        "2001:db8::1,              other D22",
        "192.0.2.1:25,             other D22",
        "localhost:10024,          other D22",
        // no names at all
        "/var/run/dovecot/lmtp,    other S14",
        "unix:private/lmtp,        other S14",
        "[mx.example.com,          other S14",
        "[mx.example.com]x,        other S14",
        "[mx.example.com]:,        other S14",
        "a..b,                     other S14",
        "a b.example,              other S14",
        "*.example.com,            other S14",
        "example.com:0,            other D8",
        "example.com:70000,        other D8",
        "example.com:finger,       other D8",
        "'',                       other S14",
    })
    void keys(String key, String expected) {
        assertThat(
                        switch (NextHop.parse(key, 25)) {
                            case NextHop.Domain d -> "domain " + d.domain().toString(true) + " " + d.port();
                            case NextHop.Host h -> "host " + h.host().toString(true) + " " + h.port();
                            case NextHop.Other o -> "other " + o.rule();
                        })
                .isEqualTo(expected);
    }
}
