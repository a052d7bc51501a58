package org.hikyaku.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class OlderTlsTest {

    /** A ClientHello by hand: empty session id, one suite, one compression method, server_name and supported_versions. */
    @Test
    void hidesTheExtensionAndNothingElse() {
        String before = "16030100490100004503030000000000000000000000000000000000000000000000000000000000000000"
                + "00" + "00021301" + "0100" + "001a"
                + "0000000b0009000006612e746573" + "74" // wrong inner lengths do not matter here
                + "002b000302" + "0304" + "000a000200" + "1d";
        byte[] hello = HexFormat.of().parseHex(before);

        byte[] changed = OlderTls.withoutNewVersions(hello);

        assertThat(HexFormat.of().formatHex(changed)).isEqualTo(before.replace("002b0003", "fafa0003"));
        assertThat(HexFormat.of().formatHex(hello)).as("the original stays").isEqualTo(before);
    }

    @Test
    void leavesAloneWhatIsCutOff() {
        byte[] hello = new byte[60];
        assertThat(OlderTls.withoutNewVersions(hello)).isEqualTo(hello);
    }
}
