package org.hikyaku.capture.talk;

import java.util.Locale;
import org.hikyaku.capture.tcp.Side;

/** POP3 (RFC 1939, AUTH of RFC 5034) as it passed. */
final class Pop3Dialogue implements Dialogue {
    private final Talk talk;
    private String mechanism = "";
    private boolean challenged;

    Pop3Dialogue(Talk talk) {
        this.talk = talk;
    }

    @Override
    public void line(Side side, byte[] line, int length, int ending, long frame, long nanos) {
        String text = TalkText.of(line, length);
        if (side == Side.SERVER) {
            challenged = text.startsWith("+ ") && !mechanism.isEmpty();
            if (text.startsWith("+OK") || text.startsWith("-ERR")) {
                mechanism = "";
            }
            talk.say(side, text, frame, nanos);
            return;
        }
        if (challenged || !mechanism.isEmpty() && Secrets.mayBeResponse(line, length)) {
            challenged = false;
            talk.say(side, talk.secrets().response(mechanism, text), frame, nanos);
            return;
        }
        String[] words = text.split(" ", 3);
        String shown = text;
        switch (words[0].toUpperCase(Locale.ROOT)) {
            case "PASS" ->
                shown = words[0] + (text.length() > 5 ? " " + talk.secrets().mask(text.substring(5)) : "");
            case "APOP" -> {
                if (words.length > 2) {
                    shown = words[0] + " " + words[1] + " " + talk.secrets().mask(words[2]);
                }
            }
            case "AUTH" -> {
                mechanism = words.length > 1 ? words[1] : "";
                if (words.length > 2) {
                    shown = words[0] + " " + words[1] + " " + talk.secrets().response(mechanism, words[2]);
                }
            }
            default -> {} // no secret in it
        }
        talk.say(side, shown, frame, nanos);
    }

    @Override
    public void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos) {
        throw new IllegalStateException("nothing asked for a run of bytes");
    }
}
