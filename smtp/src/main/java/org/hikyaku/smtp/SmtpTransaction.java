package org.hikyaku.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.smtp.Envelope.Notify;
import org.hikyaku.smtp.Envelope.Recipient;
import org.hikyaku.smtp.TransactionOutcome.Answered;
import org.hikyaku.smtp.TransactionOutcome.Broken;
import org.hikyaku.smtp.TransactionOutcome.ContentRefused;
import org.hikyaku.smtp.TransactionOutcome.Lack;
import org.hikyaku.smtp.TransactionOutcome.NotSent;
import org.hikyaku.smtp.TransactionOutcome.RecipientsRefused;
import org.hikyaku.smtp.TransactionOutcome.SenderRefused;
import org.hikyaku.smtp.TransactionOutcome.Step;
import org.hikyaku.smtp.TransactionOutcome.Taken;

/**
 * Hands one mail to a server (RFC 5321 section 3.3): MAIL, RCPT for each recipient, and the content by DATA or in chunks
 * (RFC 3030). Commands go in groups where the server takes that (RFC 2920). For one use.
 */
public final class SmtpTransaction {
    /** How many commands are sent before their replies are read, so that neither side's buffers fill up. */
    private static final int GROUP = 50;

    private static final int CHUNK = 1 << 20;

    /** How the content goes. */
    public enum Transfer {
        /** Behind DATA, with dots doubled. A line end is added to a last line that has none. */
        DATA,
        /** In chunks (BDAT), byte for byte; the server must offer CHUNKING. */
        CHUNKS
    }

    private final SmtpSession session;
    private final SmtpChannel channel;
    private final TransactionTimes times;

    private final List<Answered> accepted = new ArrayList<>();
    private final List<Answered> refused = new ArrayList<>();
    private Step step = Step.SENDER;
    private boolean allSent;
    private boolean binary;

    public SmtpTransaction(SmtpSession session, TransactionTimes times) {
        this.session = session;
        this.channel = session.channel();
        this.times = times;
    }

    /**
     * Does it.
     *
     * @throws IOException when the content cannot be read; what happens to the connection is an outcome
     */
    public TransactionOutcome run(Envelope envelope, MailContent content, Transfer transfer) throws IOException {
        return run(envelope, content, transfer, Body.EIGHT_BIT_MIME);
    }

    /**
     * Does it.
     *
     * @param body what the bytes were said to be; whether those that are in lines have bytes above 127 is found out
     * @throws IOException when the content cannot be read; what happens to the connection is an outcome
     */
    public TransactionOutcome run(Envelope envelope, MailContent content, Transfer transfer, Body body)
            throws IOException {
        Optional<ContentScan> known = content.scan();
        ContentScan scan = known.isPresent() ? known.get() : ContentScan.of(content);
        this.binary = body == Body.BINARY_MIME;
        Optional<NotSent> lack = lack(envelope, content, scan, transfer);
        if (lack.isPresent()) {
            return lack.get();
        }
        try {
            Optional<TransactionOutcome> end = envelope(envelope, mail(envelope, content, scan), transfer);
            return end.isPresent() ? end.get() : content(content, transfer);
        } catch (IOException e) {
            return new Broken(step, allSent, sentence(e));
        }
    }

    private Optional<NotSent> lack(Envelope envelope, MailContent content, ContentScan scan, Transfer transfer) {
        EhloReply ehlo = session.ehlo();
        if (binary && (transfer != Transfer.CHUNKS || !ehlo.offers("CHUNKING") || !ehlo.offers("BINARYMIME"))) {
            return notSent(
                    Lack.BINARY,
                    "the mail is BINARYMIME, and the server does not offer CHUNKING and BINARYMIME (RFC 3030)");
        }
        Optional<String> unfit = binary ? Optional.empty() : scan.unfit();
        if (unfit.isPresent()) {
            return notSent(Lack.UNFIT, unfit.get());
        }
        if (envelope.requireTls() && (session.facts().isEmpty() || !ehlo.offers("REQUIRETLS"))) {
            return notSent(Lack.REQUIRETLS, "the server does not offer REQUIRETLS inside TLS (RFC 8689 section 4.2.1)");
        }
        if (utf8(envelope, scan) && !ehlo.offers("SMTPUTF8")) {
            return notSent(
                    Lack.SMTPUTF8,
                    (scan.eightBitHeader() ? "the mail's header" : "an address")
                            + " has letters beyond ASCII, and the server does not offer SMTPUTF8 (RFC 6531)");
        }
        if (scan.eightBit() && !binary && !ehlo.offers("8BITMIME")) {
            return notSent(
                    Lack.EIGHT_BIT,
                    "the mail has bytes above 127, and the server does not offer 8BITMIME (RFC 6152); encode it as"
                            + " quoted-printable or base64");
        }
        if (envelope.notices() && !ehlo.offers("DSN")) {
            return notSent(Lack.DSN, "notices are asked for, and the server does not offer DSN (RFC 3461)");
        }
        if (transfer == Transfer.CHUNKS && !ehlo.offers("CHUNKING")) {
            return notSent(Lack.CHUNKING, "the server does not offer CHUNKING (RFC 3030)");
        }
        long most = largest(ehlo);
        if (most > 0 && content.size() > most) {
            return notSent(
                    Lack.SIZE,
                    "the mail has " + content.size() + " bytes, and the server takes " + most + " at most (RFC 1870)");
        }
        return Optional.empty();
    }

