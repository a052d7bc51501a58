package org.hikyaku.relay.filter;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.tls.SessionFacts;

/** One connection to a filter, for one mail: the server's side of the milter protocol, version 6. For one thread. */
final class MilterSession {
    private static final Limit CHANGES = new Limit("changes that a filter asks for in one mail", 10_000);

    private static final int VERSION = 6;

    /** Fields added, body and fields changed, recipients added and removed, another sender; no quarantine. */
    private static final int ACTIONS = 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x40;

    /** All steps may be left out or go without an answer; a value may keep its blank. Refused recipients are not told of. */
    private static final int OFFERED = 0x1f_f7ff;

    private static final int BODY_PIECE = 65_535;

    /** {@code 550 5.7.1 text}, several lines with CRLF. */
    private static final Pattern REPLY = Pattern.compile("[45][0-9][0-9][ -].*");

    private final Connection connection;
    private final InputStream in;
    private final DataOutputStream out;
    private final Duration timeout;
    private final String hostName;
    private final List<Change> changes = new ArrayList<>();
    private int left;

    /** What the filter wants to leave out. */
    private enum Step {
        CONNECT('C', 0x01, 0x1000),
        HELO('H', 0x02, 0x2000),
        MAIL('M', 0x04, 0x4000),
        RCPT('R', 0x08, 0x8000),
        DATA('T', 0x200, 0x1_0000),
        FIELD('L', 0x20, 0x80),
        END_OF_HEADER('N', 0x40, 0x4_0000),
        BODY('B', 0x10, 0x8_0000),
        END('E', 0, 0);

        private final char command;
        private final int leftOut;
        private final int unanswered;

        Step(char command, int leftOut, int unanswered) {
            this.command = command;
            this.leftOut = leftOut;
            this.unanswered = unanswered;
        }
    }

    /** What an answer to a step comes to. */
    private enum Answer {
        GO_ON,
        /** No more of the body is wanted. */
        SKIP
    }

    /** The filter has decided before the end. */
    private static final class DecidedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Verdict verdict;

