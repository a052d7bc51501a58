package org.hikyaku.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,             192.0.2.1:25",
        "2001:db8:0:0:0:0:0:1,  [2001:db8::1]:25",
        // RFC 5952 section 4.2.2: one zero group is not shortened; 4.2.3: the first of equally long runs is.
        "2001:db8:0:1:1:1:1:1,  [2001:db8:0:1:1:1:1:1]:25",
        "2001:db8:0:0:1:0:0:1,  [2001:db8::1:0:0:1]:25",
        "2001:0:0:1:0:0:0:1,    [2001:0:0:1::1]:25",
        "::,                    [::]:25",
        "::1,                   [::1]:25",
        "fe80::,                [fe80::]:25",
        "2001:DB8::AAAA,        [2001:db8::aaaa]:25",
    })
    void writesAddressesTheShortWay(String literal, String expected) throws Exception {
        assertThat(Addresses.text(new InetSocketAddress(InetAddress.ofLiteral(literal), 25)))
                .isEqualTo(expected);
    }

    @Test
    void keepsANameThatHasNoAddressYet() {
        assertThat(Addresses.text(InetSocketAddress.createUnresolved("mx.example", 25)))
                .isEqualTo("mx.example:25");
    }
}