    private static Optional<NotSent> notSent(Lack lack, String sentence) {
        return Optional.of(new NotSent(lack, sentence));
    }

    private static boolean utf8(Envelope envelope, ContentScan scan) {
        return !envelope.ascii() || scan.eightBitHeader();
    }

    /** What the server says is its limit; 0 when it says none (RFC 1870 section 4). */
    private static long largest(EhloReply ehlo) {
        List<String> parameters = ehlo.extensions().getOrDefault("SIZE", List.of());
        String digits = parameters.isEmpty() ? "" : parameters.getFirst();
        boolean number =
                !digits.isEmpty() && digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(digits) : 0;
    }

    private String mail(Envelope envelope, MailContent content, ContentScan scan) {
        EhloReply ehlo = session.ehlo();
        StringBuilder line = new StringBuilder("MAIL FROM:<")
                .append(envelope.sender().map(Mailbox::toString).orElse(""))
                .append('>');
        if (ehlo.offers("SIZE")) {
            line.append(" SIZE=").append(content.size());
        }
        if (binary || scan.eightBit()) {
            line.append(" BODY=").append((binary ? Body.BINARY_MIME : Body.EIGHT_BIT_MIME).token());
        }
        if (utf8(envelope, scan)) {
            line.append(" SMTPUTF8");
        }
        envelope.returned().ifPresent(r -> line.append(" RET=").append(r.name()));
        envelope.id().ifPresent(id -> line.append(" ENVID=").append(xtext(id)));
        if (envelope.requireTls()) {
            line.append(" REQUIRETLS");
        }
        return line.toString();
    }

    private static String recipient(Recipient recipient) {
        StringBuilder line =
                new StringBuilder("RCPT TO:<").append(recipient.address()).append('>');
        recipient.when().ifPresent(when -> line.append(" NOTIFY=").append(words(when)));
        recipient
                .original()
                .ifPresent(o -> line.append(" ORCPT=")
                        .append(o.type())
                        .append(';')
                        .append(o.utf8() ? unitext(o.address()) : xtext(o.address())));
        return line.toString();
    }

    private static String words(Set<Notify> when) {
        return when.isEmpty()
                ? "NEVER"
                : when.stream().sorted().map(Notify::name).collect(Collectors.joining(","));
    }

    /** RFC 6533 section 3: letters as they are, three marks by their numbers in hexadecimal. */
    private static String unitext(String text) {
        return text.replace("\\", "\\x{5C}").replace("+", "\\x{2B}").replace("=", "\\x{3D}");
    }

