package org.hikyaku.capture.talk;

import java.util.List;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.Reply;

/** What a server said to EHLO, each line with its code; read when somebody judges it. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeardEhlo(byte[] greeting, List<byte[]> lines) {
    EhloReply read() {
        return EhloReply.of(
                text(greeting),
                new Reply(250, lines.stream().map(HeardEhlo::text).toList()));
    }

    private static String text(byte[] line) {
        String text = TalkText.of(line, line.length);
        return text.length() > 4 ? text.substring(4) : "";
    }
}
