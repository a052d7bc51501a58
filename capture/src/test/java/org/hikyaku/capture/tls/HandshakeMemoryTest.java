package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.tls.wire.HandshakeType;
import org.hikyaku.tls.wire.RawHandshake;
import org.junit.jupiter.api.Test;

class HandshakeMemoryTest {
    private static final long EACH = HandshakeMemory.OF_EACH.value();
    private static final long ALL = HandshakeMemory.OF_ALL.value();

    private final HandshakeMemory memory = new HandshakeMemory();

    @Test
    void whatEachMayKeepIsLeftToItHoweverMuchOthersKeep() {
        HandshakeMemory.Share greedy = memory.share();
        HandshakeMemory.Share modest = memory.share();

        assertThat(greedy.take(EACH + ALL)).isTrue();
        assertThat(greedy.take(1)).isFalse();
        assertThat(modest.take(EACH)).isTrue();
        assertThat(modest.take(1)).isFalse();
        assertThat(modest.take(1)).isFalse();
        assertThat(memory.refused()).as("connections, not attempts").isEqualTo(2);
    }

    @Test
    void whatIsGivenBackOthersMayTake() {
        HandshakeMemory.Share first = memory.share();
        HandshakeMemory.Share second = memory.share();
        assertThat(first.take(EACH + ALL)).isTrue();

        first.give(1000);
        assertThat(second.take(EACH + 1000)).isTrue();
        assertThat(second.take(1)).isFalse();
        first.giveAll();
        assertThat(second.take(ALL - 1000)).isTrue();
        assertThat(second.take(1)).isFalse();
        second.giveAll();
        assertThat(memory.share().take(EACH + ALL)).isTrue();
    }

    @Test
    void whenAllIsTakenLongMessagesArePassedOverAndShortOnesAreNot() {
        HandshakeMemory.Share share = memory.share();
        assertThat(share.admits(message(20_000), true)).isTrue();
        memory.share().take(EACH + ALL);

        assertThat(share.admits(message(20_000), true)).isFalse();
        assertThat(share.admits(message(500), true)).isTrue();
        assertThat(share.admits(message(20_000), false)).isFalse();
        assertThat(share.admits(message(2_000), true))
                .as("within what is its own")
                .isTrue();
        assertThat(memory.refused()).isEqualTo(1);
    }

    /** Behind the messages of the story only the last of each type stays. */
    @Test
    void aMessageInThePlaceOfAnotherCountsByWhatItIsLonger() {
        HandshakeMemory.Share share = memory.share();
        for (int i = 0; i < 1_000; i++) {
            assertThat(share.admits(message(20_000), false)).isTrue();
        }
        assertThat(memory.share().take(EACH + ALL - (20_000 - EACH))).isTrue();
        assertThat(memory.share().take(EACH + 1)).isFalse();
    }

    /** Only the last ClientHello's is kept. */
    @Test
    void transcriptsOfManyHellosCountOnce() {
        Endpoint server = new Endpoint(0, 1, 25);
        Handshake handshake = new Handshake(server, memory.share());
        handshake.append(new byte[20_000]);
        for (int i = 0; i < 1_000; i++) {
            handshake.keepHelloTranscript();
        }
        assertThat(memory.share().take(EACH + ALL - (2 * 20_000 - EACH))).isTrue();
        assertThat(memory.share().take(EACH + 1)).isFalse();

        handshake.renegotiated();
        assertThat(memory.share().take(EACH + 2 * 20_000 - EACH)).isTrue();
    }

    private static RawHandshake message(int length) {
        return new RawHandshake(HandshakeType.CERTIFICATE, new byte[length]);
    }
}