    /** RFC 3461 section 4: what is not printable, and {@code +} and {@code =}, as {@code +XX}. */
    private static String xtext(String text) {
        StringBuilder x = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7F && b != '+' && b != '=') {
                x.append((char) b);
            } else {
                x.append(String.format(Locale.ROOT, "+%02X", b & 0xff));
            }
        }
        return x.toString();
    }

    /** MAIL, the RCPTs and DATA; an outcome when it ends there. */
    private Optional<TransactionOutcome> envelope(Envelope envelope, String mail, Transfer transfer)
            throws IOException {
        boolean pipelining = session.ehlo().offers("PIPELINING");
        List<Recipient> recipients = envelope.recipients();
        int group = pipelining ? GROUP : 1;
        List<String> lines = new ArrayList<>(List.of(mail));
        int next = 0;
        boolean dataSent = false;
        Optional<Reply> noSender = Optional.empty();
        while (next < recipients.size() || !lines.isEmpty()) {
            int first = next;
            while (next < recipients.size() && lines.size() < group) {
                lines.add(recipient(recipients.get(next++)));
            }
            // RFC 2920 section 3.1: DATA may end a group
            if (pipelining && transfer == Transfer.DATA && next == recipients.size()) {
                lines.add("DATA");
                dataSent = true;
            }
            channel.send(lines, step == Step.SENDER ? times.sender() : times.recipient());
            if (step == Step.SENDER) {
                Reply reply = channel.reply(times.sender());
                noSender = reply.kind() == Reply.Kind.POSITIVE ? Optional.empty() : Optional.of(reply);
                step = Step.RECIPIENT;
            }
            for (int i = first; i < next; i++) {
                Reply reply = channel.reply(times.recipient());
                boolean yes = reply.kind() == Reply.Kind.POSITIVE;
                (yes ? accepted : refused).add(new Answered(recipients.get(i).address(), reply));
            }
            lines.clear();
            if (noSender.isPresent()) {
                giveUp(dataSent);
                return Optional.of(new SenderRefused(noSender.get()));
            }
        }
        if (accepted.isEmpty()) {
            giveUp(dataSent);
            return Optional.of(new RecipientsRefused(refused));
        }
        step = Step.CONTENT;
        if (transfer == Transfer.CHUNKS) {
            return Optional.empty();
        }
        Reply go = dataSent ? channel.reply(times.data()) : channel.command("DATA", times.data());
        // RFC 5321 section 4.3.2: 354 is the only yes.
        if (go.code() != 354) {
            reset();
            return Optional.of(new ContentRefused(go, accepted, refused));
        }
        return Optional.empty();
    }

    /** Leaves the session fit for another mail where nobody was accepted. */
    private void giveUp(boolean dataSent) {
        try {
            if (dataSent && channel.reply(times.data()).code() == 354) {
                // RFC 2920 section 3.1: a server that says 354 all the same gets an empty mail, for nobody
                var _ = channel.command(".", times.end());
            }
            reset();
        } catch (IOException e) {
            // What the server said before is the outcome; that it has gone now will show at the next command.
        }
    }

    private TransactionOutcome content(MailContent content, Transfer transfer) throws IOException {
        Reply reply = transfer == Transfer.DATA ? data(content) : chunks(content);
        if (reply.kind() == Reply.Kind.POSITIVE) {
            return new Taken(reply, accepted, refused);
        }
        return new ContentRefused(reply, accepted, refused);
    }

    private Reply data(MailContent content) throws IOException {
        channel.narrate(content.size() + " bytes of mail and the lone dot");
        try {
            new ContentWriter(channel, times.block()).write(content);
            allSent = true;
        } catch (IOException e) {
            return lastWords(e);
        }
        return channel.reply(times.end());
    }

    /** A server that has had enough may say so and hang up before it has read all: its words say more than the error. */
    private Reply lastWords(IOException e) throws IOException {
        try {
            return channel.reply(times.block());
        } catch (IOException silent) {
            e.addSuppressed(silent);
            throw e;
        }
    }

    private Reply chunks(MailContent content) throws IOException {
        long left = content.size();
        byte[] chunk = new byte[(int) Math.min(CHUNK, Math.max(1, left))];
        try (InputStream in = content.open()) {
            while (true) {
                int n = in.readNBytes(chunk, 0, (int) Math.min(chunk.length, left));
                left -= n;
                boolean last = left == 0;
                if (n == 0 && !last) {
                    throw new IOException("the mail has become shorter while it was read");
                }
                channel.send(List.of("BDAT " + n + (last ? " LAST" : "")), times.block());
                channel.narrate(n + " bytes of mail");
                channel.bytes(chunk, 0, n, times.block());
                channel.flush();
                allSent = last;
                Reply reply = channel.reply(last ? times.end() : times.data());
                if (last || reply.kind() != Reply.Kind.POSITIVE) {
                    if (!last) {
                        reset(); // RFC 3030 section 2: else the server waits for more
                    }
                    return reply;
                }
            }
        }
    }

    /** Leaves the session fit for another mail. */
    private void reset() throws IOException {
        try {
            var _ = channel.command("RSET", session.patience());
        } catch (IOException e) {
            // What the server said before is the outcome; that it has gone now will show at the next command.
        }
    }

    private static String sentence(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
