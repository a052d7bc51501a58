package org.hikyaku.capture.talk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.Reply;
import org.jspecify.annotations.Nullable;

/**
 * SMTP (RFC 5321) as it passed, pipelining (RFC 2920) and BDAT (RFC 3030) included. Commands wait in a queue for their
 * replies, so that it is known which recipient was taken and which mail.
 */
final class SmtpDialogue implements Dialogue {
    private static final Limit COMMANDS = new Limit("SMTP commands waiting for a reply", 10_000);

    private static final Limit MAILS = new Limit("mails waiting for the server's answer", 1_000);

    private static final Limit REPLY = new Limit("lines of one SMTP reply", 200);

    private static final String LAST = "LAST";

    private static final byte[] LINE_END = {'\r', '\n'};

    private enum State {
        COMMAND,
        MESSAGE,
        AUTH
    }

    /** @param argument the address of MAIL and RCPT; LAST for the last BDAT of a mail */
    private record Command(String verb, String argument) {}

    /** What a server said to EHLO; read when somebody judges it. */
    private record Ehlo(String greeting, List<String> lines) {
        EhloReply read() {
            return EhloReply.of(greeting, new Reply(250, lines));
        }
    }

    private final Talk talk;
    private final Deque<Command> asked = new ArrayDeque<>();
    private State state = State.COMMAND;
    private String mechanism = "";
    private String from = "";
    private List<String> recipients = new ArrayList<>();
    private @Nullable PassingMail passing;
    private final Deque<PassingMail> sent = new ArrayDeque<>();
    private boolean lastChunk;
    private boolean midLine;

    /** The line before ended in a bare line feed. */
    private boolean bare;

    private @Nullable DoubtfulEnd doubt;
    private boolean serverSpoke;
    private boolean loginBegan;
    private String greeting = "";
    private List<String> replyLines = new ArrayList<>();
    private Optional<Ehlo> ehloInClear = Optional.empty();
    private Optional<Ehlo> ehloInside = Optional.empty();
    private Optional<String> refusal = Optional.empty();
    private final LineSplitter chunkLines;

    SmtpDialogue(Talk talk) {
        this.talk = talk;
        this.chunkLines = RawLines.of(talk, Side.CLIENT);
    }

    SmtpOpening opening() {
        return new SmtpOpening(ehloInClear.map(Ehlo::read), ehloInside.map(Ehlo::read), refusal);
    }

    @Override
    public void line(Side side, byte[] line, int length, int ending, long frame, long nanos) {
        if (side == Side.SERVER) {
            reply(TalkText.of(line, length), frame, nanos);
        } else if (state == State.MESSAGE) {
            message(line, length, ending, frame, nanos);
        } else if (state == State.AUTH) {
            talk.say(side, talk.secrets().response(mechanism, TalkText.of(line, length)), frame, nanos);
        } else if (loginBegan && Secrets.mayBeResponse(line, length)) {
            // The server's 334 was not seen: better a word masked than a password shown.
            talk.say(side, talk.secrets().response(mechanism, TalkText.of(line, length)), frame, nanos);
        } else {
            loginBegan = false;
            command(TalkText.of(line, length), frame, nanos);
        }
    }

    private void command(String text, long frame, long nanos) {
        String[] words = text.split(" ", 3);
        String verb = words[0].toUpperCase(Locale.ROOT);
        String shown = text;
        String argument = "";
        switch (verb) {
            case "AUTH" -> {
                mechanism = words.length > 1 ? words[1] : "";
                loginBegan = true;
                if (words.length > 2) {
                    shown = words[0] + " " + words[1] + " " + talk.secrets().response(mechanism, words[2]);
                }
            }
            case "MAIL", "RCPT" -> {
                argument = path(text);
                if (!serverSpoke) {
                    taken(verb, argument);
                }
            }
            case "DATA" -> {
                if (!serverSpoke) { // only this direction is in the capture
                    state = State.MESSAGE;
                }
            }
            case "RSET", "EHLO", "HELO", "LHLO" -> {
                abandon(frame, nanos);
                if (!serverSpoke) {
                    forgetEnvelope();
                }
            }
            case "BDAT" -> {
                chunk(words);
                argument = lastChunk ? LAST : "";
            }
            default -> {} // changes nothing here
        }
        if (asked.size() < COMMANDS.value()) {
            asked.add(new Command(verb, argument));
        }
        talk.say(Side.CLIENT, shown, frame, nanos);
    }

    private void taken(String verb, String address) {
        if (verb.equals("MAIL")) {
            from = address;
            recipients = new ArrayList<>();
        } else if (recipients.size() < 10_000) {
            recipients.add(address);
        }
    }

