package org.hikyaku.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A dialogue that somebody else has written down: each line is sent and its reply awaited, as with {@code openssl
 * s_client -quiet -crlf} but in step. Behind DATA, lines go out as they are until a lone dot; what answers a challenge of
 * AUTH is shown as a mask. QUIT ends it.
 */
public final class SmtpScript {
    private static final int LINE_LIMIT = 64 * 1024;

    private final SmtpSession session;
    private final SmtpChannel channel;
    private final Duration end;

    /** @param end how long to wait for the reply behind the lone dot */
    public SmtpScript(SmtpSession session, Duration end) {
        this.session = session;
        this.channel = session.channel();
        this.end = end;
    }

    /** A line and what came of it. */
    public record Answered(String command, Reply reply) {}

    /**
     * What came of it.
     *
     * @param broken why it ended before its last line; empty when it did not
     */
    public record Played(List<Answered> answers, Optional<String> broken) {
        public Played {
            answers = List.copyOf(answers);
        }
    }

    /** Plays the lines to their end or to QUIT. */
    public Played run(BufferedReader lines) {
        List<Answered> answers = new ArrayList<>();
        try {
            play(lines, answers);
            return new Played(answers, Optional.empty());
        } catch (IOException e) {
            return new Played(answers, Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private void play(BufferedReader lines, List<Answered> answers) throws IOException {
        boolean secret = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.length() > LINE_LIMIT) {
                throw new IOException("a line of the dialogue has more than " + LINE_LIMIT + " characters");
            }
            String verb = line.strip().toUpperCase(Locale.ROOT);
            if (!secret && (verb.equals("STARTTLS") || verb.startsWith("BDAT"))) {
                throw new IOException(
                        verb.equals("STARTTLS")
                                ? "STARTTLS cannot stand in a dialogue: TLS is there before it begins (see --tls)"
                                : "BDAT cannot stand in a dialogue of lines; use DATA");
            }
            Reply reply = secret ? session.secret(line) : session.command(line);
            answers.add(new Answered(secret ? "********" : line, reply));
            if (reply.code() == 354) {
                answers.add(new Answered(".", data(lines)));
            } else if (verb.equals("DATA")) {
                skipMail(lines); // else its lines would be taken for commands
            }
            secret = reply.code() == 334;
            if (verb.equals("QUIT")) {
                return;
            }
        }
    }

    private static void skipMail(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.equals(".")) {
            line = lines.readLine();
        }
    }

    private Reply data(BufferedReader lines) throws IOException {
        long count = 0;
        for (String line = lines.readLine(); line != null && !line.equals("."); line = lines.readLine()) {
            bytes(line);
            count++;
        }
        channel.narrate(count + " lines of mail and the lone dot");
        bytes(".");
        channel.flush();
        return channel.reply(end);
    }

    private void bytes(String line) throws IOException {
        byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.UTF_8);
        channel.bytes(bytes, 0, bytes.length, session.patience());
    }
}
