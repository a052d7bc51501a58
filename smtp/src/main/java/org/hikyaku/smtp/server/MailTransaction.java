package org.hikyaku.smtp.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;

/** One mail, from MAIL to the reply behind its content (RFC 5321 section 3.3). */
final class MailTransaction {
    private final ServerChannel channel;
    private final ServerLimits limits;
    private final ServerTimes times;
    private final ServerParts parts;
    private final LongSupplier nanoClock;

    private Optional<Sender> sender = Optional.empty();
    private final List<Envelope.Recipient> recipients = new ArrayList<>();
    private boolean recipientSaid;
    private Optional<Chunks> chunks = Optional.empty();

    /** What came of a command with content. */
    enum Outcome {
        TAKEN,
        REFUSED,
        /** Refused for a CR or LF by itself. */
        STRAY_ENDS,
        /** Refused before any content was asked for. */
        NOT_ASKED_FOR,
        /** A chunk that is not the last. */
        GOING_ON
    }

    /** A mail that comes in chunks; the draft is empty once something was wrong. */
    private record Chunks(Optional<MailSink.Draft> draft, ContentReader reader) {}

    MailTransaction(
            ServerChannel channel, ServerLimits limits, ServerTimes times, ServerParts parts, LongSupplier nanoClock) {
        this.channel = channel;
        this.limits = limits;
        this.times = times;
        this.parts = parts;
        this.nanoClock = nanoClock;
    }

    /** True between MAIL and the end of the mail. */
    boolean open() {
        return sender.isPresent();
    }

    /** Forgets the mail (RSET, EHLO, the end of the session). */
    void reset() {
        chunks.flatMap(Chunks::draft).ifPresent(MailTransaction::forget);
        chunks = Optional.empty();
        sender = Optional.empty();
        recipients.clear();
        recipientSaid = false;
    }

    private static void forget(MailSink.Draft draft) {
        try {
            draft.close();
        } catch (IOException e) {
            // Either the mail is committed and safe, or the client knows that it was not taken.
        }
    }

    void mail(Client client, Sender said) throws CommandException {
        if (client.greeting().isEmpty()) {
            throw new CommandException(503, "5.5.1 say EHLO before");
        }
        if (open()) {
            throw new CommandException(503, "5.5.1 a mail is under way; RSET forgets it");
        }
        if (said.size() > limits.messageSize().value()) {
            // RFC 1870 section 6.1
            refuse(
                    client,
                    "MAIL",
                    Replies.of(
                            552,
                            "5.3.4 the mail is larger than the limit of "
                                    + limits.messageSize().value() + " "
                                    + limits.messageSize().name()));
            return;
        }
        Optional<Reply> refusal = parts.policy().sender(client, said);
        if (refusal.isPresent()) {
            refuse(client, "MAIL", refusal.get());
            return;
        }
        sender = Optional.of(said);
        channel.say(Replies.SENDER_OK);
    }

    void rcpt(Client client, Envelope.Recipient recipient) throws CommandException {
        if (sender.isEmpty()) {
            throw new CommandException(503, "5.5.1 say MAIL before");
        }
        if (chunks.isPresent()) {
            throw new CommandException(503, "5.5.1 the content has begun; RSET forgets the mail");
        }
        recipientSaid = true;
        if (recipients.size() >= limits.recipients().value()) {
            // RFC 5321 section 4.5.3.1.10: 452, so that the client sends the rest in another mail.
            refuse(
                    client,
                    "RCPT",
                    Replies.of(
                            452,
                            "4.5.3 more than the limit of "
                                    + limits.recipients().value() + " "
                                    + limits.recipients().name()));
            return;
        }
        Mailbox address = recipient.address();
        if (!sender.get().smtpUtf8()
                && (!address.ascii()
                        || recipient.original().map(o -> !ascii(o.address())).orElse(false))) {
            throw CommandParser.needsUtf8();
        }
        Optional<Reply> refusal = parts.policy().recipient(client, sender.get(), recipient);
        if (refusal.isPresent()) {
            refuse(client, "RCPT TO:<" + address + ">", refusal.get());
            return;
        }
        recipients.add(recipient);
        channel.say(Replies.RECIPIENT_OK);
    }

    private static boolean ascii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private void refuse(Client client, String command, Reply reply) {
        parts.events().refused(client, command, reply);
        channel.say(reply);
    }

    private void needRecipients() throws CommandException {
        if (sender.isEmpty()) {
            throw new CommandException(503, "5.5.1 say MAIL before");
        }
        if (recipients.isEmpty()) {
            throw recipientSaid
                    ? new CommandException(554, "5.5.1 no recipient was accepted")
                    : new CommandException(503, "5.5.1 say RCPT before");
        }
    }

