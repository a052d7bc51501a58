package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/** {@code probe} of a host with several addresses: each is a server of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProbeAddressesTest {
    /** Its port is closed on the IPv6 address. */
    private static final String TWO_ADDRESSES = "mx.dane-half-reachable.example";

    private final Lab lab;

    ProbeAddressesTest() throws IOException {
        lab = Lab.start(LabOptions.defaults());
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    private Result probe(String... args) {
        return new CommandRunner()
                .internet(new LabInternet(lab))
                .clock(lab.clock())
                .run(args);
    }

    private static List<JsonNode> documents(Result result) {
        try (MappingIterator<JsonNode> documents =
                JsonMapper.shared().readerFor(JsonNode.class).readValues(result.out())) {
            return documents.readAll();
        }
    }

    @Test
    void everyAddressIsProbedAndIpv6First() {
        Result result = probe("probe", TWO_ADDRESSES, "--json");

        List<JsonNode> servers = documents(result);
        assertThat(servers).hasSize(2);
        assertThat(servers.getFirst().get("address").asString()).contains(":");
        assertThat(servers.getFirst().get("reached").asBoolean()).isFalse();
        assertThat(servers.getFirst().get("trouble").toString()).contains("cannot connect");
        assertThat(servers.getLast().get("address").asString()).doesNotContain(":");
        assertThat(servers.getLast().get("reached").asBoolean()).isTrue();
        assertThat(servers.getLast().get("connections").asInt()).isBetween(2, 25);
        assertThat(result.exit()).isIn(ExitCode.FINDINGS.code(), ExitCode.UNKNOWN.code());
    }

    @Test
    void theTextHasASectionForEach() {
        Result result = probe("probe", TWO_ADDRESSES, "--quick");

        assertThat(result.out().lines().filter(l -> l.startsWith(TWO_ADDRESSES + "  ")))
                .hasSize(2);
        assertThat(result.out()).contains("cannot connect").contains("TLSv1.3      offered");
    }

    @Test
    void oneAddressAloneIsProbedWhenItIsNamed() {
        String address = documents(probe("probe", TWO_ADDRESSES, "--quick", "--json"))
                .getLast()
                .get("address")
                .asString();

        Result result = probe("probe", TWO_ADDRESSES, "--quick", "--json", "--address", address);

        assertThat(documents(result)).singleElement().satisfies(server -> {
            assertThat(server.get("address").asString()).isEqualTo(address);
            assertThat(server.get("sni").asString()).isEqualTo(TWO_ADDRESSES);
        });
    }

    @Test
    void whatIsNoAddressIsExplained() {
        Result result = probe("probe", TWO_ADDRESSES, "--address", "mx.example");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .contains("--address takes an IP address, not mx.example.")
                .hasLineCount(1);
    }
}
