package org.hikyaku.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.ChannelBinding;
import org.hikyaku.tls.SessionFacts;

/** An open session after EHLO. For one thread at a time. */
public final class SmtpSession implements Closeable {
    private final SmtpChannel channel;
    private final EhloReply ehlo;
    private final Optional<SessionFacts> facts;
    private final List<ChannelBinding> bindings;
    private final Duration patience;
    private final List<Anomaly> anomalies;

    SmtpSession(
            SmtpChannel channel,
            EhloReply ehlo,
            Optional<SessionFacts> facts,
            List<ChannelBinding> bindings,
            Duration patience,
            List<Anomaly> anomalies) {
        this.channel = channel;
        this.ehlo = ehlo;
        this.facts = facts;
        this.bindings = bindings;
        this.patience = patience;
        this.anomalies = anomalies;
    }

    public InetSocketAddress address() {
        return channel.connection().remote();
    }

    /** Our end of the connection. */
    public InetSocketAddress local() {
        return channel.connection().local();
    }

    /** What the server offers now: inside TLS when there is TLS. */
    public EhloReply ehlo() {
        return ehlo;
    }

    /** What the handshake settled; empty in clear. */
    public Optional<SessionFacts> facts() {
        return facts;
    }

    /** What ties a login to the TLS session; none in clear. The best kind for the version first. */
    public List<ChannelBinding> bindings() {
        return bindings;
    }

    SmtpChannel channel() {
        return channel;
    }

    Duration patience() {
        return patience;
    }

    /** What was odd so far. */
    public List<Anomaly> anomalies() {
        return List.copyOf(anomalies);
    }

    /**
     * Sends a command and reads its reply, within the time of the options. The initial response of an AUTH command is
     * masked in the transcript.
     *
     * @param line without its end
     * @throws MalformedReplyException when what comes is not a reply; the session is of no use any more
     * @throws IllegalArgumentException when the line has a CR or LF in it
     */
    public Reply command(String line) throws IOException {
        return channel.command(line, patience);
    }

    /** As {@link #command(String)}, with a time of its own. */
    public Reply command(String line, Duration within) throws IOException {
        return channel.command(line, within);
    }

    /** Sends a line that is secret as a whole, such as an answer within AUTH; the transcript shows a mask. */
    public Reply secret(String line) throws IOException {
        return channel.secret(line, patience);
    }

    /** Says goodbye, waits a moment for the answer, and closes. A server that does not answer is no error. */
    public void quit() throws IOException {
        try {
            var _ = channel.command("QUIT", SmtpClientOptions.QUIT);
        } catch (IOException e) {
            // RFC 5321 section 3.8: the session is over either way, and nothing depends on this reply.
        } finally {
            close();
        }
    }

    /** Hangs up without a word. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
