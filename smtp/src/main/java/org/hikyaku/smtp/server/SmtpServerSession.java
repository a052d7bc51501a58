package org.hikyaku.smtp.server;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.tls.ChannelBinding;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsSession;

/** One connection, from the greeting to the end, on the thread that calls {@link #run}. */
final class SmtpServerSession {
    /** Whether the session may be ended from outside: only while it waits for a command and no mail is under way. */
    private enum Phase {
        BUSY,
        WAITING,
        STOPPED
    }

    private final SmtpServerOptions options;
    private final ServerParts parts;
    private final HandshakeGate gate;
    private final ServerChannel channel;
    private final CommandParser parser;
    private final MailTransaction transaction;
    private final SessionCounts counts;

    /** Whoever moves it out of WAITING, the session or the one who stops the server, owns what comes next. */
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUSY);

    /** Set from outside, read between commands. */
    private volatile boolean stopping;

    private Client client;
    private List<ChannelBinding> bindings = List.of();

    SmtpServerSession(
            SmtpServerOptions options,
            ServerParts parts,
            HandshakeGate gate,
            LongSupplier nanoClock,
            Connection connection) {
        this.options = options;
        this.parts = parts;
        this.gate = gate;
        this.channel = new ServerChannel(connection, options.times().reply());
        this.parser = new CommandParser(options.postmasterDomain());
        this.transaction = new MailTransaction(channel, options.limits(), options.times(), parts, nanoClock);
        this.counts = new SessionCounts(options.limits());
        this.client = Client.of(connection.remote(), connection.local());
    }

    /** Ends the session as soon as that loses nothing: now when it waits, else behind the mail that is under way. */
    void stop() {
        stopping = true;
        if (phase.compareAndSet(Phase.WAITING, Phase.STOPPED)) {
            sayLast(Replies.STOPPING);
            closeQuietly();
        }
    }

    /** Ends the session at once. */
    void cut() {
        closeQuietly();
    }

    /** The whole session. Throws nothing: whatever happens ends it and is told. */
    void run() {
        SessionEnd.Why why = SessionEnd.Why.FAULT;
        String sentence = "";
        try {
            parts.events().connected(client);
            converse();
        } catch (SessionOverException e) {
            why = e.why();
            sentence = why == SessionEnd.Why.QUIT ? "" : e.reply().toString();
            sayLast(e.reply());
            if (why == SessionEnd.Why.REFUSED) {
                channel.drain();
            }
        } catch (HandshakeFailedException e) {
            why = SessionEnd.Why.NO_TLS;
            sentence = sentence(e);
            parts.events().handshakeFailed(client, e.failure());
        } catch (LimitExceededException e) {
            why = SessionEnd.Why.REFUSED;
            sentence = sentence(e);
            sayLast(Replies.of(421, "4.7.0 " + sentence + "; goodbye"));
            channel.drain();
        } catch (SocketTimeoutException e) {
            why = SessionEnd.Why.TIMED_OUT;
            sentence = sentence(e);
            sayLast(Replies.of(421, "4.4.2 " + options.hostName() + " has waited long enough; goodbye"));
        } catch (IOException e) {
            boolean stopped = phase.get() == Phase.STOPPED;
            why = stopped ? SessionEnd.Why.STOPPING : SessionEnd.Why.HUNG_UP;
            sentence = stopped || e instanceof EOFException ? "" : sentence(e);
        } catch (RuntimeException | Error e) {
            // An Error too: a class that cannot be loaded or a stack that is too deep ends this session and no other.
            sentence = sentence(e);
            parts.events().fault(client, e);
            sayLast(Replies.of(421, "4.3.0 something broke here; come again"));
        } finally {
            transaction.reset();
            closeQuietly();
            parts.events().ended(client, counts.end(why, sentence));
        }
    }

    private static String sentence(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Last words, for whoever still listens. */
    private void sayLast(Reply reply) {
        try {
            channel.say(reply);
            channel.flush();
        } catch (IOException e) {
            // Nobody listens any more.
        }
    }

    private void closeQuietly() {
        try {
            channel.connection().close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    private void converse() throws IOException, SessionOverException {
        if (options.implicitTls()) {
            secure(parts.tls()
                    .current()
                    .orElseThrow(() -> new IllegalStateException("a port with TLS from the start has a certificate")));
        }
        Optional<Reply> turnedAway = parts.policy().welcome(client);
        if (turnedAway.isPresent()) {
            throw new SessionOverException(SessionEnd.Why.REFUSED, turnedAway.get());
        }
        channel.say(Replies.of(220, options.hostName() + " ESMTP"));
        while (true) {
            try {
                command();
            } catch (CommandException e) {
                error(e.reply());
            }
        }
    }

    private void error(Reply reply) throws SessionOverException {
        parts.events().refused(client, "a command", reply);
        channel.say(reply);
        counts.error();
    }

    private void command() throws IOException, CommandException, SessionOverException {
        ServerLimits limits = options.limits();
        boolean idle = !transaction.open() && channel.buffered() == 0;
        if (idle && stopping) {
            throw new SessionOverException(SessionEnd.Why.STOPPING, Replies.STOPPING);
        }
        Deadline deadline = Deadline.after(options.times().command());
        if (idle) {
            channel.flush(); // before somebody else may speak
            phase.set(Phase.WAITING);
            if (stopping) {
                stop();
            }
            try {
                channel.more(deadline);
            } catch (IOException e) {
                busy();
                throw e;
            }
            busy();
        }
        ServerChannel.LineState state = channel.readLine(limits.commandLine(), deadline);
        counts.command();
        switch (state) {
            case TOO_LONG ->
                throw new CommandException(
                        500, "5.5.2 a command line has " + limits.commandLine().value() + " bytes at most");
            case BARE_END ->
                throw new CommandException(
                        500, "5.5.2 lines end with CR LF and with nothing else (RFC 5321 section 2.3.8)");
            case NUL -> throw new CommandException(500, "5.5.2 the line has a byte of zero in it");
            case GOOD -> understand();
        }
    }

    /** The wait is over, unless whoever stops the server has ended the session in it. */
    private void busy() throws EOFException {
        if (!phase.compareAndSet(Phase.WAITING, Phase.BUSY)) {
            throw new EOFException("the server is stopping");
        }
    }

    private void understand() throws IOException, CommandException, SessionOverException {
        String line = channel.ascii() ? channel.latin1() : CommandParser.text(channel.bytes());
        if (isHttp(line)) {
            throw new SessionOverException(SessionEnd.Why.REFUSED, Replies.of(421, "4.7.0 this is no web server"));
        }
        Command command;
        try {
            // Before EHLO everything is out of order, and that is what shall be said.
            boolean extended = client.esmtp() || client.greeting().isEmpty();
            command = parser.parse(line, extended, client.tls().isPresent());
        } catch (CommandException e) {
            if (line.regionMatches(true, 0, "BDAT", 0, 4)) {
                // Nobody knows where the chunk ends, so nobody knows where the next command begins.
                throw new SessionOverException(SessionEnd.Why.REFUSED, e.reply());
            }
            throw e;
        }
        run(command);
    }

    /** A browser that was led here sends its form as commands; none of it may count. */
    private static boolean isHttp(String line) {
        return line.startsWith("GET ")
                || line.startsWith("POST ")
                || line.startsWith("CONNECT ")
                || line.startsWith("PUT ")
                || line.startsWith("OPTIONS ");
    }

    private void run(Command command) throws IOException, CommandException, SessionOverException {
        switch (command) {
            case Command.Ehlo ehlo -> {
                transaction.reset();
                client = client.greeted(ehlo.name(), true);
                channel.say(new Reply(250, extensions()));
            }
            case Command.Helo helo -> {
                transaction.reset();
                client = client.greeted(helo.name(), false);
                channel.say(Replies.of(250, options.hostName()));
            }
            case Command.Mail mail -> {
                counts.beforeMail();
                transaction.mail(client, mail.sender());
            }
            case Command.Rcpt rcpt -> transaction.rcpt(client, rcpt.recipient());
            case Command.Data data -> data();
            case Command.Bdat bdat -> counts.mail(transaction.bdat(client, bdat));
            case Command.Rset rset -> {
                transaction.reset();
                channel.say(Replies.OK);
            }
            case Command.Noop noop -> channel.say(Replies.OK);
            case Command.Quit quit -> throw new SessionOverException(SessionEnd.Why.QUIT, Replies.BYE);
            case Command.StartTls startTls -> startTls();
            case Command.Auth auth -> login(auth);
            case Command.Vrfy vrfy ->
                // RFC 5321 section 7.3: who has a mailbox is nobody's business.
                channel.say(Replies.of(252, "2.5.0 send a mail and see"));
            case Command.Expn expn -> throw new CommandException(502, "5.5.1 EXPN is not done here");
            case Command.Help help ->
                channel.say(Replies.of(214, "2.0.0 EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY STARTTLS AUTH QUIT"));
        }
    }

    private void data() throws IOException, CommandException, SessionOverException {
        // RFC 2920 section 3.1: DATA is the last of its group; the content waits for 354.
        boolean early = channel.buffered() > 0;
        try {
            MailTransaction.Outcome outcome = transaction.data(client);
            counts.mail(outcome);
            if (outcome == MailTransaction.Outcome.STRAY_ENDS) {
                // Whoever let these through may see the end of the mail elsewhere than we do. Nothing more is taken
                // from it.
                throw new SessionOverException(
                        SessionEnd.Why.REFUSED,
                        Replies.of(421, "4.7.0 goodbye, after a mail with line ends that are none"));
            }
            if (early && outcome == MailTransaction.Outcome.NOT_ASKED_FOR) {
                throw improper();
            }
        } catch (CommandException e) {
            if (early) {
                // What follows is the content of a mail that nobody wants; it must not be read as commands.
                parts.events().refused(client, "DATA", e.reply());
                channel.say(e.reply());
                throw improper();
            }
            throw e;
        }
    }

    private static SessionOverException improper() {
        return new SessionOverException(
                SessionEnd.Why.REFUSED,
                Replies.of(421, "4.7.0 content came before it was asked for (RFC 2920 section 3.1); goodbye"));
    }

    private List<String> extensions() {
        List<String> lines = new ArrayList<>();
        lines.add(options.hostName());
        lines.add("PIPELINING");
        lines.add("SIZE " + options.limits().messageSize().value());
        lines.add("8BITMIME");
        lines.add("SMTPUTF8");
        lines.add("CHUNKING");
        lines.add("BINARYMIME");
        lines.add("DSN");
        lines.add("ENHANCEDSTATUSCODES");
        if (client.tls().isPresent()) {
            lines.add("REQUIRETLS"); // Q1: only inside TLS
        } else if (parts.tls().current().isPresent()) {
            lines.add("STARTTLS");
        }
        Set<SaslMechanism> mechanisms =
                client.login().isPresent() ? Set.of() : parts.logins().offered(client, bindings);
        if (!mechanisms.isEmpty()) {
            lines.add("AUTH " + mechanisms.stream().map(SaslMechanism::title).collect(Collectors.joining(" ")));
        }
        lines.add("HELP");
        return lines;
    }

    private void startTls() throws IOException, CommandException, SessionOverException {
        if (client.tls().isPresent()) {
            throw new CommandException(503, "5.5.1 this session is inside TLS");
        }
        if (client.greeting().isEmpty()) {
            throw new CommandException(503, "5.5.1 say EHLO before");
        }
        TlsServer server =
                parts.tls().current().orElseThrow(() -> new CommandException(502, "5.5.1 TLS is not offered here"));
        if (channel.buffered() > 0) {
            // RFC 3207 section 4.2 and CVE-2011-0411: what came in clear must not be read as if TLS had protected it.
            throw new SessionOverException(
                    SessionEnd.Why.REFUSED, Replies.of(421, "4.7.0 something in clear came behind STARTTLS; goodbye"));
        }
        transaction.reset();
        channel.say(Replies.READY_FOR_TLS);
        channel.flush();
        secure(server);
    }

    private void secure(TlsServer server) throws IOException {
        TlsSession session = gate.handshake(
                server, channel.connection(), Deadline.after(options.times().handshake()));
        channel.secured(session);
        bindings = session.bindings();
        client = client.secured(session.facts(), parts.policy().judge(session.facts()));
        parts.events().secured(client);
    }

    private void login(Command.Auth auth) throws IOException, CommandException, SessionOverException {
        if (!client.esmtp()) {
            throw new CommandException(503, "5.5.1 say EHLO before");
        }
        if (client.login().isPresent()) {
            throw new CommandException(503, "5.5.1 you are logged in"); // RFC 4954 section 4
        }
        if (transaction.open()) {
            throw new CommandException(503, "5.5.1 a mail is under way; RSET forgets it");
        }
        Optional<Client.Login> login = new LoginDialogue(channel, parts, options.times(), client, bindings).run(auth);
        if (login.isEmpty()) {
            counts.error();
            return;
        }
        client = client.loggedIn(login.get());
        parts.logins().succeeded(client, login.get());
        parts.events().loggedIn(client);
        channel.say(Replies.LOGGED_IN);
    }
}
