package org.hikyaku.relay;

import java.util.List;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.function.Function;
import org.hikyaku.relay.config.RelayConfig;

/**
 * What of a configuration can change while a relay works, without a session or a delivery noticing: where mail goes and how
 * safely, who may relay, whether port 25 takes mail in clear. All else has to do with ports, folders and limits that are in use.
 */
final class Changeable {
    private static final List<Entry<String, Function<RelayConfig, Object>>> PARTS = List.of(
            part("hostname", RelayConfig::hostname),
            part("data-directory", RelayConfig::dataDirectory),
            part("laboratory", RelayConfig::laboratory),
            part("allow-root", RelayConfig::allowRoot),
            part("domains", RelayConfig::domains),
            part("postmaster", RelayConfig::postmaster),
            part("listen", RelayConfig::listen),
            part("tls", RelayConfig::tls),
            part("receive", RelayConfig::receive),
            part("submission", RelayConfig::submission),
            part("filter", RelayConfig::filter),
            part("local", RelayConfig::local),
            part("queue", RelayConfig::queue),
            part("retry", RelayConfig::retry),
            part("notices", RelayConfig::notices),
            part("deliver", RelayConfig::deliver),
            part("dns", RelayConfig::dns),
            part("log", RelayConfig::log),
            part("metrics", RelayConfig::metrics),
            part("tls-reports", RelayConfig::tlsrpt),
            part("stop-within", RelayConfig::stopWithin));

    private Changeable() {}

    private static Entry<String, Function<RelayConfig, Object>> part(String name, Function<RelayConfig, Object> of) {
        return java.util.Map.entry(name, of);
    }

    /** The configuration in use with what can change taken from the new one. */
    static RelayConfig of(RelayConfig used, RelayConfig read) {
        RelayConfig.Receive receive = used.receive();
        RelayConfig.Deliver deliver = used.deliver();
        return new RelayConfig(
                used.source(),
                used.hostname(),
                used.dataDirectory(),
                used.laboratory(),
                used.allowRoot(),
                used.domains(),
                read.relayDomains(),
                used.postmaster(),
                used.listen(),
                used.tls(),
                new RelayConfig.Receive(
                        receive.maxMessageSize(),
                        receive.maxRecipients(),
                        receive.maxConnections(),
                        receive.maxConnectionsPerAddress(),
                        read.receive().networks(),
                        receive.commandTimeout(),
                        receive.dataTimeout(),
                        read.receive().requireTls()),
                new RelayConfig.Submission(
                        used.submission().users(),
                        used.submission().certificates(),
                        read.submission().requireClientCertificate(),
                        read.submission().senders(),
                        used.submission().complete()),
                used.filter(),
                used.local(),
                used.queue(),
                used.retry(),
                used.notices(),
                new RelayConfig.Deliver(
                        read.deliver().level(),
                        read.deliver().requireTls(),
                        deliver.concurrency(),
                        deliver.concurrencyPerDestination(),
                        read.deliver().destinations(),
                        deliver.discard()),
                used.dns(),
                used.log(),
                used.metrics(),
                used.tlsrpt(),
                used.stopWithin());
    }

    /** Parts in which something has changed that needs a new start. */
    static List<String> left(RelayConfig used, RelayConfig read) {
        RelayConfig changed = of(used, read);
        return PARTS.stream()
                .filter(part -> !Objects.equals(
                        part.getValue().apply(changed), part.getValue().apply(read)))
                .map(Entry::getKey)
                .toList();
    }
}
