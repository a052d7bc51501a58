package org.hikyaku.tls.probe;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.hikyaku.net.Connection;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.tls.wire.RecordReader;
import org.hikyaku.tls.wire.Sslv2;
import org.hikyaku.tls.wire.TlsRecord;

/** Single questions to the server, each one connection, whose answers are added to the facts. */
final class Questions {
    private final Dialer dialer;
    private final Facts facts;
    private final Service service;
    private final Optional<String> sni;
    private final ProbeOptions options;
    private final SecureRandom random;

    /** Hellos that the server agreed to so far. */
    private int agreed;

    /** How many of them there were when it hung up on a smuggled command; empty when it did not. */
    private OptionalInt agreedAtHangUp = OptionalInt.empty();

    Questions(
            Dialer dialer,
            Facts facts,
            Service service,
            Optional<String> sni,
            ProbeOptions options,
            SecureRandom random) {
        this.dialer = dialer;
        this.facts = facts;
        this.service = service;
        this.sni = sni;
        this.options = options;
        this.random = random;
    }

    int left() {
        return dialer.left();
    }

    /** What is done with a handshake that came about. */
    interface Use {
        void with(FinishedHandshake finished) throws IOException;
    }

    /** A hello that offers all of one version. */
    Hello hello(TlsVersion version) {
        Hello hello =
                Hello.upTo(version, sni, version == TlsVersion.TLSV1_3 ? Offers.tls13() : Offers.before13(version));
        return switch (version) {
            case TLSV1_3 -> hello.shares(List.of(NamedGroup.X25519));
            case TLSV1_2, TLSV1_1, TLSV1_0 -> hello;
            // Servers that old may trip over what came later.
            case SSLV3, SSLV2 -> hello.withoutExtensions();
        };
    }

