package org.hikyaku.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.hikyaku.net.Network;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.LoginOutcome;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpLogin;
import org.hikyaku.smtp.SmtpScript;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.SaslOffer;
import org.hikyaku.tls.ChannelBinding;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.xbill.DNS.Name;

/** One session with a mail server, from its name to a login, top to bottom; for {@code auth} and {@code send}. */
final class MailSession {
    private static final List<Integer> FOR_USERS = List.of(465, 587, 25);
    private static final List<Integer> FOR_SERVERS = List.of(25, 587, 465);

    private final Environment environment;
    private final ServerOptions server;
    private final LoginOptions login;
    private final Dialogue dialogue;

    private final MailSessionReport report = new MailSessionReport();

    MailSession(Environment environment, ServerOptions server, LoginOptions login) {
        this.environment = environment;
        this.server = server;
        this.login = login;
        this.dialogue = new Dialogue(environment.terminal(), environment.clock(), !server.json());
    }

    Dialogue dialogue() {
        return dialogue;
    }

    /**
     * Opens the session, logs in when somebody is to, plays the script when there is one, does the work, and says QUIT.
     *
     * @param work what to do inside, and what went wrong with it
     */
    MailSessionReport run(BiFunction<SmtpSession, MailSessionReport, Optional<Trouble>> work) {
        checkCall();
        try (NetworkAccess access = environment.internet().open(server.network());
                WantedKeyLog log = WantedKeyLog.open(server.keyLog())) {
            Optional<SessionTap> tap = server.pcap().map(f -> new SessionTap(access.network(), environment.clock()));
            try {
                report.trouble(session(access, tap, log, work));
            } finally {
                tap.ifPresent(t -> write(t, server.pcap().orElseThrow()));
            }
        }
        return report;
    }

    private void checkCall() {
        var _ = login.mechanism();
        var _ = login.binding();
        var _ = use(0);
        if (server.pcap().isPresent()
                && !server.force()
                && Files.exists(server.pcap().get())) {
            throw new UsageException(server.pcap().get() + " exists; --force overwrites it");
        }
        if (server.onlyIpv4() && server.onlyIpv6()) {
            throw new UsageException("-4 and -6 leave no address to try");
        }
        if (server.newest().compareTo(server.oldest()) < 0) {
            throw new UsageException("--tls-max is older than --tls-min");
        }
    }

    private static void write(SessionTap tap, Path file) {
        try {
            tap.write(file);
        } catch (IOException e) {
            throw new UndecidedException("the capture could not be written to " + file + ": " + FileTrouble.why(e), e);
        }
    }

    private Optional<Trouble> session(
            NetworkAccess access,
            Optional<SessionTap> tap,
            WantedKeyLog log,
            BiFunction<SmtpSession, MailSessionReport, Optional<Trouble>> work) {
        NamedServer named = NamedServer.of(server);
        Optional<Name> name = named.referenceName();
        List<InetAddress> addresses;
        try {
            addresses = named.addresses(access, environment.clock());
        } catch (IOException e) {
            return Optional.of(new Trouble.NoAddress(
                    "the address of " + named.host() + " cannot be found out: " + e.getMessage(), true));
        }
        if (addresses.isEmpty()) {
            return Optional.of(new Trouble.NoAddress(
                    named.host() + " has no " + (server.onlyIpv4() ? "IPv4 " : server.onlyIpv6() ? "IPv6 " : "")
                            + "address",
                    false));
        }
        Network network = tap.map(Network.class::cast).orElse(access.network());
        Optional<Credentials> credentials =
                login.credentials(environment, server.clientCertificate().isPresent());
        try {
            TlsClientOptions tlsOptions = tlsOptions(tap, log);
            int port = named.port();
            if (port == 0 || server.ports()) {
                TlsClientOptions plain = TlsClientOptions.defaults().withVersions(server.oldest(), server.newest());
                PortTable table = PortTable.of(
                        addresses, access.network(), new TlsClient(plain, new SecureRandom()), clientOptions());
                report.ports(table);
                if (!server.json()) {
                    table.print(environment.terminal());
                }
                if (port == 0) {
                    List<Integer> order = credentials.isPresent() ? FOR_USERS : FOR_SERVERS;
                    port = table.open(order).orElse(order.getFirst());
                }
            }
            SmtpClient client = new SmtpClient(network, new TlsClient(tlsOptions, new SecureRandom()), clientOptions());
            return dial(client, access, addresses, port, name, credentials, work);
        } finally {
            credentials.ifPresent(Credentials::close);
        }
    }

