package org.hikyaku.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import org.junit.jupiter.api.Test;

class ByteReaderTest {

    @Test
    void peeksWithoutTaking() throws Exception {
        var reader = new ByteReader(new ByteArrayInputStream(new byte[] {(byte) 0xFE, 2}));
        assertThat(reader.peek()).isEqualTo(0xFE);
        assertThat(reader.read()).isEqualTo(0xFE);
        assertThat(reader.read()).isEqualTo(2);
        assertThat(reader.peek()).isEqualTo(-1);
        assertThat(reader.read()).isEqualTo(-1);
    }

    @Test
    void readsExactlyOrSaysHowFarItGot() throws Exception {
        var reader = new ByteReader(new ByteArrayInputStream(new byte[] {1, 2, 3, 4, 5}));
        assertThat(reader.readExactly(3)).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> reader.readExactly(3))
                .isInstanceOf(EOFException.class)
                .hasMessage("the other side ended after 2 of 3 bytes");
    }

    @Test
    void readsAllWithinALimit() throws Exception {
        byte[] big = new byte[3 * ByteReader.BUFFER + 1];
        big[big.length - 1] = 7;
        assertThat(new ByteReader(new ByteArrayInputStream(big)).readAll(new Limit("bytes", big.length)))
                .isEqualTo(big);
        assertThatThrownBy(() -> new ByteReader(new ByteArrayInputStream(big))
                        .readAll(new Limit("bytes in a file", big.length - 1)))
                .hasMessage("more than the limit of 24576 bytes in a file");
    }
}
