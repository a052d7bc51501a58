package org.hikyaku.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.relay.config.RelayConfig;
import org.hikyaku.relay.local.LocalParts;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.service.Counters;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.smtp.server.Logins;
import org.hikyaku.smtp.server.ServerLimits;
import org.hikyaku.smtp.server.ServerParts;
import org.hikyaku.smtp.server.ServerTimes;
import org.hikyaku.smtp.server.ServerTls;
import org.hikyaku.smtp.server.SmtpServer;
import org.hikyaku.smtp.server.SmtpServerOptions;
import org.hikyaku.tls.KeyLog;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.Pem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ports at which mail comes in. */
final class Doors implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

    private final RelayConfig config;
    private final Surroundings around;
    private final Optional<KeyLog> keyLog;
    private final SmtpServer server;
    private final ServerParts parts;
    private final SmtpServerOptions options;
    private final List<Listener> listeners = new ArrayList<>();
    private final Path certificate;
    private final Path key;

    /** Replaced when the files have changed; asked for each handshake. */
    private volatile TlsServer tls;

    Doors(
            RelayConfig config,
            Surroundings around,
            MailQueue queue,
            LocalParts local,
            LineWriter lines,
            Counters counters,
            Optional<KeyLog> keyLog)
            throws IOException, StartException {
        this.config = config;
        this.around = around;
        this.keyLog = keyLog;
        this.certificate = config.tls().certificate().isPresent()
                ? config.tls().certificate().get()
                : OwnCertificate.in(config.dataDirectory(), config.hostname(), around);
        this.key = config.tls().key().orElse(certificate);
        this.tls = readTls();
        RelayConfig.Receive receive = config.receive();
        ServerLimits limits = ServerLimits.defaults()
                .withMessageSize(receive.maxMessageSize())
                .withRecipients(receive.maxRecipients())
                .withConnections(receive.maxConnections(), receive.maxConnectionsPerAddress());
        ServerTimes times = ServerTimes.defaults();
        this.options = SmtpServerOptions.of(config.hostname())
                .withLimits(limits)
                .withTimes(new ServerTimes(
                        receive.commandTimeout(),
                        times.handshake(),
                        receive.dataTimeout(),
                        times.grace(),
                        times.minimumRate(),
                        times.reply()));
        this.server = new SmtpServer(limits, System::nanoTime);
        ServerTls offered = () -> Optional.of(tls);
        this.parts = new ServerParts(
                new ReceivePolicy(config, local),
                new QueueSink(config.hostname(), queue, around.clock()),
                Logins.none(),
                offered,
                new ReceiveLog(lines, counters, config.log().format() == RelayConfig.Log.Format.JSON, around.clock()));
        for (InetSocketAddress address : config.listen().smtp()) {
            listeners.add(Relay.listen(around, address, "smtp"));
        }
    }

    private TlsServer readTls() throws StartException {
        try {
            Credential credential = new Credential(Pem.privateKey(key), Pem.certificates(certificate));
            TlsServerOptions usual = TlsServerOptions.of(credential);
            return new TlsServer(keyLog.map(usual::withKeyLog).orElse(usual), around.random());
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException("The certificate in " + certificate + " cannot be used: " + e.getMessage(), e);
        }
    }

    void open() {
        for (Listener listener : listeners) {
            server.serve(options, parts, listener);
        }
    }

    List<InetSocketAddress> addresses() {
        return listeners.stream().map(Listener::local).toList();
    }

    List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(certificate));
        config.tls().key().ifPresent(files::add);
        return files;
    }

    boolean reload() {
        try {
            tls = readTls();
            return true;
        } catch (StartException e) {
            LOG.error("The certificate stays what it was: {}", e.getMessage());
            return false;
        }
    }

    long sessions() {
        return server.sessions();
    }

    boolean stop(Deadline deadline) throws InterruptedException {
        return server.stop(deadline);
    }

    @Override
    public void close() {
        server.close();
        for (Listener listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                LOG.debug("a port was closed already", e);
            }
        }
    }
}
