package org.hikyaku.capture.talk;

import java.util.Locale;
import org.hikyaku.capture.tcp.Side;

/** IMAP (RFC 9051) as it passed: literals, and the secrets of LOGIN and AUTHENTICATE masked. */
final class ImapDialogue implements Dialogue {
    private final Talk talk;
    private String mechanism = "";
    private boolean challenged;
    private boolean loginGoesOn;
    private final LineSplitter clientLiterals;
    private final LineSplitter serverLiterals;

    ImapDialogue(Talk talk) {
        this.talk = talk;
        this.clientLiterals = RawLines.of(talk, Side.CLIENT);
        this.serverLiterals = RawLines.of(talk, Side.SERVER);
    }

    @Override
    public void line(Side side, byte[] line, int length, int ending, long frame, long nanos) {
        String text = TalkText.of(line, length);
        if (side == Side.SERVER) {
            challenged = text.startsWith("+") && !mechanism.isEmpty();
            if (!text.startsWith("+") && !text.startsWith("*")) {
                mechanism = "";
            }
            talk.say(side, text, frame, nanos);
        } else {
            boolean response = !mechanism.isEmpty() && (challenged || Secrets.mayBeResponse(line, length));
            challenged = false;
            talk.say(side, response ? talk.secrets().response(mechanism, text) : command(text), frame, nanos);
        }
        literal(side, text);
    }

    private String command(String text) {
        if (loginGoesOn) {
            loginGoesOn = text.endsWith("}");
            return loginGoesOn ? text : text.isEmpty() ? text : talk.secrets().mask(text);
        }
        String[] words = text.split(" ", 4);
        String verb = words.length > 1 ? words[1].toUpperCase(Locale.ROOT) : "";
        if (verb.equals("LOGIN") && words.length > 2) {
            loginGoesOn = text.endsWith("}");
            int password = passwordAt(text, words[0].length() + words[1].length() + 2);
            return loginGoesOn || password < 0
                    ? text
                    : text.substring(0, password) + talk.secrets().mask(text.substring(password));
        }
        if (verb.equals("AUTHENTICATE") && words.length > 2) {
            mechanism = words[2];
            if (words.length > 3) {
                return words[0] + " " + words[1] + " " + words[2] + " "
                        + talk.secrets().response(mechanism, words[3]);
            }
        }
        return text;
    }

    /** Where the second argument begins; the first may be a quoted string. */
    private static int passwordAt(String text, int from) {
        boolean quoted = from < text.length() && text.charAt(from) == '"';
        for (int i = from + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (quoted && c == '"') {
                quoted = false;
            } else if (!quoted && c == ' ') {
                return i + 1;
            }
        }
        return -1;
    }

    /** {@code {123}} or {@code {123+}} at the end of a line: so many bytes follow, and then the line goes on. */
    private void literal(Side side, String text) {
        int open = text.lastIndexOf('{');
        if (open < 0 || !text.endsWith("}")) {
            return;
        }
        String number = text.substring(open + 1, text.length() - 1);
        if (number.endsWith("+") || number.endsWith("-")) {
            number = number.substring(0, number.length() - 1);
        }
        if (!number.isEmpty() && number.length() < 18 && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            long bytes = Long.parseLong(number);
            if (bytes > 0) {
                talk.take(side, bytes);
            }
        }
    }

    @Override
    public void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos) {
        if (loginGoesOn && side == Side.CLIENT) {
            talk.say(side, talk.secrets().mask("[a literal]"), frame, nanos);
            return;
        }
        if (talk.listener().wantsLines()) {
            LineSplitter lines = side == Side.CLIENT ? clientLiterals : serverLiterals;
            lines.data(d, offset, length, frame, nanos);
            if (last) {
                lines.end(frame, nanos);
            }
        }
    }
}
