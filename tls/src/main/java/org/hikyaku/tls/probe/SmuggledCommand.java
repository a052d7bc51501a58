package org.hikyaku.tls.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.tls.wire.AlertDescription;

/**
 * A command sent in the clear behind STARTTLS. A server that keeps it and runs it once TLS stands lets an attacker on the way
 * speak first inside the victim's session (CVE-2011-0411). The commands are harmless; what counts is how many answers come.
 */
final class SmuggledCommand {
    private final Service.Talk talk;
    private final String ehloName;
    private final FinishedHandshake.Session session;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private int lines;

    /** @param session TLS stands in it, and nothing was said yet */
    SmuggledCommand(Service.Talk talk, String ehloName, FinishedHandshake.Session session) {
        this.talk = talk;
        this.ehloName = ehloName;
        this.session = session;
    }

    /** What is sent behind STARTTLS, in one segment with it. */
    static String in(Service.Talk talk) {
        return switch (talk) {
            case SMTP -> "NOOP\r\n";
            case IMAP -> "a7 NOOP\r\n";
            case POP3 -> "CAPA\r\n";
            case HTTP, NONE -> throw new IllegalStateException(talk + " has no STARTTLS");
        };
    }

    /**
     * Whether it was run.
     *
     * @throws IOException when the server hung up or fell silent before that could be told
     */
    Known wasRun() throws IOException {
        return switch (talk) {
            case SMTP -> smtp();
            case IMAP -> imap();
            case POP3 -> pop3();
            case HTTP, NONE -> Known.UNKNOWN;
        };
    }

    /** EHLO, and after its reply QUIT: when the reply to that is not 221 but another one before it, one was too many. */
    private Known smtp() throws IOException {
        send("EHLO " + ehloName);
        smtpReply();
        send("QUIT");
        if (smtpReply() == 221) {
            return Known.NO;
        }
        return smtpReply() == 221 ? Known.YES : Known.UNKNOWN;
    }

    /** Tags tell the answers apart; they come in order. */
    private Known imap() throws IOException {
        send("a8 CAPABILITY");
        boolean run = false;
        String line = line();
        while (!line.startsWith("a8 ")) {
            run |= line.startsWith("a7 ");
            line = line();
        }
        send("a9 LOGOUT");
        session.close();
        return Known.of(run);
    }

    /** QUIT has an answer of one line, the last one. The answer to CAPA would come before it. */
    private Known pop3() throws IOException {
        send("QUIT");
        String first = line();
        try {
            line();
            return Known.YES;
        } catch (RecordChannel.EndOfStream e) {
            return first.startsWith("+OK") ? Known.NO : Known.UNKNOWN;
        } catch (RecordChannel.AlertReceived e) {
            boolean goodbye = e.alert().description() == AlertDescription.CLOSE_NOTIFY;
            return goodbye && first.startsWith("+OK") ? Known.NO : Known.UNKNOWN;
        }
    }

    private void send(String command) throws IOException {
        session.send((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private int smtpReply() throws IOException {
        List<String> reply = new ArrayList<>();
        do {
            reply.add(line());
        } while (reply.getLast().length() > 3 && reply.getLast().charAt(3) == '-');
        return Opening.code(reply);
    }

    private String line() throws IOException {
        Opening.LINES.check(++lines);
        while (true) {
            byte[] bytes = buffer.toByteArray();
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    buffer.reset();
                    buffer.write(bytes, i + 1, bytes.length - i - 1);
                    return new String(bytes, 0, i, StandardCharsets.ISO_8859_1).strip();
                }
            }
            Opening.LINE.check(bytes.length);
            buffer.writeBytes(session.receive());
        }
    }
}