    private Optional<Trouble> dial(
            SmtpClient client,
            NetworkAccess access,
            List<InetAddress> addresses,
            int port,
            Optional<Name> name,
            Optional<Credentials> credentials,
            BiFunction<SmtpSession, MailSessionReport, Optional<Trouble>> work) {
        TlsUse use = use(port);
        List<Trouble.NotReached.Attempt> attempts = new ArrayList<>();
        for (InetAddress address : addresses) {
            SmtpAttempt attempt =
                    client.open(new InetSocketAddress(address, port), use, name.map(n -> n.toString(true)), dialogue);
            report.attempt(attempt);
            switch (attempt.outcome()) {
                case SessionOutcome.NotReached not ->
                    attempts.add(new Trouble.NotReached.Attempt(not, attempt.connected()));
                case SessionOutcome.HandshakeFailed failed -> {
                    return Optional.of(new Trouble.NoHandshake(failed.failure()));
                }
                case SessionOutcome.NoStartTls none -> {
                    SmtpSession session = attempt.session().orElse(null);
                    if (use != TlsUse.NONE || session == null) {
                        attempt.session().ifPresent(MailSession::quit);
                        return Optional.of(new Trouble.NoStartTls(none.refusal()));
                    }
                    return inside(session, port, credentials, work);
                }
                case SessionOutcome.Established established -> {
                    SmtpSession session = attempt.session().orElseThrow();
                    Optional<Trouble> untrusted = judge(access, established, port, name);
                    if (untrusted.isPresent()) {
                        quit(session);
                        return untrusted;
                    }
                    return inside(session, port, credentials, work);
                }
            }
        }
        return Optional.of(new Trouble.NotReached(attempts));
    }

    private Optional<Trouble> judge(
            NetworkAccess access, SessionOutcome.Established established, int port, Optional<Name> name) {
        Optional<Trouble> objection;
        if (name.isEmpty()) {
            objection = Optional.of(new Trouble.Untrusted("the server was called by its address, and a certificate is"
                    + " held against a name; give one with --tls-name"));
        } else {
            DeliveryPlan plan = new DeliveryPlan(
                    name.get(),
                    port,
                    new DeliveryPlan.Requirement.VerifiedName(),
                    Optional.empty(),
                    name.get(),
                    Demand.ORDINARY,
                    "a user named this server");
            Verdict verdict =
                    new Judge(access.authorities(), environment.clock(), server.oldest()).judge(plan, established);
            objection = verdict instanceof Verdict.Refused refused
                    ? Optional.of(Trouble.Untrusted.of(refused))
                    : Optional.empty();
        }
        report.trust(objection.map(Trouble::sentence));
        dialogue.note(certificate(established.facts()) + ": "
                + objection.map(t -> "not trusted. " + t.sentence()).orElse("trusted"));
        return server.noVerify() ? Optional.empty() : objection;
    }

    private static String certificate(SessionFacts facts) {
        return facts.chain().isEmpty()
                ? "no certificate"
                : "certificate of " + facts.chain().getFirst().label() + ", issued by "
                        + facts.chain().getFirst().issuer() + ", valid until "
                        + facts.chain().getFirst().notAfter();
    }

    private Optional<Trouble> inside(
            SmtpSession session,
            int port,
            Optional<Credentials> credentials,
            BiFunction<SmtpSession, MailSessionReport, Optional<Trouble>> work) {
        Optional<Trouble> trouble = credentials.flatMap(c -> login(session, port, c));
        if (trouble.isEmpty() && server.script().isPresent()) {
            trouble = script(session, server.script().get());
        }
        if (trouble.isEmpty()) {
            trouble = work.apply(session, report);
        }
        quit(session);
        return trouble;
    }

