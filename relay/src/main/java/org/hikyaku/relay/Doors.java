package org.hikyaku.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.relay.config.RelayConfig;
import org.hikyaku.relay.filter.FilteredSink;
import org.hikyaku.relay.local.LocalParts;
import org.hikyaku.relay.local.OwnSenders;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.receive.CertificateFault;
import org.hikyaku.relay.receive.ClientCertificates;
import org.hikyaku.relay.receive.Door;
import org.hikyaku.relay.receive.OwnCertificate;
import org.hikyaku.relay.receive.ReceiveLog;
import org.hikyaku.relay.receive.ReceiveRules;
import org.hikyaku.relay.receive.ReceiveRules.SubmissionRules;
import org.hikyaku.relay.receive.Receiver;
import org.hikyaku.relay.receive.ReloadingTls;
import org.hikyaku.relay.receive.SenderRule;
import org.hikyaku.relay.receive.TlsProfile;
import org.hikyaku.relay.receive.Users;
import org.hikyaku.relay.service.Counters;
import org.hikyaku.smtp.server.MailSink;
import org.hikyaku.smtp.server.ServerLimits;
import org.hikyaku.smtp.server.ServerTimes;
import org.hikyaku.smtp.server.SmtpServerOptions;
import org.hikyaku.tls.KeyLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ports at which mail comes in, as they are configured. */
final class Doors implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

    private final RelayConfig config;
    private final ReloadingTls tls;
    private final Users users;
    private final ClientCertificates certificates;
    private final Receiver receiver;
    private final Path certificate;
    private final List<Open> open = new ArrayList<>();

    /** An open port that nothing is taken in at yet. */
    private record Open(Door door, boolean implicitTls, Listener listener) {}

    Doors(
            RelayConfig config,
            Surroundings around,
            MailQueue queue,
            LocalParts local,
            Counters counters,
            Optional<KeyLog> keyLog)
            throws IOException, StartException, ConfigException {
        this.config = config;
        this.certificate = config.tls().certificate().isPresent()
                ? config.tls().certificate().get()
                : SelfMadeCertificate.in(config.dataDirectory(), config.hostname(), around);
        this.tls = new ReloadingTls(
                new ReloadingTls.Setup(
                        certificate,
                        config.tls().key().orElse(certificate),
                        Set.of(config.hostname()),
                        switch (config.tls().profile()) {
                            case STRICT -> TlsProfile.STRICT;
                            case COMPATIBLE -> TlsProfile.COMPATIBLE;
                        },
                        keyLog),
                around.random(),
                around.clock());
        for (CertificateFault fault : tls.reload()) {
            if (fault.fatal()) {
                throw new StartException("\"tls.certificate\": " + fault.sentence() + ".");
            }
            LOG.warn("{}", fault.sentence());
        }
        this.users = config.submission().users().isPresent()
                ? Users.of(config.submission().users().get())
                : Users.none();
        this.certificates = ClientCertificates.of(
                config.submission().certificates(), config.tls().clientCa(), around.clock());
        this.receiver = new Receiver(
                new Receiver.Parts(
                        options(config),
                        rules(config, local),
                        queue,
                        Optional.of(tls),
                        users,
                        certificates,
                        sink -> filtered(sink, config, around),
                        new ReceiveCounts(new ReceiveLog(), counters)),
                around.random(),
                around.clock());
        try {
            listen(around);
        } catch (StartException e) {
            close();
            throw e;
        }
    }

    /** What is wrong in files with certificates and users. */
    static List<String> faults(RelayConfig config, InstantSource clock) {
        List<String> faults = new ArrayList<>();
        config.tls()
                .certificate()
                .ifPresent(file -> OwnCertificate.read(
                                file, config.tls().key().orElse(file), Set.of(config.hostname()), clock.instant())
                        .faults()
                        .stream()
                        .filter(CertificateFault::fatal)
                        .forEach(fault -> faults.add("\"tls.certificate\": " + fault.sentence() + ".")));
        config.submission().users().ifPresent(file -> Relay.collect(faults, () -> Users.of(file)));
        Relay.collect(
                faults,
                () -> ClientCertificates.of(
                        config.submission().certificates(), config.tls().clientCa(), clock));
        return faults;
    }

    private static SmtpServerOptions options(RelayConfig config) {
        RelayConfig.Receive receive = config.receive();
        ServerTimes times = ServerTimes.defaults();
        return SmtpServerOptions.of(config.hostname())
                .withPostmasterAt(
                        config.domains().isEmpty()
                                ? config.hostname()
                                : config.domains().getFirst())
                .withLimits(ServerLimits.defaults()
                        .withMessageSize(receive.maxMessageSize())
                        .withRecipients(receive.maxRecipients())
                        .withConnections(receive.maxConnections(), receive.maxConnectionsPerAddress()))
                .withTimes(new ServerTimes(
                        receive.commandTimeout(),
                        times.handshake(),
                        receive.dataTimeout(),
                        times.grace(),
                        times.minimumRate(),
                        times.reply()));
    }

    private static MailSink filtered(MailSink sink, RelayConfig config, Surroundings around) {
        RelayConfig.Filter filter = config.filter();
        return filter.milters().isEmpty()
                ? sink
                : new FilteredSink(
                        sink,
                        around.dialling(),
                        new FilteredSink.Options(
                                filter.milters(),
                                filter.timeout(),
                                filter.onFailure(),
                                config.hostname(),
                                config.dataDirectory(),
                                config.queue().keepFree(),
                                config.receive().maxMessageSize()));
    }

    private static ReceiveRules rules(RelayConfig config, LocalParts local) {
        RelayConfig.Receive receive = config.receive();
        return ReceiveRules.of(new HashSet<>(config.domains()))
                .withKnown(address -> local.addresses().known(address))
                .withRelaying(new HashSet<>(config.relayDomains()), receive.networks())
                .withTls(receive.requireTls(), new HashSet<>(config.tlsrpt().receive()))
                .withSubmission(new SubmissionRules(
                        config.submission().requireClientCertificate(),
                        senders(config, local),
                        config.submission().complete()));
    }

    private static SenderRule senders(RelayConfig config, LocalParts local) {
        OwnSenders own = new OwnSenders(local::addresses);
        SenderRule domains = (_, address) -> local.addresses().owns(address.domain());
        return switch (config.submission().senders()) {
            case ANY -> SenderRule.any();
            case DOMAINS -> domains;
            // Who is trusted without a name is a machine of ours, and speaks for its users.
            case OWN ->
                (user, address) -> user.map(u -> own.owns(u, address)).orElseGet(() -> domains.allows(user, address));
        };
    }

    private void listen(Surroundings around) throws StartException {
        RelayConfig.Listen listen = config.listen();
        for (InetSocketAddress address : listen.smtp()) {
            open.add(new Open(Door.MX, false, listener(around, address, "smtp")));
        }
        for (InetSocketAddress address : listen.submission()) {
            open.add(new Open(Door.SUBMISSION, false, listener(around, address, "submission")));
        }
        for (InetSocketAddress address : listen.submissions()) {
            open.add(new Open(Door.SUBMISSION, true, listener(around, address, "submissions")));
        }
    }

    private static Listener listener(Surroundings around, InetSocketAddress address, String setting)
            throws StartException {
        try {
            return around.listening().listen(address);
        } catch (IOException e) {
            String hint = address.getPort() < 1024 && address.getPort() > 0
                    ? " Ports below 1024 need the capability CAP_NET_BIND_SERVICE, which the systemd unit gives."
                    : "";
            throw new StartException(
                    "\"listen." + setting + "\": nothing can listen at " + Addresses.text(address) + ": "
                            + e.getMessage() + "." + hint,
                    e);
        }
    }

    /** Begins to take mail in. */
    void open() {
        for (Open one : open) {
            receiver.serve(one.door(), one.implicitTls(), one.listener());
        }
    }

    List<InetSocketAddress> addresses() {
        return open.stream().map(o -> o.listener().local()).toList();
    }

    List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(certificate));
        config.tls().key().ifPresent(files::add);
        config.submission().users().ifPresent(files::add);
        config.submission().certificates().ifPresent(files::add);
        config.tls().clientCa().ifPresent(files::add);
        return files;
    }

    /** Other rules from now on, as far as they can change while ports are open. */
    void use(RelayConfig changed, LocalParts local) {
        receiver.use(rules(changed, local));
    }

    /** Reads certificate, users and client certificates again; what is wrong is logged, and what was in use stays. */
    boolean reload() {
        boolean good = true;
        for (CertificateFault fault : tls.reload()) {
            if (fault.fatal()) {
                LOG.error("The certificate stays what it was: {}", fault.sentence());
                good = false;
            } else {
                LOG.warn("{}", fault.sentence());
            }
        }
        try {
            users.reload();
        } catch (IOException e) {
            LOG.error("The users stay who they were: {}", e.getMessage());
            good = false;
        }
        try {
            certificates.reload();
        } catch (IOException | ConfigException e) {
            LOG.error("The client certificates that may submit stay what they were: {}", e.getMessage());
            good = false;
        }
        return good;
    }

    long sessions() {
        return receiver.sessions();
    }

    boolean stop(Deadline deadline) throws InterruptedException {
        return receiver.stop(deadline);
    }

    @Override
    public void close() {
        receiver.close();
        for (Open one : open) {
            try {
                one.listener().close();
            } catch (IOException e) {
                LOG.debug("a port was closed already", e);
            }
        }
    }
}
