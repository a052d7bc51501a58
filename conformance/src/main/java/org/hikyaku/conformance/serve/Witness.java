package org.hikyaku.conformance.serve;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.conformance.serve.Sighting.Header;
import org.hikyaku.conformance.serve.Sighting.MailTaken;
import org.hikyaku.conformance.serve.Sighting.NameServer;
import org.hikyaku.conformance.serve.Sighting.ReportTaken;
import org.hikyaku.conformance.serve.Sighting.ReportWay;
import org.hikyaku.conformance.serve.Sighting.Session;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.LabMail;
import org.hikyaku.lab.LabWatch;
import org.hikyaku.net.Connection;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tlsrpt.ReportFormatException;
import org.hikyaku.tlsrpt.ReportReader;
import org.hikyaku.tlsrpt.receive.ReportMailReader;
import org.xbill.DNS.Type;

/** Turns what the lab's servers tell into sightings, and into a capture where one is wanted. */
final class Witness implements LabWatch {
    private final Consumer<Sighting> listener;
    private final InstantSource clock;
    private final DomainIndex index;
    private final Optional<WireTap> tap;
    private final AtomicLong sessions = new AtomicLong();

    Witness(Catalogue catalogue, InstantSource clock, Optional<WireTap> tap, Consumer<Sighting> listener) {
        this.listener = listener;
        this.clock = clock;
        this.index = new DomainIndex(catalogue);
        this.tap = tap;
    }

    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) {
        tap.ifPresent(t -> t.secret(label, clientRandom, secret));
    }

    @Override
    public Visit connected(Host host, InetSocketAddress client) {
        Sighting.Service service = switch (host.service()) {
            case MAIL -> Sighting.Service.MAIL;
            case POLICY -> Sighting.Service.POLICY;
            case REPORTS -> Sighting.Service.REPORTS;
        };
        Session session = new Session(
                sessions.incrementAndGet(), service, host.domain().text(), host.name(), host.address(), client);
        listener.accept(new Sighting.Connected(clock.instant(), session));
        return new Seen(session);
    }

    @Override
    public void asked(DnsExchange exchange) {
        listener.accept(new Sighting.Asked(
                clock.instant(),
                index.domain(exchange.question().name()),
                exchange.question().name().toString(true),
                Type.string(exchange.question().type()),
                exchange.byResolver() ? NameServer.RESOLVER : NameServer.AUTHORITATIVE,
                exchange.client(),
                exchange.dnssec(),
                exchange.unchecked()));
        tap.ifPresent(t -> t.exchange(exchange));
    }

    private final class Seen implements Visit {
        private final Session session;
        private Optional<WireTap.Tapped> wire = Optional.empty();

        Seen(Session session) {
            this.session = session;
        }

        @Override
        public Connection tapped(Connection connection) {
            wire = tap.map(t -> t.tapped(connection, Side.SERVER));
            return wire.isPresent() ? wire.get().connection() : connection;
        }

        @Override
        public void command(String line, Optional<TlsVersion> tls, Optional<Integer> reply) {
            listener.accept(new Sighting.Command(clock.instant(), session, line, tls, reply));
        }

        @Override
        public void handshake(SessionFacts facts) {
            listener.accept(new Sighting.Handshake(clock.instant(), session, facts));
        }

        @Override
        public void failed(HandshakeFailure failure) {
            listener.accept(new Sighting.HandshakeFailed(clock.instant(), session, failure));
        }

        @Override
        public void fetched(String name, String path, int status) {
            listener.accept(new Sighting.PolicyFetch(clock.instant(), session, name, path, status));
        }

        @Override
        public void mail(LabMail mail) {
            List<Header> fields = MailHeader.fields(mail.content());
            MailTaken taken = new MailTaken(clock.instant(), session, mail, mail.requireTls(), fields);
            listener.accept(taken);
            if (isReport(taken)) {
                reports(mail).forEach(listener);
            }
        }

        private List<ReportTaken> reports(LabMail mail) {
            String to = mail.to().isEmpty() ? "" : mail.to().getFirst();
            try {
                List<byte[]> found = ReportMailReader.read(mail.content()).reports();
                return found.isEmpty()
                        ? List.of(broken(to, ReportWay.MAIL, new byte[0], "There is no TLS report in this mail."))
                        : found.stream()
                                .map(bytes -> report(to, ReportWay.MAIL, bytes))
                                .toList();
            } catch (IOException e) {
                return List.of(broken(to, ReportWay.MAIL, new byte[0], String.valueOf(e.getMessage())));
            }
        }

        private ReportTaken report(String to, ReportWay way, byte[] bytes) {
            try {
                return new ReportTaken(
                        clock.instant(),
                        session,
                        to,
                        way,
                        isGzip(bytes),
                        Optional.of(ReportReader.read(bytes)),
                        Optional.empty());
            } catch (ReportFormatException e) {
                return broken(to, way, bytes, e.sentence());
            }
        }

        private ReportTaken broken(String to, ReportWay way, byte[] bytes, String why) {
            return new ReportTaken(
                    clock.instant(), session, to, way, isGzip(bytes), Optional.empty(), Optional.of(why));
        }

        /** RFC 1952 section 2.3.1. */
        private static boolean isGzip(byte[] bytes) {
            return bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
        }

        @Override
        public void posted(String name, String path, byte[] body, int status) {
            listener.accept(report("https://" + name + path, ReportWay.POST, body));
        }

        @Override
        public void ended(Optional<String> trouble) {
            wire.ifPresent(w -> w.ended().run());
            listener.accept(new Sighting.Ended(clock.instant(), session, trouble));
        }
    }

    /** RFC 8460 section 5.3. */
    private static boolean isReport(MailTaken mail) {
        return !mail.header("TLS-Report-Domain").isEmpty()
                || mail.header("Content-Type").stream()
                        .anyMatch(t -> t.toLowerCase(Locale.ROOT).contains("tlsrpt"));
    }
}