    /** TLS 1.3 and 1.2 in one hello, finished: what a modern client sees. */
    Optional<FinishedHandshake> first() throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> suites = new ArrayList<>(Offers.tls13());
        suites.addAll(Offers.suites(s -> !s.tls13() && !s.signalling() && s.certificate() && Offers.rank(s) <= 5));
        Hello hello = hello(TlsVersion.TLSV1_3)
                .suites(suites)
                .versions(List.of(TlsVersion.TLSV1_3.code(), TlsVersion.TLSV1_2.code()));
        Optional<FinishedHandshake> finished = finish(hello, this::look);
        if (finished.isPresent()) {
            facts.preferred(finished.get().version(), finished.get().suite().code());
            if (finished.get().version() == TlsVersion.TLSV1_2) {
                facts.version(TlsVersion.TLSV1_3, Known.NO);
            }
        }
        return finished;
    }

    /** Says EHLO, asks for a page or waits for a greeting, so that tickets arrive; then leaves. */
    void look(FinishedHandshake finished) throws IOException {
        FinishedHandshake.Session session = finished.session();
        switch (service.talk()) {
            case SMTP -> {
                if (!service.startTls()) {
                    session.receive();
                }
                session.send(("EHLO " + options.ehloName() + "\r\n").getBytes(StandardCharsets.US_ASCII));
                String reply = new String(session.receive(), StandardCharsets.ISO_8859_1);
                facts.ehloAfter = Known.of(reply.startsWith("250"));
                tickets(finished);
                session.send("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            case IMAP -> {
                session.send("a9 LOGOUT\r\n".getBytes(StandardCharsets.US_ASCII));
                session.receive();
                tickets(finished);
            }
            case POP3 -> {
                session.send("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                session.receive();
                tickets(finished);
            }
            case HTTP -> {
                session.send(("HEAD / HTTP/1.1\r\nHost: " + sni.orElse("localhost") + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                session.receive();
                tickets(finished);
            }
            case NONE -> {
                // Who speaks first inside is not known. Goodbye at once: a server sends its tickets before it reads
                // that.
                session.close();
                try {
                    session.drain();
                    tickets(finished);
                } catch (IOException e) {
                    // It does not say goodbye: there may be more tickets to come, or a first one.
                    if (!session.tickets().isEmpty()) {
                        tickets(finished);
                    }
                }
                return;
            }
        }
        session.close();
    }

    private void tickets(FinishedHandshake finished) {
        if (finished.version() == TlsVersion.TLSV1_3) {
            long most = finished.session().tickets().stream()
                    .mapToLong(FinishedHandshake.Ticket::maxEarlyData)
                    .max()
                    .orElse(0);
            facts.maxEarlyData = Optional.of(most);
        }
    }

    /** One hello, and its answer. */
    HelloAnswer ask(Hello hello) throws Dialer.GaveUpException, Dialer.SpentException {
        Connection connection = dialer.toTls();
        try (connection) {
            HelloAnswer answer = new ProbeConnection(connection, random, hello).ask();
            note(hello, answer);
            return answer;
        } catch (IOException e) {
            return new HelloAnswer.HungUp();
        }
    }

    private void note(Hello hello, HelloAnswer answer) {
        switch (answer) {
            case HelloAnswer.Agreed a -> {
                agreed++;
                facts.learn(hello, a);
            }
            case HelloAnswer.Silent _ ->
                facts.trouble("the server did not answer a ClientHello for "
                        + hello.version().title() + " in time");
            case HelloAnswer.Garbled g -> facts.trouble("the server answered with broken TLS: " + g.what());
            case HelloAnswer.Refused r ->
                facts.refusal = "the server refused a ClientHello with the alert "
                        + r.alert().name();
            case HelloAnswer.HungUp _ -> facts.refusal = "the server hung up on a ClientHello";
        }
    }

    /** One hello, and when the server agrees and we can, the whole handshake. What goes wrong in use is no fault. */
    Optional<FinishedHandshake> finish(Hello hello, Use use) throws Dialer.GaveUpException, Dialer.SpentException {
        return finished(hello, use).handshake();
    }

    /** The answer to a hello, and the handshake that came of it. */
    record Finished(HelloAnswer hello, Optional<FinishedHandshake> handshake) {}

    /** As {@link #finish}, with the answer to the hello. */
    Finished finished(Hello hello, Use use) throws Dialer.GaveUpException, Dialer.SpentException {
        Connection connection = dialer.toTls();
        HelloAnswer answer = new HelloAnswer.HungUp();
        try (connection) {
            ProbeConnection probe = new ProbeConnection(connection, random, hello);
            answer = probe.ask();
            note(hello, answer);
            Optional<FinishedHandshake> finished =
                    answer instanceof HelloAnswer.Agreed agreed ? finish(probe, agreed) : Optional.empty();
            if (finished.isPresent()) {
                learn(finished.get());
                used(finished.get(), use);
            }
            return new Finished(answer, finished);
        } catch (RecordChannel.AlertReceived e) {
            facts.trouble("the handshake broke: " + e.getMessage());
        } catch (SocketTimeoutException e) {
            facts.trouble("the server fell silent within the handshake");
        } catch (IOException e) {
            facts.trouble("the handshake broke: " + e.getMessage());
        }
        return new Finished(answer, Optional.empty());
    }

    private void learn(FinishedHandshake finished) {
        finished.group().ifPresent(facts.groups(finished.version())::add);
        finished.scheme().ifPresent(facts.schemes(finished.version())::add);
        facts.chain(finished.certificates());
        if (finished.version() == TlsVersion.TLSV1_3 && !finished.resumed()) {
            facts.ocsp = Known.of(finished.ocsp().isPresent() || facts.ocsp == Known.YES);
        }
    }

    private static void used(FinishedHandshake finished, Use use) {
        try {
            use.with(finished);
        } catch (IOException e) {
            // The handshake stands; that the server says nothing afterwards, or hangs up, is its right.
        }
    }

    /**
     * Whether any of these suites is accepted in this version: known already, or asked for. A refusal settles all of
     * them at once.
     */
    Known anyOf(TlsVersion version, Collection<Integer> suites) throws Dialer.GaveUpException, Dialer.SpentException {
        if (suites.stream().anyMatch(facts.accepted(version)::contains)) {
            return Known.YES;
        }
        return another(version, suites);
    }

    /** As {@link #anyOf}, but for one that is not yet known. */
    Known another(TlsVersion version, Collection<Integer> suites) throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> open = suites.stream()
                .filter(s -> !facts.refused(version).contains(s))
                .filter(s -> !facts.accepted(version).contains(s))
                .toList();
        if (open.isEmpty()) {
            return Known.NO;
        }
        HelloAnswer answer = ask(hello(version).suites(open));
        if (answer instanceof HelloAnswer.Agreed a && a.is(version)) {
            if (!open.contains(a.hello().suite())) {
                facts.trouble("the server chose " + a.hello().suite() + ", which was not offered");
                return Known.UNKNOWN;
            }
            return Known.YES;
        }
        if (answer.refusal() || answer instanceof HelloAnswer.Agreed) {
            facts.refused(version).addAll(open);
            return Known.NO;
        }
        return Known.UNKNOWN;
    }

    /** Which of these groups is accepted, if any, beside those excluded. */
    Optional<Integer> group(TlsVersion version, List<Integer> groups)
            throws Dialer.GaveUpException, Dialer.SpentException {
        Hello hello = hello(version).groups(groups).shares(List.of());
        if (version != TlsVersion.TLSV1_3) {
            hello = hello.suites(Offers.suites(s -> s.keyExchange().ellipticCurve() && !s.tls13()));
        }
        HelloAnswer answer = ask(hello);
        if (answer instanceof HelloAnswer.Agreed a && a.is(version)) {
            return a.group().filter(groups::contains);
        }
        if (answer.refusal()) {
            facts.refusedGroups(version).addAll(groups);
        }
        return Optional.empty();
    }

    /** SSLv2 has a hello of its own. A server that does not know it hangs up, sends an alert, or says nothing. */
    void sslv2() throws Dialer.GaveUpException, Dialer.SpentException {
        Connection connection = dialer.toTls();
        try (connection) {
            byte[] challenge = new byte[16];
            random.nextBytes(challenge);
            connection.output().write(Sslv2.encodeClientHello(challenge));
            connection.output().flush();
            Optional<TlsRecord> record = new RecordReader(connection.input(), true).next();
            if (record.isPresent() && record.get().sslv2()) {
                Sslv2.ServerHello hello = Sslv2.serverHello(record.get().fragment());
                facts.version(TlsVersion.SSLV2, Known.of(!hello.ciphers().isEmpty()));
                facts.chain(hello.certificate().length == 0 ? List.of() : List.of(hello.certificate()));
                hello.ciphers().forEach(c -> facts.trouble("SSLv2 cipher " + Sslv2.cipherName(c)));
                return;
            }
        } catch (IOException e) {
            // No SSLv2 ServerHello came: it is not spoken.
        }
        facts.version(TlsVersion.SSLV2, Known.NO);
    }

    /** MAIL before TLS, and a command smuggled in behind STARTTLS (CVE-2011-0411), on one connection. */
    void startTlsManners() throws Dialer.GaveUpException, Dialer.SpentException {
        Connection connection = dialer.greeted();
        try (connection) {
            Opening opening = new Opening(connection, service, options);
            if (service.talk() == Service.Talk.SMTP) {
                int mail = Opening.code(opening.command("MAIL FROM:<>"));
                facts.mailWithoutTls = mail == 250 ? Known.YES : mail == 530 ? Known.NO : Known.UNKNOWN;
                if (mail == 250) {
                    opening.command("RSET");
                }
            }
            told(smuggled(connection, opening));
        } catch (IOException e) {
            // The server hung up or fell silent: what was not seen by then stays unknown.
        }
    }

    /**
     * Again, when the server hung up on the smuggled command before TLS stood, which has no word of why. When it agreed to
     * hellos without such a command in between, and does the same again, the command is what it hangs up for: not run.
     */
    void smuggleAgain() throws Dialer.GaveUpException, Dialer.SpentException {
        if (agreedAtHangUp.isEmpty() || agreed == agreedAtHangUp.getAsInt()) {
            return;
        }
        Connection connection = dialer.greeted();
        try (connection) {
            Smuggled again = smuggled(connection, new Opening(connection, service, options));
            told(again == Smuggled.HUNG_UP ? Smuggled.NOT_RUN : again);
        } catch (IOException e) {
            // As the first time.
        }
    }

    private enum Smuggled {
        RUN,
        NOT_RUN,
        /** The connection ended at the command, before TLS stood. */
        HUNG_UP,
        UNKNOWN
    }

    private void told(Smuggled smuggled) {
        facts.injection = switch (smuggled) {
            case RUN -> Known.YES;
            case NOT_RUN -> Known.NO;
            case HUNG_UP, UNKNOWN -> Known.UNKNOWN;
        };
        agreedAtHangUp = smuggled == Smuggled.HUNG_UP ? OptionalInt.of(agreed) : OptionalInt.empty();
    }

    private Smuggled smuggled(Connection connection, Opening opening) throws IOException {
        try {
            opening.start(SmuggledCommand.in(service.talk()));
        } catch (Opening.HungUpException | SocketException e) {
            return Smuggled.HUNG_UP;
        } catch (Opening.RefusedException e) {
            // STARTTLS refused in words for the command behind it is a good answer; 421 is none.
            return e.noStartTls() && !e.temporary() ? Smuggled.NOT_RUN : Smuggled.UNKNOWN;
        }
        TlsVersion version = facts.version(TlsVersion.TLSV1_3) == Known.YES ? TlsVersion.TLSV1_3 : TlsVersion.TLSV1_2;
        ProbeConnection probe = new ProbeConnection(connection, random, hello(version));
        return switch (probe.ask()) {
            // It took the command for the beginning of TLS: not run.
            case HelloAnswer.Refused _ -> Smuggled.NOT_RUN;
            case HelloAnswer.HungUp _ -> Smuggled.HUNG_UP;
            case HelloAnswer.Silent _, HelloAnswer.Garbled _ -> Smuggled.UNKNOWN;
            case HelloAnswer.Agreed hello -> {
                Optional<FinishedHandshake> finished = finish(probe, hello);
                yield finished.isEmpty() ? Smuggled.UNKNOWN : inside(finished.get());
            }
        };
    }

    private Smuggled inside(FinishedHandshake finished) throws IOException {
        SmuggledCommand command = new SmuggledCommand(service.talk(), options.ehloName(), finished.session());
        return switch (command.wasRun()) {
            case YES -> Smuggled.RUN;
            case NO -> Smuggled.NOT_RUN;
            case UNKNOWN -> Smuggled.UNKNOWN;
        };
    }

    /** The rest of the handshake; empty when its suite or exchange is none that we can do. */
    private static Optional<FinishedHandshake> finish(ProbeConnection probe, HelloAnswer.Agreed agreed)
            throws IOException {
        if (agreed.is(TlsVersion.TLSV1_3)) {
            return Finisher13.possible(agreed) ? Optional.of(new Finisher13(probe).finish(agreed)) : Optional.empty();
        }
        return Finisher12.possible(agreed) ? Optional.of(new Finisher12(probe).finish(agreed)) : Optional.empty();
    }
}
