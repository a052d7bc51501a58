package org.hikyaku.capture.talk;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Limit;
import org.jspecify.annotations.Nullable;

/**
 * SMTP (RFC 5321) as it passed, pipelining (RFC 2920) and BDAT (RFC 3030) included. Commands wait in a queue for their
 * replies, so that it is known which recipient was taken and which mail.
 */
final class SmtpDialogue implements Dialogue {
    private static final Limit COMMANDS = new Limit("SMTP commands waiting for a reply", 10_000);

    private static final byte[] LINE_END = {'\r', '\n'};

    private enum State {
        COMMAND,
        MESSAGE,
        AUTH
    }

    /** @param argument the address of MAIL and RCPT, else empty */
    private record Command(SmtpVerb verb, String argument) {}

    private final Talk talk;
    private final boolean lines;
    private final Deque<Command> asked = new ArrayDeque<>(4);
    private State state = State.COMMAND;
    private String mechanism = "";
    private final PassingMails mails;
    private boolean lastChunk;
    private boolean midLine;

    /** The line before ended in a bare line feed. */
    private boolean bare;

    private @Nullable DoubtfulEnd doubt;
    private boolean serverSpoke;
    private boolean loginBegan;
    private final HeardOpening opening = new HeardOpening();
    private final LineSplitter chunkLines;

    SmtpDialogue(Talk talk) {
        this.talk = talk;
        this.mails = new PassingMails(talk);
        this.lines = talk.listener().wantsLines();
        this.chunkLines = RawLines.of(talk, Side.CLIENT);
    }

    SmtpOpening opening() {
        return opening.read();
    }

    @Override
    public void line(Side side, byte[] line, int length, int ending, long frame, long nanos) {
        if (side == Side.SERVER) {
            reply(line, length, frame, nanos);
        } else if (state == State.MESSAGE) {
            message(line, length, ending, frame, nanos);
        } else if (state == State.AUTH) {
            response(line, length, frame, nanos);
        } else if (loginBegan && Secrets.mayBeResponse(line, length)) {
            // The server's 334 was not seen: better a word masked than a password shown.
            response(line, length, frame, nanos);
        } else {
            loginBegan = false;
            command(line, length, frame, nanos);
        }
    }

    private void response(byte[] line, int length, long frame, long nanos) {
        if (lines) {
            talk.say(Side.CLIENT, talk.secrets().response(mechanism, TalkText.of(line, length)), frame, nanos);
        }
    }

    private void command(byte[] line, int length, long frame, long nanos) {
        SmtpVerb verb = SmtpVerb.of(line, length);
        String text = lines || verb.means() ? TalkText.of(line, length) : "";
        String shown = text;
        String argument = "";
        switch (verb) {
            case AUTH -> {
                String[] words = text.split(" ", 3);
                mechanism = words.length > 1 ? words[1] : "";
                loginBegan = true;
                if (words.length > 2 && lines) {
                    shown = words[0] + " " + words[1] + " " + talk.secrets().response(mechanism, words[2]);
                }
            }
            case MAIL, RCPT -> {
                argument = path(text);
                if (!serverSpoke) {
                    mails.taken(verb, argument);
                }
            }
            case DATA -> {
                if (!serverSpoke) { // only this direction is in the capture
                    state = State.MESSAGE;
                }
            }
            case RSET, EHLO, HELO, LHLO -> {
                mails.abandon(frame, nanos);
                if (!serverSpoke) {
                    mails.forgetEnvelope();
                }
            }
            case BDAT, BDAT_LAST -> {
                chunk(text.split(" ", 3));
                verb = lastChunk ? SmtpVerb.BDAT_LAST : SmtpVerb.BDAT;
            }
            case DOT, STARTTLS, OTHER -> {} // changes nothing here
        }
        if (asked.size() < COMMANDS.value()) {
            asked.add(new Command(verb, argument));
        }
        if (lines) {
            talk.say(Side.CLIENT, shown, frame, nanos);
        }
    }

