package org.hikyaku.relay;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import org.hikyaku.net.Addresses;
import org.hikyaku.relay.service.Counters;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.ServerEvents;
import org.hikyaku.smtp.server.SessionEnd;
import org.hikyaku.tls.HandshakeFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One line for each mail that is taken, each that is refused and each login that fails; and counts of all that happens. */
final class ReceiveLog implements ServerEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveLog.class);

    private final LineWriter lines;
    private final boolean json;
    private final InstantSource clock;
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

    ReceiveLog(LineWriter lines, Counters counters, boolean json, InstantSource clock) {
        this.lines = lines;
        this.json = json;
        this.clock = clock;
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
    }

    @Override
    public void turnedAway(InetSocketAddress remote, String why) {
        turnedAway.increment();
        LOG.warn("{} was turned away: {}", Addresses.text(remote), why);
    }

    @Override
    public void secured(Client client) {
        handshakes.increment();
    }

    @Override
    public void handshakeFailed(Client client, HandshakeFailure failure) {
        handshakesFailed.increment();
        LOG.info("{}: the TLS handshake failed: {}", Addresses.text(client.remote()), failure);
    }

    @Override
    public void refused(Client client, String command, Reply reply) {
        refused.increment();
        line("refused", client, "", command, reply.toString(), 0, "");
    }

    @Override
    public void loggedIn(Client client) {
        logins.increment();
    }

    @Override
    public void loginFailed(Client client, SaslMechanism mechanism, String why) {
        loginsFailed.increment();
        line("login-failed", client, "", mechanism.toString(), why, 0, "");
    }

    @Override
    public void taken(Client client, IncomingMail mail, String id, long bytes) {
        taken.increment();
        takenBytes.add(bytes);
        line(
                "received",
                client,
                id,
                mail.sender().toString(),
                "",
                bytes,
                String.valueOf(mail.recipients().size()));
    }

    @Override
    public void ended(Client client, SessionEnd end) {
        counters.counter("sessions_ended_total", "Sessions by how they ended.", Counters.label("why", end.why()))
                .increment();
    }

    @Override
    public void fault(Client client, Exception fault) {
        faults.increment();
        LOG.error("{}: something of ours broke in a session", Addresses.text(client.remote()), fault);
    }

    private void line(
            String event, Client client, String id, String what, String reply, long bytes, String recipients) {
        if (json) {
            ObjectNode node = JsonNodeFactory.instance
                    .objectNode()
                    .put("schema", "hikyaku.received/1")
                    .put("at", clock.instant().toString())
                    .put("event", event)
                    .put("client", Addresses.text(client.remote()))
                    .put("ehlo", client.greeting().orElse(""));
            if (!id.isEmpty()) {
                node.put("queueId", id).put("from", what).put("bytes", bytes).put("recipients", recipients);
            } else {
                node.put("what", what).put("reply", reply);
            }
            client.user().ifPresent(u -> node.put("user", u));
            client.tls().ifPresent(t -> node.put("tls", t.version().title()));
            lines.write(node.toString());
            return;
        }
        StringBuilder text = new StringBuilder(200);
        text.append(clock.instant())
                .append(' ')
                .append(id.isEmpty() ? "NOQUEUE" : id)
                .append(": ")
                .append(event);
        text.append(id.isEmpty() ? " what=\"" : " from=\"").append(clean(what)).append('"');
        if (!reply.isEmpty()) {
            text.append(" reply=\"").append(clean(reply)).append('"');
        }
        if (!id.isEmpty()) {
            text.append(" bytes=").append(bytes).append(" recipients=").append(recipients);
        }
        text.append(" client=").append(Addresses.text(client.remote()));
        client.greeting()
                .ifPresent(g -> text.append(" ehlo=\"").append(clean(g)).append('"'));
        client.user().ifPresent(u -> text.append(" user=\"").append(clean(u)).append('"'));
        client.tls().ifPresent(t -> text.append(" tls=").append(t.version().title()));
        lines.write(text.toString());
    }

    /** No word of a stranger's can end the value or the line. */
    private static String clean(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .limit(500)
                .forEach(c -> out.appendCodePoint(
                        Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c == '"' ? '\'' : c));
        return out.toString();
    }
}
