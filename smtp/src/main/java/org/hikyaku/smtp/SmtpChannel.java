package org.hikyaku.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.smtp.Anomaly.Kind;
import org.hikyaku.smtp.Transcript.Speaker;

/** Commands out, replies in, on one connection in clear or inside TLS. Its reader's buffer lives and dies with it. */
final class SmtpChannel implements Closeable {
    private static final String MASK = "********";

    private final Connection connection;
    private final ReplyReader replies;
    private final Transcript transcript;
    private final List<Anomaly> anomalies;

    /**
     * @param anomalies to which what is odd is added
     */
    SmtpChannel(Connection connection, Transcript transcript, List<Anomaly> anomalies) {
        this.connection = connection;
        this.replies = new ReplyReader(new ByteReader(connection.input()), transcript);
        this.transcript = transcript;
        this.anomalies = anomalies;
    }

    Connection connection() {
        return connection;
    }

    /** The next reply, whole, within the time given. */
    Reply reply(Duration within) throws IOException {
        connection.within(Deadline.after(within));
        return received();
    }

    /**
     * Sends a command and reads its reply.
     *
     * @throws IllegalArgumentException when the line has a CR or LF in it: it would be two commands
     */
    Reply command(String line, Duration within) throws IOException {
        return exchange(line, masked(line), within);
    }

    /** As {@link #command}, for a line that is a secret as a whole: an answer within AUTH. */
    Reply secret(String line, Duration within) throws IOException {
        return exchange(line, MASK, within);
    }

    /**
     * Throws away what has come and belongs to no reply. To be called between the {@code 220} to STARTTLS and the
     * handshake, and never later.
     */
    void leaveClearText() {
        if (replies.buffered() > 0) {
            byte[] injected = replies.takeBuffered();
            note(
                    Kind.PLAINTEXT_BEHIND_STARTTLS,
                    injected.length + " bytes of plain text came behind the 220 to STARTTLS and were thrown away: \""
                            + Wire.excerpt(injected) + "\"");
        }
    }

    void note(Kind kind, String sentence) {
        if (anomalies.stream().noneMatch(a -> a.kind() == kind)) {
            anomalies.add(new Anomaly(kind, sentence));
        }
        transcript.said(Speaker.NARRATOR, sentence);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    /** Sends a command that is shown as something else, and reads its reply. */
    Reply exchange(String line, String shown, Duration within) throws IOException {
        send(List.of(line), List.of(shown), within);
        return received();
    }

    /** Sends several commands at once (RFC 2920); their replies are to be read one by one. */
    void send(List<String> lines, Duration within) throws IOException {
        send(lines, lines.stream().map(SmtpChannel::masked).toList(), within);
    }

    private void send(List<String> lines, List<String> shown, Duration within) throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            oneLine(lines.get(i), shown.get(i));
            all.append(lines.get(i)).append("\r\n");
        }
        nothingUnasked();
        connection.within(Deadline.after(within));
        shown.forEach(line -> transcript.said(Speaker.CLIENT, Wire.clean(line)));
        connection.output().write(all.toString().getBytes(StandardCharsets.UTF_8));
        connection.output().flush();
    }

    /** Sends bytes that are no command: a mail's content. */
    void bytes(byte[] bytes, int offset, int length, Duration within) throws IOException {
        connection.within(Deadline.after(within));
        connection.output().write(bytes, offset, length);
    }

    void flush() throws IOException {
        connection.output().flush();
    }

    void narrate(String sentence) {
        transcript.said(Speaker.NARRATOR, sentence);
    }

    private static void oneLine(String line, String shown) {
        if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("an SMTP command is one line: \"" + Wire.clean(shown) + "\"");
        }
    }

    private void nothingUnasked() {
        if (replies.buffered() > 0) {
            // Else the reply to this command would be taken from words that were said before it.
            byte[] early = replies.takeBuffered();
            note(
                    Kind.OUT_OF_TURN,
                    "the server spoke before it was asked, and " + early.length + " bytes were thrown away: \""
                            + Wire.excerpt(early) + "\"");
        }
    }

    private Reply received() throws IOException {
        boolean before = replies.sawBareLf();
        Reply reply = replies.next();
        if (replies.sawBareLf() && !before) {
            note(Kind.BARE_LF, "a reply line ends with LF alone instead of CR LF (RFC 5321 section 2.3.8)");
        }
        return reply;
    }

    /** An initial response in the AUTH command (RFC 4954 section 4) is a secret; the mechanism is not. */
    private static String masked(String line) {
        if (!line.regionMatches(true, 0, "AUTH ", 0, 5)) {
            return line;
        }
        int secret = line.indexOf(' ', 5);
        return secret < 0 ? line : line.substring(0, secret + 1) + MASK;
    }
}