        DecidedException(Verdict verdict) {
            super(verdict.toString(), null, false, false);
            this.verdict = verdict;
        }
    }

    MilterSession(Connection connection, Duration timeout, String hostName) {
        this.connection = connection;
        this.in = new BufferedInputStream(connection.input());
        this.out = new DataOutputStream(new BufferedOutputStream(connection.output(), 1 << 16));
        this.timeout = timeout;
        this.hostName = hostName;
    }

    /** SMFIC_OPTNEG. */
    void negotiate() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream offer = new DataOutputStream(bytes);
        offer.writeInt(VERSION);
        offer.writeInt(ACTIONS);
        offer.writeInt(OFFERED);
        send('O', bytes.toByteArray());
        Packet answer = receive();
        if (answer.command() != 'O') {
            throw answer.wrong();
        }
        int version = answer.number(0);
        int actions = answer.number(4);
        left = answer.number(8);
        if (version < 2 || version > VERSION) {
            throw new FilterException(
                    "it speaks version " + version + " of the milter protocol; 2 to 6 are known here");
        }
        if ((actions & ~ACTIONS) != 0 || (left & ~OFFERED) != 0) {
            throw new FilterException(
                    "it wants what was not offered (actions " + Integer.toHexString(actions) + ", steps "
                            + Integer.toHexString(left) + "): quarantine and refused recipients are not known here");
        }
    }

    /** Whether values keep the blank behind the colon. */
    private boolean blank() {
        return (left & 0x10_0000) != 0;
    }

    /**
     * Tells of a whole mail.
     *
     * @param content the mail as the client sent it
     */
    Verdict ask(Client client, IncomingMail mail, Spool content) throws IOException {
        try {
            envelope(client, mail);
            InputStream from = content.open();
            for (HeaderFields.Shown field : HeaderFields.read(from).shown(blank())) {
                ByteArrayOutputStream data = new ByteArrayOutputStream(field.value().length + 40);
                text(data, field.name());
                data.writeBytes(field.value());
                data.write(0);
                tell(Step.FIELD, data.toByteArray());
            }
            tell(Step.END_OF_HEADER, new byte[0]);
            body(from);
            return end();
        } catch (DecidedException e) {
            return e.verdict;
        }
    }

    private void envelope(Client client, IncomingMail mail) throws IOException, DecidedException {
        macros(Step.CONNECT, Map.of("j", hostName, "v", "Hikyaku", "{daemon_name}", "hikyaku"));
        ByteArrayOutputStream connect = new ByteArrayOutputStream();
        InetSocketAddress remote = client.remote();
        String address = remote.getAddress().getHostAddress();
        text(connect, "[" + address + "]"); // its name is nobody's business here
        connect.write(remote.getAddress() instanceof Inet6Address ? '6' : '4');
        connect.write(remote.getPort() >>> 8);
        connect.write(remote.getPort());
        text(connect, address);
        tell(Step.CONNECT, connect.toByteArray());
        macros(Step.HELO, client.tls().map(MilterSession::tls).orElse(Map.of()));
        tell(Step.HELO, texts(client.greeting().orElse("")));
        Map<String, String> sender = new LinkedHashMap<>();
        client.user().ifPresent(user -> {
            sender.put("{auth_authen}", user);
            sender.put(
                    "{auth_type}",
                    client.login().map(l -> l.mechanism().title()).orElse("EXTERNAL"));
        });
        sender.put("{mail_addr}", mail.sender().address().map(Mailbox::toString).orElse(""));
        macros(Step.MAIL, sender);
        tell(Step.MAIL, texts(mail.sender().toString()));
        for (Envelope.Recipient recipient : mail.recipients()) {
            String to = recipient.address().toString();
            macros(Step.RCPT, Map.of("{rcpt_addr}", to));
            tell(Step.RCPT, texts("<" + to + ">"));
        }
        tell(Step.DATA, new byte[0]);
    }

    private static Map<String, String> tls(SessionFacts tls) {
        return Map.of(
                "{tls_version}",
                tls.version().title(),
                "{cipher}",
                tls.suite(),
                "{cipher_bits}",
                String.valueOf(tls.bits()));
    }

    private void body(InputStream from) throws IOException, DecidedException {
        while (true) {
            byte[] piece = from.readNBytes(BODY_PIECE);
            if (piece.length == 0 || tell(Step.BODY, piece) == Answer.SKIP) {
                return;
            }
        }
    }

    /** SMFIC_BODYEOB: changes, and the last answer. */
    private Verdict end() throws IOException, DecidedException {
        send(Step.END.command, new byte[0]);
        while (true) {
            Packet answer = receive();
            CHANGES.check(changes.size());
            switch (answer.command()) {
                case 'h' -> {
                    List<String> field = answer.texts(0, 2);
                    changes.add(new Change.AddField(field.get(0), field.get(1)));
                }
                case 'i' -> {
                    List<String> field = answer.texts(4, 2);
                    changes.add(new Change.InsertField(answer.number(0), field.get(0), field.get(1)));
                }
                case 'm' -> {
                    List<String> field = answer.texts(4, 2);
                    changes.add(new Change.ChangeField(answer.number(0), field.get(0), field.get(1)));
                }
                case 'b' -> changes.add(new Change.ReplaceBody(answer.data()));
                case '+' -> changes.add(new Change.AddRecipient(mailbox(answer).orElseThrow(answer::wrong)));
                case '-' ->
                    changes.add(new Change.RemoveRecipient(mailbox(answer).orElseThrow(answer::wrong)));
                case 'e' -> changes.add(new Change.ChangeSender(mailbox(answer)));
                case 'a', 'c' -> {
                    return new Verdict.Take(changes, blank());
                }
                default -> {
                    decide(answer);
                    throw answer.wrong();
                }
            }
        }
    }

    /** Empty for {@code <>}. */
    private static Optional<Mailbox> mailbox(Packet answer) throws FilterException {
        String text = answer.texts(0, 1).getFirst().strip();
        String bare = text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
        try {
            return bare.isEmpty() ? Optional.empty() : Optional.of(Mailbox.parse(bare));
        } catch (IllegalArgumentException e) {
            throw new FilterException("it names a mail address that is none: " + e.getMessage());
        }
    }

    /** One step, and what the filter says to it. */
    private Answer tell(Step step, byte[] data) throws IOException, DecidedException {
        if ((left & step.leftOut) != 0) {
            return Answer.GO_ON;
        }
        send(step.command, data);
        if ((left & step.unanswered) != 0) {
            return Answer.GO_ON;
        }
        Answer answer = decide(receive());
        if (answer == Answer.SKIP && step != Step.BODY) {
            throw new FilterException("it says SKIP where that means nothing");
        }
        return answer;
    }

    private static Answer decide(Packet answer) throws FilterException, DecidedException {
        return switch (answer.command()) {
            case 'c' -> Answer.GO_ON;
            case 's' -> Answer.SKIP;
            case 'a' -> throw new DecidedException(new Verdict.Take(List.of(), false));
            case 'd' -> throw new DecidedException(new Verdict.Discard());
            case 'r' -> throw new DecidedException(refuse(550, "5.7.1 refused by a content filter"));
            case 't' -> throw new DecidedException(refuse(451, "4.7.1 a content filter asks to come again"));
            case 'f' -> throw new DecidedException(refuse(451, "4.7.1 a content filter does not take this connection"));
            case '4' -> throw new DecidedException(refuse(421, "4.7.0 a content filter asks to come again"));
            case 'y' -> throw new DecidedException(reply(answer));
            default -> throw answer.wrong();
        };
    }

    private static Verdict refuse(int code, String text) {
        return new Verdict.Refuse(new Reply(code, List.of(text)));
    }

    /** SMFIR_REPLYCODE: a whole SMTP reply, as the filter words it. */
    private static Verdict reply(Packet answer) throws FilterException {
        String[] lines = answer.texts(0, 1).getFirst().split("\r?\n", -1);
        List<String> texts = new ArrayList<>();
        for (String line : lines) {
            boolean good = line.length() >= 3
                    && REPLY.matcher(line.length() == 3 ? line + " " : line).matches();
            if (!good || line.chars().anyMatch(c -> c < ' ' || c == 0x7f) || line.length() > 900) {
                throw new FilterException("its reply is none of SMTP");
            }
            texts.add(line.length() > 4 ? line.substring(4) : "");
        }
        return new Verdict.Refuse(new Reply(Integer.parseInt(lines[0].substring(0, 3)), texts));
    }

    /** SMFIC_QUIT. */
    void quit() {
        try {
            send('Q', new byte[0]);
            out.flush();
        } catch (IOException e) {
            // It has decided; nothing is lost.
        }
    }

    private void macros(Step step, Map<String, String> values) throws IOException {
        if (values.isEmpty() || (left & step.leftOut) != 0) {
            return;
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.write(step.command);
        values.forEach((name, value) -> {
            text(data, name);
            text(data, value);
        });
        send('D', data.toByteArray());
    }

    private static byte[] texts(String one) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        text(data, one);
        return data.toByteArray();
    }

    private static void text(ByteArrayOutputStream data, String text) {
        data.writeBytes(text.replace("\0", "").getBytes(StandardCharsets.UTF_8));
        data.write(0);
    }

    private void send(char command, byte[] data) throws IOException {
        out.writeInt(data.length + 1);
        out.writeByte(command);
        out.write(data);
    }

    /** The next packet that is not a sign of life. */
    private Packet receive() throws IOException {
        out.flush();
        for (int progress = 0; progress < CHANGES.value(); progress++) {
            connection.within(Deadline.after(timeout));
            Packet packet = Packet.read(in);
            if (packet.command() != 'p') {
                return packet;
            }
        }
        throw new FilterException("it says that it works on it, and never ends");
    }
}
