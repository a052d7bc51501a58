package org.hikyaku.relay;

import java.util.Optional;
import java.util.Set;
import org.hikyaku.delivery.Carried;
import org.hikyaku.delivery.Carrier;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.Courier;
import org.hikyaku.delivery.DeliveryOptions;
import org.hikyaku.delivery.Fate;
import org.hikyaku.delivery.RecipientResult;
import org.hikyaku.delivery.Seams;
import org.hikyaku.delivery.SessionCounter;
import org.hikyaku.mail.DeliveryNotice;
import org.hikyaku.relay.config.RelayConfig;
import org.hikyaku.relay.local.LocalDelivery;
import org.hikyaku.relay.local.LocalParts;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.schedule.Notices;
import org.hikyaku.relay.schedule.RetrySchedule;
import org.hikyaku.relay.schedule.Scheduler;
import org.hikyaku.relay.service.DeliveryLogWriter;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.tls.KeyLog;

/** How mail goes out: who carries a domain's mail, how much at a time, and when it is tried again. */
final class Outbound {
    /** Mails written to mailboxes at one time, for each own domain, and for all of them. */
    private static final int LOCAL_ROOM = 64;

    private static final int LOCAL_AT_ONCE = 256;
    private static final String LOCAL_HOP = "mailboxes";

    /** Parcels that are out for each one that is delivered: names take time to look up, and hosts let wait. */
    private static final int OUT = 10;

    private final RelayConfig config;
    private final Surroundings around;

    Outbound(RelayConfig config, Surroundings around) {
        this.config = config;
        this.around = around;
    }

    /** The carrier to other servers. */
    Courier courier(Promises promises, SessionCounter counter, DeliveryLogWriter log, Optional<KeyLog> keyLog)
            throws StartException {
        DeliveryOptions usual = DeliveryOptions.usual(config.hostname());
        RelayConfig.Deliver deliver = config.deliver();
        DeliveryOptions options = new DeliveryOptions(
                usual.ehloName(),
                Set.of(config.hostname()),
                Set.of(),
                usual.port(),
                usual.families(),
                usual.postQuantum(),
                usual.times(),
                usual.tries(),
                usual.kept(),
                new DeliveryOptions.Concurrency(
                        deliver.concurrency(),
                        Math.min(usual.concurrency().first(), deliver.concurrencyPerDestination()),
                        deliver.concurrencyPerDestination()));
        Seams seams = new Seams(
                around.dialling(),
                promises.lookup(),
                promises.policies(),
                around.authorities(),
                around.clock(),
                around.random(),
                around.random(),
                keyLog);
        return new Courier(options, DestinationTable.of(deliver), seams, counter, log);
    }

    /** Has mail for own domains carried to its mailboxes, and all else by the courier. */
    Scheduler scheduler(MailQueue queue, LocalParts local, LocalDelivery mailboxes, Courier courier) {
        RelayConfig.Retry retry = config.retry();
        Carrier abroad = config.deliver().discard() ? Outbound::discard : courier;
        CountedCarrier writing = new CountedCarrier(mailboxes, LOCAL_AT_ONCE);
        return new Scheduler(
                queue,
                new Scheduler.Carriers() {
                    @Override
                    public Carrier of(String domain) {
                        return local(domain) ? writing : abroad;
                    }

                    @Override
                    public boolean local(String domain) {
                        return local.addresses().owns(domain);
                    }

                    @Override
                    public int room(String domain) {
                        return local(domain) || config.deliver().discard() ? LOCAL_ROOM : courier.room(domain);
                    }

                    @Override
                    public String hop(String domain) {
                        return local(domain) ? LOCAL_HOP : courier.hop(domain);
                    }

                    @Override
                    public boolean full(String domain) {
                        return local(domain) ? writing.full() : courier.full(domain);
                    }
                },
                new Notices(
                        queue,
                        config.hostname(),
                        new DeliveryNotice.Options(
                                config.notices().tagRequireTls(),
                                config.notices().maxReturned(),
                                config.notices().redact()),
                        around.clock(),
                        around.random()),
                new Scheduler.Options(
                        OUT * config.deliver().concurrency(),
                        new RetrySchedule(retry.intervals(), retry.jitter(), retry.giveUpAfter()),
                        config.notices().delayAfter()),
                around.clock(),
                around.random());
    }

    /** Every recipient is done with; nothing goes anywhere. */
    private static Carried discard(Consignment consignment) {
        Fate thrownAway = new Fate.Delivered(
                new Fate.Circumstances(
                        new EnhancedStatus(2, 0, 0),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "This laboratory throws mail away (deliver.discard)."),
                true);
        return new Carried.Tried(consignment.envelope().recipients().stream()
                .map(r -> new RecipientResult(r, thrownAway))
                .toList());
    }
}
