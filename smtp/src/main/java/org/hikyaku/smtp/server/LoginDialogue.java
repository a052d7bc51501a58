package org.hikyaku.smtp.server;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.SaslServer;
import org.hikyaku.tls.ChannelBinding;

/** One AUTH command and what follows it (RFC 4954). */
final class LoginDialogue {
    /** RFC 4954 section 4: SASL's lines may have this many bytes, with their end. */
    private static final Limit LINE = new Limit("bytes in a line of a login", 12_286);

    /** SCRAM has three steps; no mechanism has more. */
    private static final Limit STEPS = new Limit("steps of a login", 8);

    private final ServerChannel channel;
    private final ServerParts parts;
    private final ServerTimes times;
    private final Client client;
    private final List<ChannelBinding> bindings;

    LoginDialogue(
            ServerChannel channel, ServerParts parts, ServerTimes times, Client client, List<ChannelBinding> bindings) {
        this.channel = channel;
        this.parts = parts;
        this.times = times;
        this.client = client;
        this.bindings = bindings;
    }

    /**
     * Does it.
     *
     * @return who has logged in; empty when nobody has, and why has been said
     */
    Optional<Client.Login> run(Command.Auth command) throws IOException, CommandException {
        SaslMechanism mechanism = mechanism(command.mechanism());
        Optional<Reply> refusal = parts.logins().refusal(client);
        if (refusal.isPresent()) {
            parts.events().refused(client, "AUTH", refusal.get());
            channel.say(refusal.get());
            return Optional.empty();
        }
        SaslServer server = parts.logins().begin(mechanism, client, bindings);
        Optional<byte[]> initial = command.initial().isPresent()
                ? Optional.of(initial(command.initial().get()))
                : Optional.empty();
        SaslServer.Step step = server.begin(initial);
        for (int steps = 0; ; steps++) {
            switch (step) {
                case SaslServer.Accepted accepted -> {
                    return Optional.of(new Client.Login(accepted.user(), mechanism));
                }
                case SaslServer.Refused refused -> {
                    fail(mechanism, refused);
                    return Optional.empty();
                }
                case SaslServer.Challenge challenge -> {
                    STEPS.check(steps);
                    step = server.answer(answer(challenge));
                }
            }
        }
    }

    private SaslMechanism mechanism(String name) throws CommandException {
        Set<SaslMechanism> offered = parts.logins().offered(client, bindings);
        Optional<SaslMechanism> mechanism = SaslMechanism.of(name);
        if (mechanism.isPresent() && offered.contains(mechanism.get())) {
            return mechanism.get();
        }
        if (mechanism.isPresent()
                && client.tls().isEmpty()
                && parts.tls().current().isPresent()) {
            // RFC 4954 section 6, RFC 5248: the mechanism is not for clear text.
            throw new CommandException(538, "5.7.11 this needs a session inside TLS: say STARTTLS before");
        }
        throw offered.isEmpty()
                ? new CommandException(503, "5.5.1 AUTH is not offered here")
                : new CommandException(504, "5.5.4 this mechanism is not offered");
    }

    private byte[] answer(SaslServer.Challenge challenge) throws IOException, CommandException {
        channel.say(Replies.of(334, Base64.getEncoder().encodeToString(challenge.bytes())));
        ServerChannel.LineState state = channel.readLine(LINE, Deadline.after(times.command()));
        if (state != ServerChannel.LineState.GOOD) {
            throw new CommandException(500, "5.5.6 a line of a login is too long, or has stray line ends in it");
        }
        String line = channel.latin1();
        if (line.equals("*")) {
            throw new CommandException(501, "5.7.0 login cancelled");
        }
        return decoded(line);
    }

    /** RFC 4954 section 4: {@code =} is an empty message. */
    private static byte[] initial(String text) throws CommandException {
        return text.equals("=") ? new byte[0] : decoded(text);
    }

    private static byte[] decoded(String text) throws CommandException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(501, "5.5.2 this is no Base64");
        }
    }

    private void fail(SaslMechanism mechanism, SaslServer.Refused refused) throws IOException {
        parts.events().loginFailed(client, mechanism, refused.sentence());
        pause(parts.logins().failed(client, mechanism, refused.sentence()));
        channel.say(
                switch (refused.kind()) {
                    case CREDENTIALS -> Replies.of(535, "5.7.8 wrong user name or password");
                    case MALFORMED -> Replies.of(501, "5.5.2 the message is not what this mechanism wants there");
                    case BINDING -> Replies.of(535, "5.7.8 the login does not belong to this TLS session");
                });
    }

    /** Makes guessing slow. Only this connection waits. */
    private static void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
