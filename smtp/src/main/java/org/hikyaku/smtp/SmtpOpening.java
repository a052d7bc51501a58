package org.hikyaku.smtp;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.net.Network;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.smtp.SessionOutcome.HandshakeFailed;
import org.hikyaku.smtp.SessionOutcome.NoStartTls;
import org.hikyaku.smtp.SessionOutcome.NotReached;
import org.hikyaku.smtp.SessionOutcome.NotReached.Reason;
import org.hikyaku.smtp.Transcript.Speaker;
import org.hikyaku.tls.ChannelBinding;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;

/** One attempt, from the dial to EHLO inside TLS, top to bottom. */
final class SmtpOpening {
    private final Network network;
    private final TlsUpgrade tls;
    private final SmtpClientOptions options;
    private final InetSocketAddress address;
    private final Transcript transcript;

    private final List<Anomaly> anomalies = new ArrayList<>();
    private Optional<EhloReply> inClear = Optional.empty();
    private Optional<SessionFacts> facts = Optional.empty();
    private List<ChannelBinding> bindings = List.of();
    private boolean connected;

    SmtpOpening(
            Network network,
            TlsUpgrade tls,
            SmtpClientOptions options,
            InetSocketAddress address,
            Transcript transcript) {
        this.network = network;
        this.tls = tls;
        this.options = options;
        this.address = address;
        this.transcript = transcript;
    }

