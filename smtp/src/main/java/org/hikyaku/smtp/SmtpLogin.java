package org.hikyaku.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslClient;
import org.hikyaku.smtp.sasl.SaslException;
import org.hikyaku.smtp.sasl.SaslException.Kind;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.SaslMessage;

/**
 * Carries a SASL conversation over AUTH (RFC 4954): Base64 on lines of its own, {@code =} for an empty first message,
 * {@code *} to give up. The transcript shows a mask for what we say, and how it is made up.
 */
public final class SmtpLogin {
    private static final String MASK = "********";

    /** RFC 4954 section 4: a command line with its end has 512 bytes at most; a longer first message goes alone. */
    private static final int LONGEST_COMMAND = 510;

    /** Longest conversation: SCRAM has two challenges; more than this is a server that does not stop. */
    private static final int MOST_CHALLENGES = 8;

    private final SmtpSession session;
    private final SmtpChannel channel;
    private final SaslClient client;
    private final boolean showSecrets;

    /** @param showSecrets writes what we say into the transcript instead of a mask */
    public SmtpLogin(SmtpSession session, SaslClient client, boolean showSecrets) {
        this.session = session;
        this.channel = session.channel();
        this.client = client;
        this.showSecrets = showSecrets;
    }

    /** The mechanisms that a server offers, by the standard's {@code AUTH} line and the old {@code AUTH=} one. */
    public static List<String> offered(EhloReply ehlo) {
        return ehlo.extensions().getOrDefault("AUTH", List.of());
    }

    /** Does it. */
    public LoginOutcome run() {
        try {
            return converse();
        } catch (IOException e) {
            return new LoginOutcome.Broken(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    private LoginOutcome converse() throws IOException {
        Optional<SaslMessage> unsaid;
        try {
            unsaid = client.first();
        } catch (SaslException e) {
            return new LoginOutcome.GivenUp(e.kind(), String.valueOf(e.getMessage()));
        }
        String command = "AUTH " + client.mechanism().title();
        Reply reply;
        if (unsaid.isPresent() && command.length() + 1 + base64(unsaid.get()).length() <= LONGEST_COMMAND) {
            reply = say(command + " ", unsaid.get(), true);
            unsaid = Optional.empty();
        } else {
            reply = channel.exchange(command, command, session.patience());
        }
        for (int challenges = 0; reply.code() == 334; challenges++) {
            SaslMessage answer;
            try {
                if (challenges == MOST_CHALLENGES) {
                    throw malformed("the server does not stop asking");
                }
                answer = unsaid.isPresent() ? unsaid.get() : client.answer(challenge(reply));
            } catch (SaslException e) {
                return giveUp(e.kind(), String.valueOf(e.getMessage()));
            }
            unsaid = Optional.empty();
            reply = say("", answer, false);
        }
        if (reply.kind() != Reply.Kind.POSITIVE) {
            return new LoginOutcome.Refused(reply, client.serverError());
        }
        try {
            client.succeeded();
        } catch (SaslException e) {
            // No cancelling any more: the server thinks that we are in.
            return new LoginOutcome.GivenUp(e.kind(), String.valueOf(e.getMessage()));
        }
        return new LoginOutcome.Accepted(reply);
    }

    private Reply say(String before, SaslMessage message, boolean initial) throws IOException {
        // RFC 4954 section 4: "=" is an empty first message, since an empty word would be none.
        String text = initial && message.bytes().length == 0 ? "=" : base64(message);
        channel.narrate(
                text.isEmpty() || text.equals("=")
                        ? message.built()
                        : "base64 of " + message.built() + (showSecrets ? ": " + spelled(message.bytes()) : ""));
        return channel.exchange(
                before + text, before + (showSecrets || text.length() < 2 ? text : MASK), session.patience());
    }

    private static String base64(SaslMessage message) {
        return Base64.getEncoder().encodeToString(message.bytes());
    }

    /** With NUL and other control characters by their names. */
    private static String spelled(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (char c : new String(bytes, StandardCharsets.UTF_8).toCharArray()) {
            if (c == 0) {
                text.append("<NUL>");
            } else if (c == 1) {
                text.append("<^A>");
            } else {
                text.append(c);
            }
        }
        return Wire.clean(text.toString());
    }

    private byte[] challenge(Reply reply) throws SaslException {
        String text = reply.lines().getFirst().strip();
        try {
            return text.equals("=") ? new byte[0] : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            if (client.mechanism() == SaslMechanism.LOGIN) {
                // Its questions carry nothing, and old servers ask them in plain words.
                return text.getBytes(StandardCharsets.UTF_8);
            }
            throw malformed("the server's challenge \"" + text + "\" is not Base64");
        }
    }

    private static SaslException malformed(String sentence) {
        return new SaslException(Kind.MALFORMED, sentence);
    }

    private LoginOutcome giveUp(Kind kind, String sentence) {
        try {
            var _ = channel.exchange("*", "*", session.patience()); // RFC 4954 section 4: the server answers 501
        } catch (IOException e) {
            // Why we gave up is what there is to know.
        }
        return new LoginOutcome.GivenUp(kind, sentence);
    }
}