    /** What stands between angle brackets. */
    private static String path(String text) {
        int open = text.indexOf('<');
        int close = text.indexOf('>', open + 1);
        return open >= 0 && close > open ? text.substring(open + 1, close) : "";
    }

    private void chunk(String[] words) {
        try {
            long bytes = words.length > 1 ? Long.parseLong(words[1].strip()) : 0;
            lastChunk = words.length > 2 && words[2].strip().equalsIgnoreCase("LAST");
            if (bytes > 0 && bytes < Long.MAX_VALUE) {
                talk.take(Side.CLIENT, bytes);
            }
        } catch (NumberFormatException e) {
            lastChunk = false; // the server will refuse it
        }
    }

    private void reply(byte[] line, int length, long frame, long nanos) {
        endedThere();
        if (lines) {
            talk.say(Side.SERVER, TalkText.of(line, length), frame, nanos);
        }
        serverSpoke = true;
        Command next = asked.peek();
        if (next == null || next.verb() == SmtpVerb.EHLO) {
            opening.line(line, length);
        }
        if (length < 3 || length > 3 && line[3] == '-') {
            return;
        }
        boolean goOn = line[0] == '3' && line[1] == '3' && line[2] == '4'; // 334
        if (state == State.AUTH && !goOn) {
            state = State.COMMAND;
        }
        Command command = asked.poll();
        if (command == null) {
            opening.greeted();
            return;
        }
        if (command.verb() != SmtpVerb.EHLO) {
            opening.otherReply();
        }
        if (!goOn) {
            loginBegan = false;
        }
        replied(command, line, length, goOn);
    }

    private void replied(Command command, byte[] line, int length, boolean goOn) {
        boolean good = line[0] == '2';
        switch (command.verb()) {
            case MAIL, RCPT -> {
                if (good) {
                    mails.taken(command.verb(), command.argument());
                }
            }
            case DATA -> {
                if (line[0] == '3' && line[1] == '5' && line[2] == '4') {
                    state = State.MESSAGE;
                }
            }
            case AUTH -> {
                if (goOn) {
                    state = State.AUTH;
                    asked.addFirst(command); // its last reply is still to come
                }
            }
            case EHLO -> {
                if (good && line[1] == '5' && line[2] == '0') {
                    mails.forgetEnvelope();
                    opening.offered(talk.encrypted());
                } else {
                    opening.otherReply();
                }
            }
            case STARTTLS -> opening.startTls(good ? Optional.empty() : Optional.of(TalkText.of(line, length)));
            case DOT, BDAT_LAST -> mails.answered(good);
            case RSET, HELO, LHLO -> {
                if (good) {
                    mails.forgetEnvelope();
                }
            }
            case BDAT, OTHER -> {} // changes nothing here
        }
    }

    /** Lines of a mail whose bytes pass, when nobody wants to see them: up to the first that begins with a dot. */
    @Override
    public int lines(Side side, byte[] d, int offset, int end) {
        boolean whole = state == State.MESSAGE && side == Side.CLIENT && !midLine && doubt == null;
        if (!whole || d[offset] == '.' || talk.listener().wantsLines()) {
            return 0;
        }
        int dot = dotLine(d, offset, end);
        int to = dot;
        if (dot < 0) {
            to = end;
            while (to > offset && d[to - 1] != '\n') {
                to--;
            }
        }
        int length = to - offset;
        if (length > 0) {
            bare = length == 1 || d[to - 2] != '\r';
            mails.passing().bytes(d, offset, length);
        }
        return length;
    }

    /** The first dot behind a line feed, looked for in steps of two; -1 when there is none. */
    private static int dotLine(byte[] d, int from, int end) {
        int i = from + 1;
        for (; i + 1 < end; i += 2) {
            byte b = d[i];
            if (b <= '.') {
                if (b == '.' && d[i - 1] == '\n') {
                    return i;
                }
                if (b == '\n' && d[i + 1] == '.') {
                    return i + 1;
                }
            }
        }
        return i < end && d[i] == '.' && d[i - 1] == '\n' ? i : -1;
    }

