package org.hikyaku.relay.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.policy.RequireTlsPolicy;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.relay.filter.FilteredSink;
import org.hikyaku.smtp.Mailbox;

/**
 * Reads the configuration file. Keys, defaults and ranges stand here; those of a destination and of TLS reports in
 * {@link DestinationSettings} and {@link ReportSettings}; nowhere else.
 */
public final class RelayConfigReader {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final long MIB = 1L << 20;

    private RelayConfigReader() {}

    /** What a file says, and what is known of it. */
    public record Loaded(RelayConfig config, List<Setting> settings, Places places) {
        public Loaded {
            settings = List.copyOf(settings);
        }
    }

    /** Where a setting stands, for errors that are found later. */
    @FunctionalInterface
    public interface Places {
        /** {@code file:line}, or the file alone when the setting is not written. */
        String of(String path);
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException with all that is wrong
     */
    public static Loaded read(Path file) throws ConfigException {
        return read(ConfigFile.of(file));
    }

    /** Reads a text; relative paths in it begin at the folder. */
    static Loaded read(String text, String name, Path folder) throws ConfigException {
        return read(new ConfigFile(name, folder, text));
    }

    private static Loaded read(ConfigFile file) throws ConfigException {
        Reading reading = new Reading(file.name(), file.folder());
        Section section = new Section(reading, "", file.top());
        RelayConfig config = config(section, file.name());
        section.done();
        reading.throwFaults();
        return new Loaded(config, reading.settings(), reading::place);
    }

    private static RelayConfig config(Section top, String name) {
        String hostname =
                top.domain("hostname", top.required("hostname", "the name of this mail server", "mx.example.org"));
        Path data = top.file("data-directory", "a folder", "/var/lib/hikyaku");
        boolean laboratory = top.flag("laboratory", false);
        boolean root = top.flag("allow-root", false);
        List<String> domains = top.domains("domains");
        List<String> relayDomains = top.domains("relay-domains");
        for (String twice : relayDomains.stream().filter(domains::contains).toList()) {
            top.fault(
                    "relay-domains",
                    "\"" + twice + "\" is among \"domains\" too: its mail is either delivered here or passed on");
        }
        Optional<Mailbox> postmaster = top.mailbox("postmaster");
        RelayConfig.Tls tls = tls(top.section("tls"));
        RelayConfig.Submission submission = submission(top.section("submission"));
        return new RelayConfig(
                name,
                hostname,
                data,
                laboratory,
                root,
                domains,
                relayDomains,
                postmaster,
                listen(top.section("listen"), submission),
                tls,
                receive(top.section("receive")),
                submission,
                filter(top.section("filter")),
                local(top.section("local"), data),
                queue(top.section("queue"), data),
                retry(top.section("retry")),
                notices(top.section("notices")),
                deliver(top, laboratory),
                dns(top.section("dns")),
                log(top.section("log")),
                metrics(top.section("metrics")),
                ReportSettings.read(top.section("tls-reports"), data, domains),
                top.duration("stop-within", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(10)));
    }

    private static RelayConfig.Listen listen(Section section, RelayConfig.Submission submission) {
        boolean users =
                submission.users().isPresent() || submission.certificates().isPresent();
        RelayConfig.Listen listen = new RelayConfig.Listen(
                section.addresses("smtp", List.of("[::]:25")),
                section.addresses("submission", List.of("[::]:587")),
                section.addresses("submissions", List.of("[::]:465")));
        if (!users && (section.has("submission") || section.has("submissions"))) {
            String key = section.has("submission") ? "submission" : "submissions";
            boolean open = !listen.submission().isEmpty() && section.has("submission")
                    || !listen.submissions().isEmpty() && section.has("submissions");
            if (open) {
                section.fault(
                        key,
                        "users cannot hand mail in here: \"submission.users\" names no file with users; add one with"
                                + " 'hikyaku user add'");
            }
        }
        section.done();
        // Nobody could log in there.
        return users ? listen : new RelayConfig.Listen(listen.smtp(), List.of(), List.of());
    }