    /** DATA and what follows it. */
    Outcome data(Client client) throws IOException, CommandException {
        if (chunks.isPresent()) {
            throw new CommandException(503, "5.5.1 the content comes by BDAT; DATA does not go with it (RFC 3030)");
        }
        needRecipients();
        if (sender.get().body() == Body.BINARY_MIME) {
            throw new CommandException(503, "5.5.1 BINARYMIME goes by BDAT only (RFC 3030 section 3)");
        }
        IncomingMail mail = mail();
        MailSink.Draft draft;
        try {
            draft = parts.sink().begin(client, mail);
        } catch (IOException e) {
            refuse(client, "DATA", reply(client, e));
            reset();
            return Outcome.NOT_ASKED_FOR;
        }
        ContentReader reader = new ContentReader(channel, limits, times, nanoClock);
        try {
            channel.say(Replies.GO_AHEAD);
            reader.data(draft.content());
            return finish(client, mail, draft, reader);
        } finally {
            forget(draft);
            reset();
        }
    }

    private IncomingMail mail() {
        return new IncomingMail(sender.orElseThrow(), recipients);
    }

    private Outcome finish(Client client, IncomingMail mail, MailSink.Draft draft, ContentReader reader) {
        if (reader.fault().isPresent()) {
            refuse(client, "the content", reader.fault().get());
            return reader.strayEnds() ? Outcome.STRAY_ENDS : Outcome.REFUSED;
        }
        if (reader.sinkFault().isPresent()) {
            refuse(client, "the content", reply(client, reader.sinkFault().get()));
            return Outcome.REFUSED;
        }
        String id;
        try {
            id = draft.commit(body(mail.sender().body(), reader));
        } catch (IOException e) {
            refuse(client, "the content", reply(client, e));
            return Outcome.REFUSED;
        }
        parts.events().taken(client, mail, id, reader.total());
        channel.say(Replies.of(250, "2.0.0 taken as " + id));
        return Outcome.TAKEN;
    }

    /** Clients that say nothing of 8BITMIME send it all the same; the next server must be told. */
    private static Body body(Body said, ContentReader reader) {
        return said == Body.SEVEN_BIT && reader.eightBit() ? Body.EIGHT_BIT_MIME : said;
    }

    /** What the client gets to hear when the sink says no, or fails. */
    private Reply reply(Client client, IOException e) {
        if (e instanceof MailRefusedException refused) {
            return refused.reply();
        }
        parts.events().fault(client, e);
        return Replies.LOCAL_FAULT;
    }

    /** BDAT and its chunk (RFC 3030). Whatever is said to it, the chunk is read. */
    Outcome bdat(Client client, Command.Bdat command) throws IOException, CommandException, SessionOverException {
        long bound = 2 * limits.messageSize().value() + (1 << 20);
        if (command.size() > bound) {
            throw new SessionOverException(
                    SessionEnd.Why.REFUSED,
                    Replies.of(
                            552,
                            "5.3.4 the chunk is larger than the limit of "
                                    + limits.messageSize().value() + " "
                                    + limits.messageSize().name()));
        }
        if (chunks.isEmpty()) {
            try {
                needRecipients();
            } catch (CommandException e) {
                ContentReader.discard(channel, command.size(), times);
                throw e;
            }
            Optional<Reply> refusal = beginChunks(client);
            if (refusal.isPresent()) {
                ContentReader.discard(channel, command.size(), times);
                refuse(client, "BDAT", refusal.get());
                return Outcome.REFUSED;
            }
        }
        Chunks now = chunks.orElseThrow();
        if (now.draft().isEmpty()) {
            ContentReader.discard(channel, command.size(), times);
            // RFC 3030 section 2: after a refusal further chunks are out of order until RSET.
            throw new CommandException(503, "5.5.1 the mail was refused; RSET forgets it");
        }
        boolean binary = sender.orElseThrow().body() == Body.BINARY_MIME;
        MailSink.Draft draft = now.draft().get();
        ContentReader reader = now.reader();
        reader.chunk(draft.content(), command.size(), binary);
        if (command.last()) {
            reader.chunksEnd(binary);
            IncomingMail mail = mail();
            try {
                return finish(client, mail, draft, reader);
            } finally {
                reset();
            }
        }
        if (reader.fault().isPresent() || reader.sinkFault().isPresent()) {
            refuse(
                    client,
                    "BDAT",
                    reader.fault()
                            .orElseGet(() -> reply(client, reader.sinkFault().orElseThrow())));
            forget(draft);
            chunks = Optional.of(new Chunks(Optional.empty(), reader));
            return Outcome.REFUSED;
        }
        channel.say(Replies.of(250, "2.0.0 " + command.size() + " bytes"));
        return Outcome.GOING_ON;
    }

    private Optional<Reply> beginChunks(Client client) {
        ContentReader reader = new ContentReader(channel, limits, times, nanoClock);
        try {
            chunks = Optional.of(new Chunks(Optional.of(parts.sink().begin(client, mail())), reader));
            return Optional.empty();
        } catch (IOException e) {
            chunks = Optional.of(new Chunks(Optional.empty(), reader));
            return Optional.of(reply(client, e));
        }
    }
}
