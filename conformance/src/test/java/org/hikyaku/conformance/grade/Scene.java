package org.hikyaku.conformance.grade;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.lab.LabMail;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.xbill.DNS.Name;

/** Sightings, written by hand. */
final class Scene {
    private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 25);
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 40000);

    private final List<Sighting> sightings = new ArrayList<>();
    private long number;

    List<Sighting> sightings() {
        return sightings;
    }

    /** A question in the DNS. */
    Scene asks(String name, String type) {
        sightings.add(new Sighting.Asked(
                AT, Optional.empty(), name, type, Sighting.NameServer.RESOLVER, CLIENT, true, false));
        return this;
    }

    /** A policy fetch that got the policy. */
    Scene fetches(String domain) {
        sightings.add(new Sighting.PolicyFetch(
                AT,
                session(Sighting.Service.POLICY, domain, "mta-sts." + domain),
                "mta-sts." + domain,
                "/.well-known/mta-sts.txt",
                200));
        return this;
    }

    /** A visit to an MX host; the rest is said of the visit. */
    Visit visits(String domain, String host) {
        Sighting.Session session = session(Sighting.Service.MAIL, domain, host);
        sightings.add(new Sighting.Connected(AT, session));
        Visit visit = new Visit(session);
        visit.command("EHLO sender.example", 250);
        return visit;
    }

    private Sighting.Session session(Sighting.Service service, String domain, String host) {
        return new Sighting.Session(++number, service, domain, host, SERVER, CLIENT);
    }

    /** One connection. */
    final class Visit {
        private final Sighting.Session session;
        private Optional<TlsVersion> tls = Optional.empty();

        Visit(Sighting.Session session) {
            this.session = session;
        }

        Visit command(String line, int reply) {
            sightings.add(new Sighting.Command(AT, session, line, tls, Optional.of(reply)));
            return this;
        }

        /** STARTTLS and a handshake that comes to its end. */
        Visit starts(String sni) {
            command("STARTTLS", 220);
            sightings.add(new Sighting.Handshake(AT, session, facts(sni)));
            tls = Optional.of(TlsVersion.TLSV1_3);
            return command("EHLO sender.example", 250);
        }

        /** STARTTLS and a handshake that the client breaks off. */
        Visit breaksOff(String alert) {
            command("STARTTLS", 220);
            sightings.add(new Sighting.HandshakeFailed(
                    AT,
                    session,
                    new HandshakeFailure(
                            HandshakeFailure.Stage.AUTHENTICATION, Optional.of(alert), true, "The client left.")));
            return this;
        }

        Visit mails(String recipient) {
            return mails("sender@sender.example", recipient, "", "Subject: x\r\n\r\nx\r\n");
        }

        Visit mails(String from, String recipient, String parameter, String content) {
            command("MAIL FROM:<" + from + ">" + parameter, 250);
            command("RCPT TO:<" + recipient + ">", 250);
            command("DATA", 354);
            sightings.add(new Sighting.MailTaken(
                    AT,
                    session,
                    new LabMail(
                            Name.fromConstantString(session.host() + "."),
                            SERVER,
                            "sender.example",
                            from,
                            List.of(),
                            List.of(recipient),
                            content.getBytes(StandardCharsets.UTF_8),
                            tls.map(TlsVersion::title)),
                    parameter.contains("REQUIRETLS"),
                    List.of()));
            return command("QUIT", 221);
        }

        /** Says goodbye, and whatever comes next is another visit. */
        Scene leaves() {
            sightings.add(new Sighting.Ended(AT, session, Optional.empty()));
            return Scene.this;
        }
    }

    private static SessionFacts facts(String sni) {
        return new SessionFacts(
                TlsVersion.TLSV1_3,
                "TLS_AES_128_GCM_SHA256",
                0x1301,
                128,
                Optional.of("x25519"),
                Optional.of("ecdsa_secp256r1_sha256"),
                List.of(),
                sni.isEmpty() ? Optional.empty() : Optional.of(sni),
                Optional.empty(),
                false,
                true,
                true);
    }
}