    private static RelayConfig.Tls tls(Section section) {
        Optional<Path> certificate = section.existing("certificate", "a PEM file with certificates");
        Optional<Path> key = section.secret("key", "a PEM file with the private key");
        if (key.isPresent() && !section.has("certificate")) {
            section.fault("key", "\"tls.key\" needs \"tls.certificate\" beside it");
        }
        if (certificate.isPresent() && !section.has("key") && Files.exists(certificate.get())) {
            section.checkSecret("certificate", certificate.get());
        }
        RelayConfig.Tls tls = new RelayConfig.Tls(
                certificate,
                key,
                section.choice("profile", RelayConfig.Tls.Profile.STRICT),
                section.existing("client-ca", "a PEM file with certificates"));
        section.done();
        return tls;
    }

    private static RelayConfig.Receive receive(Section section) {
        RelayConfig.Receive receive = new RelayConfig.Receive(
                section.bytes("max-message-size", 50 * MIB, 1 << 16, 1L << 40),
                section.count("max-recipients", 1000, 100, 100_000), // RFC 5321 section 4.5.3.1.8: at least 100
                section.count("max-connections", 20_000, 1, 1_000_000),
                section.count("max-connections-per-address", 100, 1, 1_000_000),
                section.prefixes("networks", List.of()),
                section.duration("command-timeout", Duration.ofMinutes(5), SECOND, Duration.ofHours(1)),
                section.duration("data-timeout", Duration.ofMinutes(5), SECOND, Duration.ofHours(1)),
                section.flag("require-tls", false));
        for (Prefix network : receive.networks()) {
            if (network.length() == 0) {
                section.fault(
                        "networks",
                        "\"receive.networks\" with " + network + " would let everybody relay through this server");
            }
        }
        section.done();
        return receive;
    }

    private static RelayConfig.Submission submission(Section section) {
        RelayConfig.Submission submission = new RelayConfig.Submission(
                section.secret("users", "a file with users"),
                section.existing("certificates", "a file with fingerprints of client certificates"),
                section.flag("require-client-certificate", false),
                section.choice("senders", RelayConfig.Submission.Senders.OWN),
                section.flag("complete", true));
        section.done();
        return submission;
    }

    private static RelayConfig.Filter filter(Section section) {
        RelayConfig.Filter filter = new RelayConfig.Filter(
                section.addresses("milters", List.of()),
                section.duration("timeout", Duration.ofMinutes(2), SECOND, Duration.ofMinutes(10)),
                section.choice("on-failure", FilteredSink.OnFailure.DEFER));
        section.done();
        return filter;
    }

    private static RelayConfig.Local local(Section section, Path data) {
        RelayConfig.Local.Store store = section.choice("store", RelayConfig.Local.Store.MAILDIR);
        Path maildirs =
                section.file("maildirs", "a folder", data.resolve("mail").toString());
        Optional<Path> recipients = section.existing("recipients", "a file with mail addresses");
        Optional<Path> aliases = section.existing("aliases", "a file with aliases");
        Map<String, Mailbox> catchAll = catchAll(section);
        String separator = section.text("subaddress", "one character, or none", "+");
        if (separator.length() != 1 && !separator.equals("none")) {
            section.fault("subaddress", "\"local.subaddress\" must be one character, or none");
        }
        Section lmtp = section.section("lmtp");
        List<InetSocketAddress> address = lmtp.addresses("address", List.of("127.0.0.1:24"));
        RelayConfig.Local.Lmtp where = new RelayConfig.Local.Lmtp(
                address.isEmpty() ? new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 24) : address.getFirst(),
                lmtp.duration("timeout", Duration.ofMinutes(5), SECOND, Duration.ofHours(1)));
        lmtp.done();
        section.done();
        return new RelayConfig.Local(
                store,
                maildirs,
                recipients,
                aliases,
                catchAll,
                separator.length() == 1 ? Optional.of(separator.charAt(0)) : Optional.empty(),
                where);
    }