    private void forgetEnvelope() {
        from = "";
        recipients = new ArrayList<>();
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

    private void reply(String text, long frame, long nanos) {
        endedThere();
        talk.say(Side.SERVER, text, frame, nanos);
        serverSpoke = true;
        if (replyLines.size() < REPLY.value()) {
            replyLines.add(text.length() > 4 ? text.substring(4) : "");
        }
        if (text.length() < 3 || text.length() > 3 && text.charAt(3) == '-') {
            return;
        }
        List<String> reply = replyLines;
        replyLines = new ArrayList<>();
        char first = text.charAt(0);
        if (state == State.AUTH && !text.startsWith("334")) {
            state = State.COMMAND;
        }
        Command command = asked.poll();
        if (command == null) {
            greeting = reply.getFirst();
            return;
        }
        if (!text.startsWith("334")) {
            loginBegan = false;
        }
        switch (command.verb()) {
            case "MAIL" -> {
                if (first == '2') {
                    taken("MAIL", command.argument());
                }
            }
            case "RCPT" -> {
                if (first == '2') {
                    taken("RCPT", command.argument());
                }
            }
            case "DATA" -> {
                if (text.startsWith("354")) {
                    state = State.MESSAGE;
                }
            }
            case "AUTH" -> {
                if (text.startsWith("334")) {
                    state = State.AUTH;
                    asked.addFirst(command); // its last reply is still to come
                }
            }
            case "EHLO" -> {
                if (text.startsWith("250")) {
                    forgetEnvelope();
                    Ehlo offered = new Ehlo(greeting, reply);
                    if (talk.encrypted()) {
                        ehloInside = Optional.of(offered);
                    } else {
                        ehloInClear = Optional.of(offered);
                    }
                }
            }
            case "STARTTLS" -> refusal = first == '2' ? Optional.empty() : Optional.of(text);
            case "." -> finished(first == '2');
            case "BDAT" -> {
                if (command.argument().equals(LAST)) {
                    finished(first == '2');
                }
            }
            case "RSET", "HELO", "LHLO" -> {
                if (first == '2') {
                    forgetEnvelope();
                }
            }
            default -> {} // changes nothing here
        }
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
        asked.add(new Command(".", ""));
        close(frame, nanos);
        talk.say(Side.CLIENT, ".", frame, nanos);
        if (!serverSpoke) {
            finished(false);
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
        PassingMail mail = passing();
        mail.bytes(line, stuffed, length - stuffed);
        mail.bytes(LINE_END, LINE_END.length - ending, ending);
        if (talk.listener().wantsLines()) {
            talk.say(Side.CLIENT, TalkText.of(line, length), frame, nanos);
        }
    }

    @Override
    public void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos) {
        passing().bytes(d, offset, length);
        if (talk.listener().wantsLines()) {
            chunkLines.data(d, offset, length, frame, nanos);
        }
        if (last) {
            chunkLines.end(frame, nanos);
            talk.say(side, "[the chunk; " + passing().size() + " bytes of the mail so far]", frame, nanos);
            if (lastChunk) {
                close(frame, nanos);
                if (!serverSpoke) {
                    finished(false);
                }
            }
        }
    }

    /** The mail whose bytes come. */
    private PassingMail passing() {
        PassingMail mail = passing;
        if (mail == null) {
            mail = new PassingMail(talk.listener().mail());
            passing = mail;
        }
        return mail;
    }

    private void close(long frame, long nanos) {
        PassingMail mail = passing();
        passing = null;
        mail.close(talk.encrypted(), frame, nanos);
        sent.add(mail);
        if (sent.size() > MAILS.value()) {
            finished(false);
        }
    }

    /** A mail in chunks that the client breaks off, or whose end is not in the capture. */
    private void abandon(long frame, long nanos) {
        PassingMail mail = passing;
        if (mail != null) {
            mail.broken();
            close(frame, nanos);
            finished(false);
        }
    }

    private void finished(boolean accepted) {
        PassingMail mail = sent.poll();
        if (mail != null) {
            mail.end(from, List.copyOf(recipients), accepted);
        }
    }

    @Override
    public void hole(Side side, long bytes) {
        if (side == Side.CLIENT) {
            wentOn();
        }
        if (side == Side.CLIENT && (state == State.MESSAGE || passing != null)) {
            passing().broken();
            midLine = false;
        }
    }

    /** The capture ended before the server's answer. */
    @Override
    public void end(long frame, long nanos) {
        wentOn();
        while (!sent.isEmpty()) {
            finished(false);
        }
        abandon(frame, nanos);
    }
}
