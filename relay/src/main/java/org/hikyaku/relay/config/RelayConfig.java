package org.hikyaku.relay.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.policy.RequireTlsPolicy;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.relay.filter.FilteredSink;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tls.TlsVersion;

/**
 * All that a relay is told. {@code docs/relay.md} describes each setting; {@link RelayConfigReader} makes this from the
 * file.
 *
 * @param source the file as it was named
 * @param hostname the relay's own name: in its greeting, its EHLO, its Received lines; A-labels, no dot at the end
 * @param dataDirectory where queue, policies and own certificate are kept
 * @param laboratory that this is no real relay: what would give secrets away is allowed
 * @param allowRoot whether it may serve as root
 * @param domains own domains, whose mail is delivered here; lower case, A-labels
 * @param relayDomains domains that mail is taken for from anybody and passed on
 * @param postmaster where mail for postmaster goes that no alias says anything of
 */
public record RelayConfig(
        String source,
        String hostname,
        Path dataDirectory,
        boolean laboratory,
        boolean allowRoot,
        List<String> domains,
        List<String> relayDomains,
        Optional<Mailbox> postmaster,
        Listen listen,
        Tls tls,
        Receive receive,
        Submission submission,
        Filter filter,
        Local local,
        Queue queue,
        Retry retry,
        Notices notices,
        Deliver deliver,
        Dns dns,
        Log log,
        Metrics metrics,
        Reports tlsrpt,
        Duration stopWithin) {

    public RelayConfig {
        domains = List.copyOf(domains);
        relayDomains = List.copyOf(relayDomains);
    }

    /** Where it listens. */
    public record Listen(
            List<InetSocketAddress> smtp, List<InetSocketAddress> submission, List<InetSocketAddress> submissions) {
        public Listen {
            smtp = List.copyOf(smtp);
            submission = List.copyOf(submission);
            submissions = List.copyOf(submissions);
        }
    }

    /**
     * The relay's certificate.
     *
     * @param certificate PEM, own certificate first; when empty the relay makes one for itself
     * @param key PEM; the file of the certificate when empty
     */
    public record Tls(Optional<Path> certificate, Optional<Path> key, Profile profile, Optional<Path> clientCa) {
        public enum Profile {
            /** TLS 1.2 and 1.3 with forward secrecy and AEAD. */
            STRICT,
            /** TLS 1.0 and later: what old servers speak is better than nothing. */
            COMPATIBLE
        }
    }

    /** What is taken from others. */
    public record Receive(
            long maxMessageSize,
            int maxRecipients,
            int maxConnections,
            int maxConnectionsPerAddress,
            List<Prefix> networks,
            Duration commandTimeout,
            Duration dataTimeout,
            boolean requireTls) {
        public Receive {
            networks = List.copyOf(networks);
        }
    }

    /**
     * How users hand mail in.
     *
     * @param senders from which addresses a user may send (RFC 6409 section 6.1)
     * @param complete whether a mail without date or Message-ID gets them (RFC 6409 sections 8.2 and 8.3)
     */
    public record Submission(
            Optional<Path> users,
            Optional<Path> certificates,
            boolean requireClientCertificate,
            Senders senders,
            boolean complete) {

        public enum Senders {
            /** The user's own, and those whose mail comes to the user. */
            OWN,
            /** All of own domains. */
            DOMAINS,
            /** All. */
            ANY
        }
    }

    /**
     * Who looks at content before it is taken.
     *
     * @param milters in the order in which they are asked
     * @param timeout for each answer
     */
    public record Filter(List<InetSocketAddress> milters, Duration timeout, FilteredSink.OnFailure onFailure) {
        public Filter {
            milters = List.copyOf(milters);
        }
    }

    /** Where mail for own domains goes. */
    public record Local(
            Store store,
            Path maildirs,
            Optional<Path> recipients,
            Optional<Path> aliases,
            Map<String, Mailbox> catchAll,
            Optional<Character> subaddress,
            Lmtp lmtp) {
        public Local {
            catchAll = Map.copyOf(catchAll);
        }

        public enum Store {
            MAILDIR,
            LMTP
        }

        /** Where the mail store listens for LMTP. */
        public record Lmtp(InetSocketAddress address, Duration timeout) {}
    }

    /** What waits. */
    public record Queue(Path directory, int maxMails, long keepFree) {}

    /**
     * When a mail that could not be delivered is tried again.
     *
     * @param intervals between one try and the next; the last holds on
     * @param jitter by how much an interval is made longer or shorter at random, in percent
     * @param giveUpAfter from when it was received
     */
    public record Retry(List<Duration> intervals, int jitter, Duration giveUpAfter) {
        public Retry {
            intervals = List.copyOf(intervals);
        }
    }

    /**
     * What the relay tells senders.
     *
     * @param delayAfter a mail that waits longer is told of once; empty for never
     * @param tagRequireTls whether the notice about a mail with REQUIRETLS demands it too (Q8)
     * @param maxReturned up to how many bytes of a mail are returned in full; of longer ones only the header
     * @param redact whether a postmaster is told of a notice that cannot go because it demands REQUIRETLS (Q8)
     */
    public record Notices(Optional<Duration> delayAfter, boolean tagRequireTls, long maxReturned, boolean redact) {}

    /**
     * How mail goes out.
     *
     * @param discard that what should go out is thrown away: to measure a laboratory's receiving side with
     */
    public record Deliver(
            TlsLevel level,
            RequireTlsPolicy requireTls,
            int concurrency,
            int concurrencyPerDestination,
            List<Destination> destinations,
            boolean discard) {
        public Deliver {
            destinations = List.copyOf(destinations);
        }
    }

    /**
     * What holds for some recipient domains alone.
     *
     * @param domains as written: a domain, {@code .domain} for all below it, {@code *} for all
     * @param oldestTls the oldest version of TLS that counts (D30); empty leaves it to what is promised
     * @param route a host or domain to send to instead of the MX hosts
     */
    public record Destination(
            List<String> domains,
            Optional<TlsLevel> level,
            Optional<RequireTlsPolicy> requireTls,
            Optional<TlsVersion> oldestTls,
            Optional<Route> route,
            Optional<String> user,
            Optional<Path> password,
            Optional<Path> certificate,
            Optional<Path> key,
            List<String> names) {
        public Destination {
            domains = List.copyOf(domains);
            names = List.copyOf(names);
        }

        /** {@code host:port}, {@code [address]:port}, {@code mx:domain}; TLS from the first byte with {@code smtps:}. */
        public record Route(String host, int port, boolean implicitTls, boolean byMx) {}
    }

    /** Whom to ask and whom to trust. */
    public record Dns(List<InetSocketAddress> resolvers, Optional<Path> trustAnchor, Optional<Path> caFile) {
        public Dns {
            resolvers = List.copyOf(resolvers);
        }
    }

    /** The one line per delivery. */
    public record Log(Format format, Optional<Path> file) {
        public enum Format {
            TEXT,
            JSON
        }
    }

    public record Metrics(Optional<InetSocketAddress> listen) {}

    /**
     * TLS reports (RFC 8460), those that are sent and those that come.
     *
     * @param count whether sessions are counted
     * @param store a file, or the URL of a PostgreSQL that several relays share
     * @param contact whom they name, and who sends them
     * @param organization who sends them, in words
     * @param dkim by what they are signed; they are sent when this is there
     * @param postInside whether they are posted to private addresses too
     * @param receive addresses that reports are taken in at
     * @param domains about which domains they are kept, beside those that mail is taken for
     */
    public record Reports(
            boolean count,
            String store,
            Optional<Mailbox> contact,
            Optional<String> organization,
            Optional<Dkim> dkim,
            boolean postInside,
            List<Mailbox> receive,
            List<String> domains) {
        public Reports {
            receive = List.copyOf(receive);
            domains = List.copyOf(domains);
        }

        /** The key at {@code SELECTOR._domainkey.DOMAIN}, DOMAIN being that of the contact. */
        public record Dkim(Path key, String selector) {}
    }
}
