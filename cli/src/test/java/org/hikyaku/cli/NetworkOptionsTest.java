package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class NetworkOptionsTest {

    private static NetworkOptions parse(String... args) {
        NetworkOptions options = new NetworkOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("network", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs(args);
        return options;
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.53, 192.0.2.53, 53",
        "192.0.2.53:5300, 192.0.2.53, 5300",
        "2001:db8::53, 2001:db8:0:0:0:0:0:53, 53",
        "[2001:db8::53], 2001:db8:0:0:0:0:0:53, 53",
        "[2001:db8::53]:5300, 2001:db8:0:0:0:0:0:53, 5300"
    })
    void resolverIsAnAddressWithAnOptionalPort(String text, String address, int port) {
        InetSocketAddress resolver = parse("--resolver", text).resolvers().getFirst();

        assertThat(resolver.getAddress().getHostAddress()).isEqualTo(address);
        assertThat(resolver.getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dns.example", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536", "[::1", "[::1]x", "1:x", ""})
    void anythingElseIsRefusedWithTheFormThatIsMeant(String text) {
        assertThatThrownBy(() -> parse("--resolver", text))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("192.0.2.53 or [2001:db8::53]:5300");
    }

    @Test
    void severalResolversKeepTheirOrder() {
        assertThat(parse("--resolver", "192.0.2.2", "--resolver", "192.0.2.1").resolvers())
                .extracting(InetSocketAddress::getHostString)
                .containsExactly("192.0.2.2", "192.0.2.1");
        assertThat(parse().resolvers()).isEmpty();
    }

    @Test
    void timeoutHasADefaultAndBounds() {
        assertThat(parse().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(parse("--timeout", "600").timeout()).isEqualTo(Duration.ofMinutes(10));
        assertThatThrownBy(() -> parse("--timeout", "0")).hasMessageContaining("1 to 600");
        assertThatThrownBy(() -> parse("--timeout", "601")).hasMessageContaining("1 to 600");
        assertThatThrownBy(() -> parse("--timeout", "ten")).hasMessageContaining("'ten'");
    }
}
