package org.hikyaku.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.delivery.Courier;
import org.hikyaku.dns.ResolverTrial;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.StatusServer;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.relay.config.RelayConfig;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.relay.local.LocalDelivery;
import org.hikyaku.relay.local.LocalParts;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueueOptions;
import org.hikyaku.relay.queue.SegmentQueue;
import org.hikyaku.relay.reports.ReportDuties;
import org.hikyaku.relay.schedule.Scheduler;
import org.hikyaku.relay.service.Counters;
import org.hikyaku.relay.service.DeliveryLogWriter;
import org.hikyaku.relay.service.Identity;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.tls.KeyLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running relay: ports, queue, scheduler, couriers and local delivery put together as the configuration says. {@link
 * #start} returns when mail is taken; {@link #stop} ends it without losing or cutting off anything.
 */
public final class Relay implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final RelayConfig config;
    private final Counters counters = new Counters();
    private final List<Closeable> open = new ArrayList<>();
    private final MailQueue queue;
    private final LocalParts local;
    private final Promises promises;
    private final ReportDuties reports;
    private final Courier courier;
    private final Scheduler scheduler;
    private final Doors doors;
    private Optional<StatusServer> status = Optional.empty();

    /** What of it was read again last. */
    private volatile RelayConfig.Deliver delivering;

    /** Read by the threads of requests. */
    private volatile State state = State.STARTING;

    /** How far it is. */
    public enum State {
        STARTING,
        READY,
        STOPPING
    }

    /**
     * Starts a relay.
     *
     * @param lines takes one line for each delivery and each mail received
     * @param keyLog where the secrets of TLS sessions go: in a laboratory only
     * @throws StartException when it cannot start; nothing is left open then
     * @throws ConfigException when files that the configuration names are wrong
     */
    public static Relay start(RelayConfig config, Surroundings around, LineWriter lines, Optional<KeyLog> keyLog)
            throws StartException, ConfigException {
        if (Identity.root() && !config.allowRoot()) {
            throw new StartException("The relay does not serve as root. Start it as a user of its own (the systemd unit"
                    + " does, with the capability for ports below 1024), or say \"allow-root: true\".");
        }
        if (keyLog.isPresent() && !config.laboratory()) {
            throw new StartException(
                    "A key log gives away what everybody's mail says: it needs \"laboratory: true\" in "
                            + config.source() + ".");
        }
        List<Closeable> opened = new ArrayList<>();
        try {
            return new Relay(config, around, lines, keyLog, opened);
        } catch (IOException e) {
            closeAll(opened);
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (StartException | ConfigException | RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    private Relay(
            RelayConfig config, Surroundings around, LineWriter lines, Optional<KeyLog> keyLog, List<Closeable> opened)
            throws IOException, StartException, ConfigException {
        this.config = config;
        this.delivering = config.deliver();
        Instant started = around.clock().instant();
        makeFolder(config.dataDirectory(), "data-directory");
        DeliveryLogWriter log =
                new DeliveryLogWriter(lines, config.log().format() == RelayConfig.Log.Format.JSON, counters);
        local = new LocalParts(config, started);
        queue = opened(opened, queue(config, around));
        promises = opened(opened, new Promises(config.dataDirectory(), around));
        checkResolver();
        reports = opened(opened, new ReportDuties(config, around, promises.lookup(), queue));
        Outbound outbound = new Outbound(config, around);
        courier = opened(opened, outbound.courier(promises, reports.counter(), log, keyLog));
        LocalDelivery mailboxes = local.delivery(
                around.dialling(), new Forwarder(queue, around.clock()), reports.mailbox(), log, around.clock());
        scheduler = opened(opened, outbound.scheduler(queue, local, mailboxes, courier));
        doors = opened(opened, new Doors(config, around, queue, local, counters, keyLog));
        gauges();
        reports.count(counters);
        counters.gauge("log_lines_lost", "Log lines that could not be written.", lines::lost);
        if (config.metrics().listen().isPresent()) {
            status = Optional.of(StatusPages.serve(config.metrics().listen().get(), counters, queue, () -> state));
            opened.add(status.get()::close);
        }
        tellOfPostmaster();
        tellOfUnknownRecipients();
        scheduler.start();
        promises.renewal().start();
        reports.start();
        doors.open();
        open.addAll(opened);
        state = State.READY;
    }

    /**
     * What is wrong in the files that a configuration names, as far as that can be told without a start: a sentence for each.
     * Nothing is opened or made.
     */
    public static List<String> faults(RelayConfig config, InstantSource clock) {
        List<String> faults = new ArrayList<>();
        collect(faults, () -> new LocalParts(config, clock.instant()));
        collect(faults, () -> DestinationTable.of(config.deliver()));
        faults.addAll(Doors.faults(config, clock));
        return faults;
    }

    /** Something that reads files. */
    interface Reading {
        Object read() throws IOException, ConfigException, StartException;
    }

    static void collect(List<String> faults, Reading reading) {
        try {
            var _ = reading.read();
        } catch (ConfigException e) {
            e.faults().forEach(fault -> faults.add(fault.toString()));
        } catch (IOException | StartException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
    }

    /** Who sets the relay up should hear it before the first complaint is lost. */
    private void tellOfPostmaster() {
        config.postmaster()
                .filter(p ->
                        local.addresses().owns(p.domain()) && !local.addresses().known(p))
                .ifPresent(p -> LOG.warn(
                        "Mail for postmaster goes to {}, and nobody has this address yet; a mailbox is a folder such as {}.",
                        p,
                        config.local().maildirs().resolve(p.domain()).resolve(p.local())));
    }

    /** A relay that takes mail for whatever name, and bounces it later, sends others' spam to third parties. */
    private void tellOfUnknownRecipients() {
        RelayConfig.Local where = config.local();
        if (where.store() == RelayConfig.Local.Store.LMTP
                && where.recipients().isEmpty()
                && !config.domains().isEmpty()) {
            LOG.warn(
                    "Mail for every address at {} is taken, for \"local.recipients\" names no file with those that the mail"
                            + " store has; what the store refuses later comes back as bounces to senders who may be forged.",
                    String.join(", ", config.domains()));
        }
    }

    private static <T extends Closeable> T opened(List<Closeable> opened, T one) {
        opened.add(one);
        return one;
    }

    private static void makeFolder(Path folder, String setting) throws StartException {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new StartException("\"" + setting + "\": the folder " + folder + " cannot be made: " + why(e), e);
        }
        if (!Files.isWritable(folder)) {
            throw new StartException("\"" + setting + "\": the user " + System.getProperty("user.name")
                    + " may not write to " + folder + ".");
        }
    }

    private static String why(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
    }

    private static MailQueue queue(RelayConfig config, Surroundings around) throws StartException {
        try {
            return SegmentQueue.open(
                    QueueOptions.of(config.queue().directory())
                            .withReserve(config.queue().keepFree())
                            .withMails(config.queue().maxMails()),
                    around.clock());
        } catch (IOException e) {
            throw new StartException("The queue in " + config.queue().directory() + " cannot be opened: " + why(e), e);
        }
    }

    private void checkResolver() throws StartException {
        ResolverTrial trial = new ResolverTrial(promises.lookup());
        Optional<String> stripped = trial.strippedDnssec();
        if (stripped.isPresent() && config.laboratory()) {
            LOG.warn(
                    "{} Mail for other domains waits until a resolver that passes DNSSEC records on is named (D24).",
                    stripped.get());
        } else if (stripped.isPresent()) {
            throw new StartException(
                    stripped.get() + " Every domain would look as if it were attacked (D24): name a"
                            + " resolver that passes DNSSEC records on with \"dns.resolvers\", such as an Unbound on this machine.");
        }
        trial.unreachable().ifPresent(why -> LOG.warn("Nothing can be looked up yet, and mail waits: {}", why));
    }

    private void gauges() {
        StatusPages.count(counters, queue);
        counters.gauge("carrying", "Deliveries under way.", scheduler::carrying);
        counters.gauge("sessions", "SMTP sessions that are open.", doors::sessions);
        counters.gauge("kept_sessions", "Sessions to other servers kept for the next mail.", courier::kept);
        counters.gauge(
                "mta_sts_renewals_failing",
                "MTA-STS policies that could not be renewed in the last round.",
                () -> promises.renewal().last().failing().size());
    }

    /** Where mail is taken. */
    public List<InetSocketAddress> addresses() {
        return doors.addresses();
    }

    /** Where metrics are, when they are wanted. */
    public Optional<InetSocketAddress> statusAddress() {
        return status.map(StatusServer::address);
    }

    public MailQueue queue() {
        return queue;
    }

    /** Files that are worth a look now and then: {@link #reload} reads them again, and there may be others then. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>(doors.files());
        files.add(Path.of(config.source()));
        for (RelayConfig.Destination destination : delivering.destinations()) {
            destination.password().ifPresent(files::add);
            destination.certificate().ifPresent(files::add);
            destination.key().ifPresent(files::add);
        }
        config.local().aliases().ifPresent(files::add);
        config.local().recipients().ifPresent(files::add);
        return files;
    }

    /**
     * Reads certificates, users, aliases and recipients again, and looks whether TLS reports are due. What is wrong is logged,
     * and what was in use stays in use.
     *
     * @return whether all could be read
     */
    public boolean reload() {
        boolean good = true;
        try {
            local.reload();
        } catch (ConfigException e) {
            LOG.error("What local addresses are stays as it was: {}", e.getMessage());
            good = false;
        }
        good &= doors.reload();
        good &= reloadConfiguration();
        reports.look();
        if (good) {
            LOG.info("Configuration, certificates, users, aliases and recipients are read.");
        }
        return good;
    }

    private boolean reloadConfiguration() {
        RelayConfig read;
        try {
            read = RelayConfigReader.read(Path.of(config.source())).config();
            RelayConfig changed = Changeable.of(config, read);
            courier.use(DestinationTable.of(changed.deliver()));
            doors.use(changed, local);
            delivering = changed.deliver();
        } catch (ConfigException | StartException e) {
            LOG.error("The configuration stays what it was: {}", e.getMessage());
            return false;
        }
        List<String> later = Changeable.left(config, read);
        if (!later.isEmpty()) {
            LOG.warn("What has changed in {} takes effect when the relay is started again.", String.join(", ", later));
        }
        return true;
    }

    /**
     * Takes no more mail, finishes what is coming in and going out, and leaves the rest in the queue.
     *
     * @return true when all that was under way could end by itself in time
     */
    public boolean stop(Duration within) throws InterruptedException {
        state = State.STOPPING;
        Deadline deadline = Deadline.after(within);
        courier.stop();
        boolean in = doors.stop(deadline);
        boolean out = scheduler.stop(deadline);
        close();
        return in && out;
    }

    @Override
    public void close() {
        state = State.STOPPING;
        closeAll(open);
        open.clear();
    }

    private static void closeAll(List<Closeable> opened) {
        for (Closeable one : opened.reversed()) {
            try {
                one.close();
            } catch (IOException e) {
                LOG.warn("something could not be closed: {}", e.getMessage());
            }
        }
    }
}
