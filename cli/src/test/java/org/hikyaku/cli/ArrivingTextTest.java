package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Text of one to four bytes a character, in pieces of every size. */
class ArrivingTextTest {

    @Test
    void charactersThatAreCutArriveWhole() {
        String said = "Kurier \u00fcber \u98db\u811a, \ud83d\udcec\n";
        byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            ArrivingText text = new ArrivingText();
            StringBuilder all = new StringBuilder();
            for (int at = 0; at < bytes.length; at += size) {
                all.append(text.next(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size))));
            }
            assertThat(all).hasToString(said);
        }
    }

    @Test
    void whatIsNoTextIsReplacedAndTheRestGoesOn() {
        ArrivingText text = new ArrivingText();
        assertThat(text.next(new byte[] {(byte) 0xff, 'a', (byte) 0xc3})).isEqualTo("\ufffda");
        assertThat(text.next(new byte[] {'b'})).isEqualTo("\ufffdb");
    }
}
