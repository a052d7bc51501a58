package org.hikyaku.relay;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.hikyaku.relay.service.Counters;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.ServerEvents;
import org.hikyaku.smtp.server.SessionEnd;
import org.hikyaku.tls.HandshakeFailure;

/** Counts what happens in sessions, and tells it on to whoever logs it. */
final class ReceiveCounts implements ServerEvents {
    private final ServerEvents log;
    private final Counters counters;
    private final LongAdder connections;
    private final LongAdder turnedAway;
    private final LongAdder handshakes;
    private final LongAdder handshakesFailed;
    private final LongAdder refused;
    private final LongAdder logins;
    private final LongAdder loginsFailed;
    private final LongAdder taken;
    private final LongAdder takenBytes;
    private final LongAdder faults;

    ReceiveCounts(ServerEvents log, Counters counters) {
        this.log = log;
        this.counters = counters;
        this.connections = counters.counter("connections_total", "Connections that were taken in.");
        this.turnedAway =
                counters.counter("connections_refused_total", "Connections turned away: too many at one time.");
        this.handshakes = counters.counter("tls_sessions_total", "TLS sessions with clients.");
        this.handshakesFailed = counters.counter("tls_failures_total", "TLS handshakes with clients that failed.");
        this.refused = counters.counter("commands_refused_total", "Commands that were answered with 4yz or 5yz.");
        this.logins = counters.counter("logins_total", "Logins.");
        this.loginsFailed = counters.counter("logins_failed_total", "Logins that failed.");
        this.taken = counters.counter("mails_received_total", "Mails that were taken.");
        this.takenBytes = counters.counter("mail_bytes_received_total", "Bytes of the mails that were taken.");
        this.faults = counters.counter("faults_total", "Faults of our own in sessions.");
    }

    @Override
    public void connected(Client client) {
        connections.increment();
        log.connected(client);
    }

    @Override
    public void turnedAway(InetSocketAddress remote, String why) {
        turnedAway.increment();
        log.turnedAway(remote, why);
    }

    @Override
    public void secured(Client client) {
        handshakes.increment();
        log.secured(client);
    }

    @Override
    public void handshakeFailed(Client client, HandshakeFailure failure) {
        handshakesFailed.increment();
        log.handshakeFailed(client, failure);
    }

    @Override
    public void refused(Client client, String command, Reply reply) {
        refused.increment();
        log.refused(client, command, reply);
    }

    @Override
    public void loggedIn(Client client) {
        logins.increment();
        log.loggedIn(client);
    }

    @Override
    public void loginFailed(Client client, SaslMechanism mechanism, String why) {
        loginsFailed.increment();
        log.loginFailed(client, mechanism, why);
    }

    @Override
    public void taken(Client client, IncomingMail mail, String id, long bytes) {
        taken.increment();
        takenBytes.add(bytes);
        log.taken(client, mail, id, bytes);
    }

    @Override
    public void ended(Client client, SessionEnd end) {
        counters.counter("sessions_ended_total", "Sessions by how they ended.", Counters.label("why", end.why()))
                .increment();
        log.ended(client, end);
    }

    @Override
    public void fault(Client client, Throwable fault) {
        faults.increment();
        log.fault(client, fault);
    }
}
