package org.hikyaku.capture.talk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TalkTextTest {
    @Test
    void whatSteersATerminalIsWrittenOut() {
        assertThat(TalkText.visible("a\u001b[2J\u007f\u009b\u202e\u2028\u2029b"))
                .isEqualTo("a\\x1b[2J\\x7f\\x9b\\u202e\\u2028\\u2029b");
        assertThat(TalkText.visible("grüße\t→ 東京 \ud83d\udce8")).isEqualTo("grüße\t→ 東京 \ud83d\udce8");
    }
}
