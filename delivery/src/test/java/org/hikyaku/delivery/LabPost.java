package org.hikyaku.delivery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;

/** A courier in the lab, with all that it says. */
final class LabPost implements AutoCloseable {
    final Lab lab;
    final Queue<DeliveryLine> lines = new ConcurrentLinkedQueue<>();
    final Queue<CountedSession> counted = new ConcurrentLinkedQueue<>();
    private final Courier courier;

    LabPost(LabOptions options, DeliveryOptions delivery, Destinations destinations) throws IOException {
        lab = Lab.start(options);
        Lookup lookup =
                new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());
        StsFetcher fetcher = new StsFetcher(
                lab.network(), new ValidatedAddresses(lookup), lab.caAnchors(), lab.clock(), Duration.ofSeconds(20));
        Seams seams = new Seams(
                lab.network(),
                lookup,
                new StsCache(lookup, fetcher, StsStore.inMemory(), lab.clock()),
                lab.caAnchors(),
                lab.clock(),
                new Random(1),
                new SecureRandom(),
                Optional.empty());
        courier = new Courier(delivery, destinations, seams, counted::add, lines::add);
    }

    static DeliveryOptions options() {
        return DeliveryOptions.usual("sender.example");
    }

    /** One mail to one recipient. */
    Fate send(String domain, Demand demand) throws InterruptedException {
        return courier.carry(consignment(domain, demand)).results().getFirst().fate();
    }

    Courier courier() {
        return courier;
    }

    DeliveryLine lastLine() {
        return List.copyOf(lines).getLast();
    }

    Consignment consignment(String domain, Demand demand) {
        Envelope plain = Envelope.of(Mailbox.parse("a@sender.example"), Mailbox.parse("b@" + domain));
        Envelope envelope = new Envelope(
                plain.sender(), plain.recipients(), Optional.empty(), Optional.empty(), demand == Demand.REQUIRE_TLS);
        return new Consignment(
                "Q1",
                domain,
                envelope,
                Body.SEVEN_BIT,
                false,
                demand,
                MailContent.of(
                        "Subject: to %s\r\n\r\nHello.\r\n".formatted(domain).getBytes(StandardCharsets.US_ASCII)),
                lab.clock().instant());
    }

    @Override
    public void close() throws IOException {
        courier.close();
        lab.close();
    }
}
