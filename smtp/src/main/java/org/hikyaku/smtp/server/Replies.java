package org.hikyaku.smtp.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hikyaku.smtp.Reply;

/** The words of the server (RFC 5321 section 4.2.2, with the codes of RFC 3463 and RFC 5248). */
final class Replies {
    static final byte[] OK = raw("250 2.0.0 ok");
    static final byte[] SENDER_OK = raw("250 2.1.0 sender ok");
    static final byte[] RECIPIENT_OK = raw("250 2.1.5 recipient ok");
    static final byte[] GO_AHEAD = raw("354 go on; a line with a lone dot is the end");

    static final Reply BYE = of(221, "2.0.0 bye");
    static final Reply READY_FOR_TLS = of(220, "2.0.0 ready for TLS");
    static final Reply LOGGED_IN = of(235, "2.7.0 you are logged in");
    static final Reply STOPPING = of(421, "4.3.2 this server is stopping; come again");
    static final Reply LOCAL_FAULT = of(451, "4.3.0 this server cannot do it now; come again");

    private Replies() {}

    static Reply of(int code, String text) {
        return new Reply(code, List.of(text));
    }

    static byte[] bytes(Reply reply) {
        StringBuilder text = new StringBuilder();
        int last = reply.lines().size() - 1;
        for (int i = 0; i <= last; i++) {
            text.append(reply.code())
                    .append(i < last ? '-' : ' ')
                    .append(oneLine(reply.lines().get(i)))
                    .append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Whatever gets into a reply, it is one line. */
    private static String oneLine(String text) {
        if (text.indexOf('\r') < 0 && text.indexOf('\n') < 0) {
            return text;
        }
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private static byte[] raw(String line) {
        return (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
