package org.hikyaku.conformance.serve;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.lab.LabMail;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tlsrpt.Report;

/**
 * One thing that a server of the lab saw. Those of one connection come in the order in which they happened; those of
 * several connections come as they happen, from many threads.
 */
public sealed interface Sighting {

    /** When, by the lab's clock. */
    Instant at();

    /** The domain of the catalogue, without its final dot; empty when it belongs to none. */
    Optional<String> domain();

    /** The host as the DNS names it, without its final dot; empty for questions to the name servers. */
    Optional<String> host();

    /** What a server is. */
    enum Service {
        /** An MX host. */
        MAIL,
        /** An MTA-STS policy host. */
        POLICY,
        /** A host that takes TLS reports by HTTPS. */
        REPORTS
    }

    /**
     * One TCP connection to a server of the lab.
     *
     * @param number counts connections from 1
     * @param service what the server is
     * @param domain the domain of the catalogue that the server belongs to; a host may be the MX of other domains too
     * @param host the server's name in the DNS, without its final dot
     * @param server the address at which it was reached, as in the DNS
     * @param client who came
     */
    record Session(
            long number,
            Service service,
            String domain,
            String host,
            InetSocketAddress server,
            InetSocketAddress client) {}

    /** Something that happened on a connection. */
    sealed interface OnSession extends Sighting {
        Session session();

        @Override
        default Optional<String> domain() {
            return Optional.of(session().domain());
        }

        @Override
        default Optional<String> host() {
            return Optional.of(session().host());
        }
    }

    /** A client connected. */
    record Connected(Instant at, Session session) implements OnSession {}

    /** The connection is over; {@code trouble} says how it broke off when nobody said goodbye. */
    record Ended(Instant at, Session session, Optional<String> trouble) implements OnSession {}

    /**
     * One SMTP command. The lines of a mail are none.
     *
     * @param line as sent, without its end
     * @param tls the version of TLS around it; empty in clear
     * @param reply the code of the answer; empty when there was none
     */
    record Command(Instant at, Session session, String line, Optional<TlsVersion> tls, Optional<Integer> reply)
            implements OnSession {
        /** The first word in upper case. */
        public String verb() {
            return line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
        }
    }

    /** A handshake that was completed. */
    record Handshake(Instant at, Session session, SessionFacts facts) implements OnSession {}

    /** A handshake that failed; an alert of the client's is in the failure. */
    record HandshakeFailed(Instant at, Session session, HandshakeFailure failure) implements OnSession {}

    /**
     * A policy host was asked over HTTPS.
     *
     * @param name the host that the request named (Host)
     * @param path what it asked for
     * @param status what it was told
     */
    record PolicyFetch(Instant at, Session session, String name, String path, int status) implements OnSession {}

    /**
     * A mail was taken in and answered with 250.
     *
     * @param requireTls whether MAIL FROM said REQUIRETLS
     * @param headers its header fields, top first
     */
    record MailTaken(Instant at, Session session, LabMail mail, boolean requireTls, List<Header> headers)
            implements OnSession {
        public MailTaken {
            headers = List.copyOf(headers);
        }

        /** The values of the fields of this name. */
        public List<String> header(String name) {
            return headers.stream()
                    .filter(h -> h.name().equalsIgnoreCase(name))
                    .map(Header::value)
                    .toList();
        }
    }

    /** One header field, unfolded, without white space around its value. */
    record Header(String name, String value) {}

    /**
     * A TLS report came (RFC 8460), by mail (there is a {@link MailTaken} of it too) or by POST.
     *
     * @param to the address or URL that it was sent to
     * @param way how it came
     * @param compressed whether it came as gzip
     * @param report what it says; empty when it cannot be read
     * @param fault why it cannot be read; else empty
     */
    record ReportTaken(
            Instant at,
            Session session,
            String to,
            ReportWay way,
            boolean compressed,
            Optional<Report> report,
            Optional<String> fault)
            implements OnSession {}

    /** How a report came. */
    enum ReportWay {
        MAIL,
        POST
    }

    /**
     * A question in the DNS.
     *
     * @param domain the domain of the catalogue that the name lies in
     * @param name what was asked for, without its final dot
     * @param type the type asked for, such as {@code MX}
     * @param server who was asked
     * @param client who asked; a sender with a resolver of its own asks name servers through it
     * @param dnssec whether signatures were wanted (DO)
     * @param unchecked whether no validation was wanted (CD)
     */
    record Asked(
            Instant at,
            Optional<String> domain,
            String name,
            String type,
            NameServer server,
            InetSocketAddress client,
            boolean dnssec,
            boolean unchecked)
            implements Sighting {
        @Override
        public Optional<String> host() {
            return Optional.empty();
        }
    }

    /**
     * The lab moved on: domains that change are now what they are later ({@link org.hikyaku.lab.LabDomain#later}).
     *
     * @param restarted whether that had happened before, and it is the sender under test that has been restarted
     */
    record MovedOn(Instant at, boolean restarted) implements Sighting {
        @Override
        public Optional<String> domain() {
            return Optional.empty();
        }

        @Override
        public Optional<String> host() {
            return Optional.empty();
        }
    }

    /** Who answers DNS. */
    enum NameServer {
        /** A name server of the root, of a top-level domain, or of a domain. */
        AUTHORITATIVE,
        /** The validating resolver. */
        RESOLVER
    }
}
