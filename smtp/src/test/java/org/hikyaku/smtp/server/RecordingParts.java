package org.hikyaku.smtp.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.SaslException;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.SaslServer;
import org.hikyaku.smtp.sasl.SaslServers;
import org.hikyaku.smtp.sasl.ScramKeys;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.tls.ChannelBinding;
import org.hikyaku.tls.SessionFacts;

/** Says yes to everything but mail for {@code nobody@}, keeps what comes in memory, and remembers what it was told. */
final class RecordingParts implements MailPolicy, MailSink, Logins, ServerEvents {
    /** A mail that was taken. */
    record Taken(Client client, IncomingMail mail, Body body, String content) {}

    final List<Taken> taken = Collections.synchronizedList(new ArrayList<>());
    final List<String> refused = Collections.synchronizedList(new ArrayList<>());
    final List<String> failedLogins = Collections.synchronizedList(new ArrayList<>());
    final List<String> turnedAway = Collections.synchronizedList(new ArrayList<>());
    final List<Throwable> faults = Collections.synchronizedList(new ArrayList<>());
    final BlockingQueue<SessionEnd> ends = new LinkedBlockingQueue<>();
    volatile Optional<Reply> beginRefusal = Optional.empty();
    volatile Optional<IOException> commitFault = Optional.empty();
    volatile Optional<Error> commitError = Optional.empty();
    final java.util.concurrent.atomic.AtomicInteger forgotten = new java.util.concurrent.atomic.AtomicInteger();
    volatile Set<SaslMechanism> inClear = Set.of();

    private final SaslServers servers;
    private final ScramKeys keys;

    RecordingParts() {
        try {
            keys = ScramKeys.of(Secret.of("pencil".toCharArray()), new byte[] {1, 2, 3, 4}, 4096);
        } catch (SaslException e) {
            throw new IllegalStateException(e);
        }
        servers = new SaslServers(
                user -> user.equals("user") ? Optional.of(keys) : Optional.empty(), new SecureRandom(), 4096);
    }

    ServerParts with(ServerTls tls) {
        return new ServerParts(this, this, this, tls, this);
    }

    @Override
    public Optional<Reply> welcome(Client client) {
        return Optional.empty();
    }

    @Override
    public Optional<CertificateStanding> judge(SessionFacts facts) {
        return Optional.empty();
    }

    @Override
    public Optional<Reply> sender(Client client, Sender sender) {
        return Optional.empty();
    }

    @Override
    public Optional<Reply> recipient(Client client, Sender sender, Envelope.Recipient recipient) {
        return recipient.address().local().equals("nobody")
                ? Optional.of(Replies.of(550, "5.1.1 nobody of this name"))
                : Optional.empty();
    }

    @Override
    public MailSink.Draft begin(Client client, IncomingMail mail) throws IOException {
        if (beginRefusal.isPresent()) {
            throw new MailRefusedException(beginRefusal.get());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new MailSink.Draft() {
            private boolean committed;

            @Override
            public OutputStream content() {
                return bytes;
            }

            @Override
            public String commit(Body body) throws IOException {
                if (commitError.isPresent()) {
                    throw commitError.get();
                }
                if (commitFault.isPresent()) {
                    throw commitFault.get();
                }
                committed = true;
                taken.add(new Taken(client, mail, body, bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1)));
                return "M" + taken.size();
            }

            @Override
            public void close() {
                forgotten.addAndGet(committed ? 0 : 1);
            }
        };
    }

    @Override
    public Set<SaslMechanism> offered(Client client, List<ChannelBinding> bindings) {
        if (client.tls().isEmpty()) {
            return inClear;
        }
        return EnumSet.of(
                SaslMechanism.SCRAM_SHA_256_PLUS,
                SaslMechanism.SCRAM_SHA_256,
                SaslMechanism.PLAIN,
                SaslMechanism.LOGIN);
    }

    @Override
    public Optional<Reply> refusal(Client client) {
        return Optional.empty();
    }

    @Override
    public SaslServer begin(SaslMechanism mechanism, Client client, List<ChannelBinding> bindings) {
        return servers.server(mechanism, bindings, !bindings.isEmpty(), Optional.empty());
    }

    @Override
    public void succeeded(Client client, Client.Login login) {}

    @Override
    public Duration failed(Client client, SaslMechanism mechanism, String why) {
        failedLogins.add(why);
        return Duration.ZERO;
    }

    @Override
    public void refused(Client client, String command, Reply reply) {
        refused.add(command + ": " + reply);
    }

    @Override
    public void turnedAway(InetSocketAddress remote, String why) {
        turnedAway.add(why);
    }

    @Override
    public void ended(Client client, SessionEnd end) {
        ends.add(end);
    }

    @Override
    public void fault(Client client, Throwable fault) {
        faults.add(fault);
    }
}