    private static Map<String, Mailbox> catchAll(Section section) {
        Map<String, Mailbox> all = new LinkedHashMap<>();
        for (Section one : section.sections("catch-all")) {
            String domain = one.domain("domain", one.required("domain", "an own domain", "example.org"));
            String to = one.required("to", "a mail address", "somebody@example.org");
            one.mailbox("to", to).ifPresent(m -> all.put(domain, m));
            one.done();
        }
        return all;
    }

    private static RelayConfig.Queue queue(Section section, Path data) {
        RelayConfig.Queue queue = new RelayConfig.Queue(
                section.file("directory", "a folder", data.resolve("queue").toString()),
                section.count("max-mails", 5_000_000, 10, 100_000_000),
                section.bytes("keep-free", 256 * MIB, MIB, 1L << 50));
        section.done();
        return queue;
    }

    private static RelayConfig.Retry retry(Section section) {
        RelayConfig.Retry retry = new RelayConfig.Retry(
                section.durations(
                        "intervals",
                        List.of(
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(10),
                                Duration.ofMinutes(20),
                                Duration.ofMinutes(40),
                                Duration.ofMinutes(80),
                                Duration.ofHours(2),
                                Duration.ofHours(4)),
                        SECOND,
                        DAY),
                section.count("jitter", 20, 0, 90),
                section.duration("give-up-after", Duration.ofDays(5), SECOND, Duration.ofDays(100)));
        section.done();
        return retry;
    }

    private static RelayConfig.Notices notices(Section section) {
        boolean delay = section.flag("delay", true);
        Duration after = section.duration("delay-after", Duration.ofHours(4), SECOND, Duration.ofDays(100));
        RelayConfig.Notices notices = new RelayConfig.Notices(
                delay ? Optional.of(after) : Optional.empty(),
                section.flag("require-tls", true),
                section.bytes("max-returned", 50_000, 1000, 100 * MIB),
                section.flag("redact", true));
        section.done();
        return notices;
    }

    private static RelayConfig.Deliver deliver(Section top, boolean laboratory) {
        Section section = top.section("deliver");
        TlsLevel level = section.choice("level", TlsLevel.AUTO);
        RequireTlsPolicy requireTls = section.choice("requiretls", RequireTlsPolicy.ENFORCE);
        int concurrency = section.count("concurrency", 500, 1, 100_000);
        int perDestination = section.count("concurrency-per-destination", 20, 1, 10_000);
        List<RelayConfig.Destination> destinations = new ArrayList<>();
        for (Section one : section.sections("destinations")) {
            destinations.add(DestinationSettings.read(one));
        }
        boolean discard = section.flag("discard", false);
        if (discard && !laboratory) {
            section.fault("discard", "\"deliver.discard\" throws mail away: it needs \"laboratory: true\"");
        }
        section.done();
        return new RelayConfig.Deliver(level, requireTls, concurrency, perDestination, destinations, discard);
    }

    private static RelayConfig.Dns dns(Section section) {
        RelayConfig.Dns dns = new RelayConfig.Dns(
                section.addresses("resolvers", List.of()),
                section.existing("trust-anchor", "a file with DS or DNSKEY records"),
                section.existing("ca-file", "a PEM file with certificates"));
        section.done();
        return dns;
    }

    private static RelayConfig.Log log(Section section) {
        RelayConfig.Log log = new RelayConfig.Log(
                section.choice("format", RelayConfig.Log.Format.TEXT), section.file("file", "a file"));
        section.done();
        return log;
    }

    private static RelayConfig.Metrics metrics(Section section) {
        RelayConfig.Metrics metrics = new RelayConfig.Metrics(
                section.addresses("listen", List.of()).stream().findFirst());
        section.done();
        return metrics;
    }
}
