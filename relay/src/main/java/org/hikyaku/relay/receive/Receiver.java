package org.hikyaku.relay.receive;

import java.io.Closeable;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.smtp.server.Logins;
import org.hikyaku.smtp.server.MailSink;
import org.hikyaku.smtp.server.ServerEvents;
import org.hikyaku.smtp.server.ServerParts;
import org.hikyaku.smtp.server.ServerTls;
import org.hikyaku.smtp.server.SmtpServer;
import org.hikyaku.smtp.server.SmtpServerOptions;

/** Takes mail in on any number of ports and puts it into the queue. */
public final class Receiver implements Closeable {

    /**
     * What it is made of.
     *
     * @param options name, limits and times; the same on all ports
     * @param tls our certificate; none offers no TLS, and no submission then
     * @param users who may log in for submission
     * @param certificates whose certificates may submit
     * @param filters what a mail goes through on its way into the queue
     */
    public record Parts(
            SmtpServerOptions options,
            ReceiveRules rules,
            MailQueue queue,
            Optional<ReloadingTls> tls,
            Users users,
            ClientCertificates certificates,
            UnaryOperator<MailSink> filters,
            ServerEvents events) {}

    private final Parts parts;
    private final MailSink sink;
    private final UserLogins logins;
    private final SecureRandom random;
    private final InstantSource clock;
    private final SmtpServer server;

    /** Replaced as a whole; read for each MAIL and RCPT. */
    private volatile ReceiveRules rules;

    /** Listens nowhere before {@link #serve}. */
    public Receiver(Parts parts, SecureRandom random, InstantSource clock) {
        this.parts = parts;
        this.random = random;
        this.clock = clock;
        this.rules = parts.rules();
        this.sink = parts.filters()
                .apply(new QueueSink(
                        parts.queue(),
                        parts.options().hostName(),
                        clock,
                        parts.rules().mostHops()));
        this.logins = new UserLogins(parts.users(), random, clock);
        this.server = new SmtpServer(parts.options().limits(), System::nanoTime);
    }

    /**
     * Begins to take connections in, and returns.
     *
     * @param implicitTls whether TLS begins with the connection (port 465)
     * @param listener closed with the receiver
     */
    public void serve(Door door, boolean implicitTls, Listener listener) {
        SmtpServerOptions options = implicitTls ? parts.options().withImplicitTls() : parts.options();
        ServerTls tls = parts.tls()
                .map(t -> door == Door.SUBMISSION ? t.asking() : t.plain())
                .orElseGet(ServerTls::none);
        RelayRules policy = new RelayRules(door, () -> rules, parts.certificates()::judge);
        MailSink taking = door == Door.SUBMISSION && parts.rules().submission().complete()
                ? new CompletedSink(sink, parts.options().hostName(), clock, random)
                : sink;
        server.serve(
                options,
                new ServerParts(policy, taking, door == Door.SUBMISSION ? logins : Logins.none(), tls, parts.events()),
                listener);
    }

    /** Other rules from now on, for sessions that are open too. */
    public void use(ReceiveRules other) {
        rules = other;
    }

    /** Sessions at this time. */
    public int sessions() {
        return server.sessions();
    }

    /**
     * Takes no more connections in, ends those that wait, and lets each mail that is under way come in.
     *
     * @return true when all had ended by the deadline; the rest is cut off
     */
    public boolean stop(Deadline deadline) throws InterruptedException {
        return server.stop(deadline);
    }

    @Override
    public void close() {
        server.close();
    }
}