    private void message(byte[] line, int length, int ending, long frame, long nanos) {
        boolean begins = !midLine; // a long line comes in pieces
        boolean bareBefore = bare;
        midLine = ending == 0;
        bare = ending == 1;
        boolean dot = begins && length == 1 && line[0] == '.' && ending > 0;
        if (dot && (!bareBefore && !bare || !serverSpoke)) {
            wentOn();
            dot(frame, nanos);
        } else if (dot || doubt != null) {
            DoubtfulEnd end = doubt == null ? new DoubtfulEnd() : doubt;
            doubt = end;
            end.add(line, length, ending, frame, nanos);
            if (end.tooMuch()) {
                wentOn();
            }
        } else {
            text(line, length, ending, begins, frame, nanos);
        }
    }

    /** The mail's end. */
    private void dot(long frame, long nanos) {
        state = State.COMMAND;
        bare = false;
        asked.add(new Command(SmtpVerb.DOT, ""));
        mails.close(frame, nanos);
        talk.say(Side.CLIENT, ".", frame, nanos);
        if (!serverSpoke) {
            mails.answered(false);
        }
    }

    /** The server answered a lone dot that RFC 5321 does not know: what came after it were commands. */
    private void endedThere() {
        DoubtfulEnd end = doubt;
        if (end == null) {
            return;
        }
        doubt = null;
        DoubtfulEnd.Line first = end.lines().getFirst();
        dot(first.frame(), first.nanos());
        talk.remark(DoubtfulEnd.TAKEN, first.frame());
        midLine = false;
        for (DoubtfulEnd.Line line : end.lines().subList(1, end.lines().size())) {
            line(Side.CLIENT, line.text(), line.text().length, line.ending(), line.frame(), line.nanos());
        }
    }

    /** The mail's true end came first, or much more text. */
    private void wentOn() {
        DoubtfulEnd end = doubt;
        if (end == null) {
            return;
        }
        doubt = null;
        boolean begins = false; // the dot does not stand at the begin of a line
        for (DoubtfulEnd.Line line : end.lines()) {
            text(line.text(), line.text().length, line.ending(), begins, line.frame(), line.nanos());
            begins = line.ending() > 0;
        }
        talk.remark(DoubtfulEnd.PASSED, end.lines().getFirst().frame());
    }

    /** Part of the mail. */
    private void text(byte[] line, int length, int ending, boolean begins, long frame, long nanos) {
        int stuffed = begins && length > 0 && line[0] == '.' ? 1 : 0;
        PassingMail mail = mails.passing();
        mail.bytes(line, stuffed, length - stuffed);
        mail.bytes(LINE_END, LINE_END.length - ending, ending);
        if (talk.listener().wantsLines()) {
            talk.say(Side.CLIENT, TalkText.of(line, length), frame, nanos);
        }
    }

    @Override
    public void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos) {
        mails.passing().bytes(d, offset, length);
        if (talk.listener().wantsLines()) {
            chunkLines.data(d, offset, length, frame, nanos);
        }
        if (last) {
            if (lines) {
                chunkLines.end(frame, nanos);
                talk.say(side, "[the chunk; " + mails.passing().size() + " bytes of the mail so far]", frame, nanos);
            }
            if (lastChunk) {
                mails.close(frame, nanos);
                if (!serverSpoke) {
                    mails.answered(false);
                }
            }
        }
    }

    @Override
    public void hole(Side side, long bytes) {
        if (side == Side.CLIENT) {
            wentOn();
        }
        if (side == Side.CLIENT && (state == State.MESSAGE || mails.onePasses())) {
            mails.passing().broken();
            midLine = false;
        }
    }

    /** The capture ended before the server's answer. */
    @Override
    public void end(long frame, long nanos) {
        wentOn();
        mails.end(frame, nanos);
    }
}
