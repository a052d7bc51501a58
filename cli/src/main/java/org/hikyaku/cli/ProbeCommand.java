package org.hikyaku.cli;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.check.grade.Grade;
import org.hikyaku.check.grade.GradeReport;
import org.hikyaku.check.grade.Grader;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.net.Addresses;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.tls.probe.TlsProber;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hikyaku probe HOST[:PORT]}: what a TLS server does, and how good that is. */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = {
            "Find out what a TLS server offers, in few connections, and grade it.",
            "Port 25 unless another is given; 587, 143 and 110 begin with STARTTLS too, 465, 993, 995 and 443 with TLS.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku probe mx.example.jp",
            "  hikyaku probe imap.example.jp:993 --profile mozilla-intermediate",
            "  hikyaku probe 192.0.2.1:25 --sni mx.example.jp --all --json",
            "",
            "Exit codes: 0 nothing insufficient, 1 something insufficient, 2 wrong call, 3 could not find out.",
            "The JSON is described in docs/probe.md."
        })
final class ProbeCommand implements Callable<Integer> {
    private static final int SMTP = 25;

    /** Addresses of one name that are probed at most, each with connections of its own. */
    private static final int MOST_ADDRESSES = 20;

    private final Environment environment;

    @Parameters(
            index = "0",
            paramLabel = "HOST[:PORT]",
            description = "A name or an address; IPv6 with a port: [::1]:25.")
    private String target = "";

    @ArgGroup
    private @Nullable HowMuch howMuch;

    /** At most one of them. */
    static final class HowMuch {
        @Option(names = "--all", description = "Ask for every suite and every group, whatever it takes.")
        private boolean all;

        @Option(names = "--quick", description = "One connection: the best version, its suite and certificate.")
        private boolean quick;
    }

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "internet.nl",
            description =
                    "Grade by internet.nl, ncsc-2025, mozilla-intermediate or bsi-tr-03108 (default: ${DEFAULT-VALUE}).")
    private String profile = "internet.nl";

    @Option(
            names = "--starttls",
            paramLabel = "PROTOCOL",
            description = "smtp, imap or pop3 with STARTTLS, or none for TLS at once, whatever the port.")
    private @Nullable String startTls;

    @Option(
            names = "--sni",
            paramLabel = "NAME",
            description = "The server name to ask for (default: HOST, when it is a name).")
    private @Nullable String sni;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "Probe this address alone (default: every address of HOST in turn, IPv6 first).")
    private @Nullable String only;

    @Option(
            names = "--ehlo-name",
            paramLabel = "NAME",
            description = "The name to say EHLO with (default: this machine's).")
    private @Nullable String ehlo;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    ProbeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (!Profile.NAMES.contains(profile)) {
            throw new UsageException(
                    "There is no profile " + profile + "; there are " + String.join(", ", Profile.NAMES) + ".");
        }
        Profile lists = Profile.load(profile);
        HostAndPort place = HostAndPort.parse(target, SMTP);
        Service service = service(place.port());
        Depth depth = howMuch == null
                ? Depth.JUDGEMENT
                : howMuch.all ? Depth.ALL : howMuch.quick ? Depth.QUICK : Depth.JUDGEMENT;
        Optional<String> name = sni != null
                ? Optional.of(GivenName.of(sni, "--sni").toString(true))
                : place.literal()
                        ? Optional.empty()
                        : Optional.of(GivenName.of(place.host()).toString(true));
        ProbeOptions options = ProbeOptions.defaults(ehloName())
                .answer(network.timeout())
                .asking(lists.suiteQuestions(), lists.groupQuestions());
        List<ServerFacts> servers = new ArrayList<>();
        try (NetworkAccess access = environment.internet().open(network);
                Progress progress = environment.terminal().progress("probing " + target)) {
            TlsProber prober = new TlsProber(access.network(), options, new SecureRandom());
            for (InetAddress address : addresses(place.host(), access)) {
                progress.say(
                        "asking " + target + " at " + Addresses.text(address) + ", one connection after the other");
                servers.add(prober.probe(new InetSocketAddress(address, place.port()), name, service, depth));
            }
        }
        ExitCode worst = ExitCode.OK;
        boolean first = true;
        for (ServerFacts facts : servers) {
            GradeReport report = new Grader(lists).grade(facts);
            if (json.wanted()) {
                JsonOption.print(environment.terminal().out(), ProbeJson.document(target, facts, report));
            } else {
                if (!first) {
                    environment.terminal().out().println();
                }
                new ProbeText(environment.terminal()).print(target, facts, report);
            }
            first = false;
            worst = worst.and(exitCode(facts, report));
        }
        return worst.code();
    }

    static ExitCode exitCode(ServerFacts facts, GradeReport report) {
        if (report.overall() == Grade.INSUFFICIENT) {
            return ExitCode.FINDINGS;
        }
        return facts.reached() && !facts.refusing() ? ExitCode.OK : ExitCode.UNKNOWN;
    }

    private Service service(int port) {
        if (startTls == null) {
            return Service.forPort(port);
        }
        Service.Talk talk = Service.forPort(port).talk();
        return switch (startTls.toLowerCase(Locale.ROOT)) {
            case "smtp" -> Service.SMTP_STARTTLS;
            case "imap" -> Service.IMAP_STARTTLS;
            case "pop3" -> Service.POP3_STARTTLS;
            case "none" ->
                switch (talk) {
                    case SMTP -> Service.SMTPS;
                    case IMAP -> Service.IMAPS;
                    case POP3 -> Service.POP3S;
                    case HTTP -> Service.HTTPS;
                    case NONE -> Service.TLS;
                };
            default -> throw new UsageException("--starttls takes smtp, imap, pop3 or none, not " + startTls + ".");
        };
    }

    private String ehloName() {
        return ehlo != null ? EhloNames.checked(ehlo) : EhloNames.ofThisMachine(environment.variables());
    }

    /** The addresses to probe, IPv6 first: what is wrong with one of a name's servers shows at that one alone. */
    private List<InetAddress> addresses(String host, NetworkAccess access) {
        if (only != null) {
            try {
                return List.of(InetAddress.ofLiteral(only));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--address takes an IP address, not " + only + ".", e);
            }
        }
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return lookedUp(host, access);
        }
    }

    private List<InetAddress> lookedUp(String host, NetworkAccess access) {
        if (network.resolvers().isEmpty() && host.equals("localhost")) {
            return List.of(InetAddress.getLoopbackAddress());
        }
        Name name = GivenName.of(host);
        List<InetAddress> addresses;
        try {
            addresses = new ValidatedAddresses(access.lookup(network.timeout(), environment.clock()))
                    .addresses(name.toString());
        } catch (IOException e) {
            throw new UndecidedException("The address of " + host + " could not be found out: " + e.getMessage(), e);
        }
        if (addresses.isEmpty()) {
            throw new UndecidedException(host + " has no address.");
        }
        if (addresses.size() > MOST_ADDRESSES) {
            environment
                    .terminal()
                    .err()
                    .println(host + " has " + addresses.size() + " addresses, of which the first " + MOST_ADDRESSES
                            + " are probed; --address names another one.");
        }
        return addresses.stream()
                .sorted(Comparator.comparing(Inet4Address.class::isInstance))
                .limit(MOST_ADDRESSES)
                .toList();
    }
}