    private Optional<Trouble> login(SmtpSession session, int port, Credentials credentials) {
        SaslOffer offer = new SaslOffer(
                SmtpLogin.offered(session.ehlo()),
                session.facts().isPresent(),
                binding(session),
                HostAndPort.parse(server.target(), 0).host(),
                port);
        switch (offer.choose(credentials, login.mechanism(), login.allowClear())) {
            case SaslOffer.Choice.NoneFits none -> {
                return Optional.of(Trouble.NoMechanism.of(none, session.facts().isPresent()));
            }
            case SaslOffer.Choice.WouldReveal reveals -> {
                return Optional.of(Trouble.NoMechanism.of(reveals));
            }
            case SaslOffer.Choice.Chosen chosen -> {
                SaslMechanism mechanism = chosen.mechanism();
                LoginOutcome outcome = new SmtpLogin(
                                session, offer.client(mechanism, credentials, new SecureRandom()), server.showSecrets())
                        .run();
                report.login(mechanism, outcome);
                return outcome instanceof LoginOutcome.Accepted
                        ? Optional.empty()
                        : Optional.of(new Trouble.NoLogin(outcome));
            }
        }
    }

    private Optional<ChannelBinding> binding(SmtpSession session) {
        return session.bindings().stream()
                .filter(b -> login.binding().map(t -> t == b.type()).orElse(true))
                .findFirst();
    }

    private Optional<Trouble> script(SmtpSession session, String file) {
        try (BufferedReader lines = file.equals("-")
                ? new BufferedReader(new InputStreamReader(environment.input().stream(), StandardCharsets.UTF_8))
                : Files.newBufferedReader(Path.of(file))) {
            SmtpScript.Played played = new SmtpScript(session, Duration.ofMinutes(10)).run(lines);
            report.script(played.answers());
            Optional<Trouble> refused = played.answers().stream()
                    .filter(a -> a.reply().kind() == Reply.Kind.PERMANENT
                            || a.reply().kind() == Reply.Kind.TRANSIENT)
                    .findFirst()
                    .map(a -> new Trouble.CommandRefused(
                            "the server refuses \"" + a.command() + "\": \"" + a.reply() + "\"", false));
            return refused.or(
                    () -> played.broken().map(why -> new Trouble.CommandRefused("the dialogue ended: " + why, true)));
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(Path.of(file), e), e);
        }
    }

    static void quit(SmtpSession session) {
        try {
            session.quit();
        } catch (IOException e) {
            // The goodbye of a session whose outcome is known.
        }
    }

    private TlsUse use(int port) {
        return switch (server.tls().orElse("")) {
            case "" -> port == 465 ? TlsUse.IMPLICIT : TlsUse.STARTTLS;
            case "implicit" -> TlsUse.IMPLICIT;
            case "starttls" -> TlsUse.STARTTLS;
            case "none" -> TlsUse.NONE;
            default ->
                throw new UsageException("--tls takes implicit, starttls or none, not "
                        + server.tls().orElse(""));
        };
    }

    private TlsClientOptions tlsOptions(Optional<SessionTap> tap, WantedKeyLog log) {
        TlsClientOptions options = TlsClientOptions.defaults().withVersions(server.oldest(), server.newest());
        if (tap.isPresent() || log.wanted()) {
            options = options.withKeyLog((label, random, secret) -> {
                if (tap.isPresent()) {
                    tap.get().secret(label, random, secret);
                }
                log.secret(label, random, secret);
            });
        }
        if (server.clientCertificate().isPresent()) {
            options = options.withCredential(CredentialFiles.read(
                    server.clientCertificate().get(), server.clientKey(), server.clientPasswordFile(), environment));
        }
        return options;
    }

    private SmtpClientOptions clientOptions() {
        Duration patience = server.network().timeout();
        return new SmtpClientOptions(
                server.ehlo().map(EhloNames::checked).orElseGet(() -> EhloNames.ofThisMachine(environment.variables())),
                patience,
                patience.plusSeconds(20), // many servers hold the greeting back for that long
                patience);
    }
}