    SmtpAttempt run(TlsUse use, Optional<String> sni) {
        Connection connection;
        try {
            connection = network.dial(address, Deadline.after(options.connect()));
        } catch (IOException e) {
            return ended(notConnected(e));
        }
        connected = true;
        narrate("connected to " + Addresses.text(address));
        try {
            return switch (use) {
                case STARTTLS -> startTls(connection, sni);
                case IMPLICIT -> implicit(connection, sni);
                case NONE -> inClear(connection);
            };
        } catch (Ended e) {
            closeQuietly(connection);
            return ended(e.outcome);
        } catch (HandshakeFailedException e) {
            closeQuietly(connection);
            narrate(e.failure().sentence());
            return ended(new HandshakeFailed(address, e.failure()));
        } catch (RuntimeException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    private SmtpAttempt inClear(Connection connection) throws Ended {
        SmtpChannel clear = new SmtpChannel(connection, transcript, anomalies);
        EhloReply ehlo = introduce(clear, greeting(clear));
        inClear = Optional.of(ehlo);
        return open(clear, new NoStartTls(address, ehlo, Optional.empty()), ehlo);
    }

    private SmtpAttempt startTls(Connection connection, Optional<String> sni) throws Ended, HandshakeFailedException {
        SmtpChannel clear = new SmtpChannel(connection, transcript, anomalies);
        String greeting = greeting(clear);
        EhloReply ehlo = introduce(clear, greeting);
        inClear = Optional.of(ehlo);
        // S19: a server that does not offer STARTTLS is not asked for it.
        if (!ehlo.offers("STARTTLS")) {
            return open(clear, new NoStartTls(address, ehlo, Optional.empty()), ehlo);
        }
        Reply go = askForTls(clear);
        // RFC 3207 section 4: 220 is the only yes.
        if (go.code() != 220) {
            NoStartTls refused = new NoStartTls(address, ehlo, Optional.of(go.toString()));
            if (go.code() == 421) {
                throw new Ended(refused);
            }
            return open(clear, refused, ehlo);
        }
        clear.leaveClearText();
        SmtpChannel inside = handshake(connection, sni);
        return established(inside, greeting);
    }

    private SmtpAttempt implicit(Connection connection, Optional<String> sni) throws Ended, HandshakeFailedException {
        SmtpChannel inside = handshake(connection, sni);
        return established(inside, greeting(inside));
    }

    private SmtpChannel handshake(Connection connection, Optional<String> sni) throws HandshakeFailedException {
        TlsUpgrade.Upgraded upgraded = tls.handshake(connection, sni, Deadline.after(options.handshake()));
        facts = Optional.of(upgraded.facts());
        bindings = upgraded.bindings();
        narrate("inside TLS: " + upgraded.facts().version().title() + ", "
                + upgraded.facts().suite());
        return new SmtpChannel(upgraded.connection(), transcript, anomalies);
    }

    private SmtpAttempt established(SmtpChannel inside, String greeting) throws Ended {
        // RFC 3207 section 4.2: what was learnt in clear is forgotten.
        EhloReply ehlo = introduce(inside, greeting);
        return open(inside, new Established(address, facts.orElseThrow(), ehlo), ehlo);
    }

    /** The greeting's text. */
    private String greeting(SmtpChannel channel) throws Ended {
        Reply reply;
        try {
            reply = channel.reply(options.greeting());
        } catch (IOException e) {
            throw new Ended(silent(e, "to greet"));
        }
        return switch (reply.kind()) {
            case POSITIVE, INTERMEDIATE -> {
                if (reply.code() != 220) {
                    throw new Ended(new NotReached(
                            address, Reason.BROKEN, "the server greets with \"" + reply + "\" instead of 220"));
                }
                yield reply.text();
            }
            // 554 and 421 instead of a greeting say nothing about TLS (part X of the rules).
            case TRANSIENT, PERMANENT -> {
                farewell(channel, reply);
                throw new Ended(turnedAway(reply, "greets with"));
            }
        };
    }

    private EhloReply introduce(SmtpChannel channel, String greeting) throws Ended {
        Reply reply = said(channel, "EHLO " + options.ehloName());
        return switch (reply.kind()) {
            case POSITIVE -> EhloReply.of(greeting, reply);
            case PERMANENT -> introduceOldStyle(channel, greeting, reply);
            case INTERMEDIATE -> throw new Ended(outOfPlace("EHLO", reply));
            case TRANSIENT -> {
                farewell(channel, reply);
                throw new Ended(turnedAway(reply, "answers EHLO with"));
            }
        };
    }

    /** RFC 5321 section 4.1.4: a server that knows no EHLO is greeted with HELO, and has no extensions. */
    private EhloReply introduceOldStyle(SmtpChannel channel, String greeting, Reply refusal) throws Ended {
        Reply reply;
        try {
            reply = channel.command("HELO " + options.ehloName(), options.command());
        } catch (IOException e) {
            // It hung up on us after the refusal: the refusal is what there is to know.
            throw new Ended(turnedAway(refusal, "answers EHLO with"));
        }
        return switch (reply.kind()) {
            case POSITIVE -> {
                channel.note(
                        Anomaly.Kind.EHLO_REFUSED, "the server answers EHLO with \"" + refusal + "\" and takes HELO");
                yield EhloReply.ofHelo(greeting, reply);
            }
            case INTERMEDIATE -> throw new Ended(outOfPlace("HELO", reply));
            case TRANSIENT, PERMANENT -> {
                farewell(channel, reply);
                throw new Ended(turnedAway(reply, "answers EHLO and HELO with"));
            }
        };
    }

    /** RFC 5321 section 3.1: a client that is turned away says QUIT; one that is hung up on (421) need not. */
    private static void farewell(SmtpChannel channel, Reply reply) {
        if (reply.code() == 421) {
            return;
        }
        try {
            var _ = channel.command("QUIT", SmtpClientOptions.QUIT);
        } catch (IOException e) {
            // Politeness only.
        }
    }

    private Reply said(SmtpChannel channel, String line) throws Ended {
        try {
            return channel.command(line, options.command());
        } catch (IOException e) {
            throw new Ended(silent(e, "to answer " + line.substring(0, line.indexOf(' '))));
        }
    }

    /** The reply to STARTTLS. TLS was offered, so a failure here is one of TLS: whoever cuts here wants us to go without. */
    private Reply askForTls(SmtpChannel channel) throws HandshakeFailedException {
        try {
            return channel.command("STARTTLS", options.command());
        } catch (IOException e) {
            HandshakeFailure.Stage stage;
            if (e instanceof SocketTimeoutException) {
                stage = HandshakeFailure.Stage.TIMEOUT;
            } else if (e instanceof MalformedReplyException || e instanceof LimitExceededException) {
                stage = HandshakeFailure.Stage.NOT_TLS;
            } else {
                stage = HandshakeFailure.Stage.CLOSED;
            }
            throw new HandshakeFailedException(
                    new HandshakeFailure(
                            stage,
                            Optional.empty(),
                            stage == HandshakeFailure.Stage.CLOSED,
                            "STARTTLS was offered and then not answered: " + sentence(e)),
                    e);
        }
    }

    private SmtpAttempt open(SmtpChannel channel, SessionOutcome outcome, EhloReply ehlo) {
        SmtpSession session = new SmtpSession(channel, ehlo, facts, bindings, options.command(), anomalies);
        return new SmtpAttempt(outcome, connected, Optional.of(session), inClear, facts, anomalies);
    }

    private SmtpAttempt ended(SessionOutcome outcome) {
        if (outcome instanceof NotReached notReached) {
            narrate(notReached.sentence());
        }
        return new SmtpAttempt(outcome, connected, Optional.empty(), inClear, facts, anomalies);
    }

    private NotReached notConnected(IOException e) {
        Reason reason;
        if (e instanceof SocketTimeoutException) {
            reason = Reason.TIMEOUT;
        } else if (e instanceof NoRouteToHostException) {
            reason = Reason.NO_ROUTE;
        } else if (e instanceof ConnectException) {
            reason = Reason.REFUSED;
        } else {
            reason = Reason.BROKEN;
        }
        return new NotReached(address, reason, sentence(e));
    }

    /** What it means that no good reply came. */
    private SessionOutcome silent(IOException e, String duty) {
        if (e instanceof SocketTimeoutException) {
            return new NotReached(address, Reason.TIMEOUT, "the server took too long " + duty);
        }
        if (e instanceof LimitExceededException) {
            return new NotReached(address, Reason.LIMIT, "the server was " + duty + " and sent " + sentence(e));
        }
        if (facts.isPresent() && !(e instanceof MalformedReplyException)) {
            // TLS 1.3: a server that rejects the client does so after the handshake looks done (part X of the rules).
            return new HandshakeFailed(
                    address,
                    new HandshakeFailure(
                            HandshakeFailure.Stage.FINISHED,
                            Optional.empty(),
                            true,
                            "the session broke right after the handshake: " + sentence(e)));
        }
        return new NotReached(address, Reason.BROKEN, "the server was " + duty + ": " + sentence(e));
    }

    private NotReached turnedAway(Reply reply, String verb) {
        Reason reason = reply.kind() == Reply.Kind.TRANSIENT ? Reason.TURNED_AWAY_FOR_NOW : Reason.TURNED_AWAY;
        return new NotReached(address, reason, "the server " + verb + " \"" + reply + "\"");
    }

    private NotReached outOfPlace(String command, Reply reply) {
        return new NotReached(
                address,
                Reason.BROKEN,
                "the server answers " + command + " with \"" + reply + "\", which makes no sense");
    }

    private void narrate(String sentence) {
        transcript.said(Speaker.NARRATOR, sentence);
    }

    private static String sentence(IOException e) {
        if (e instanceof EOFException || e.getMessage() != null) {
            return String.valueOf(e.getMessage());
        }
        return e.getClass().getSimpleName().replace("Exception", "").toLowerCase(Locale.ROOT);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // The outcome is known; how the socket goes away adds nothing to it.
        }
    }

    /** Carries an outcome up from the step in which everything ended. */
    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient SessionOutcome outcome;

        Ended(SessionOutcome outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }
    }
}
