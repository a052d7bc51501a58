package org.hikyaku.check.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.DomainChecker;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Evidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.Severity;
import org.hikyaku.check.SmtpDialer;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.Courier;
import org.hikyaku.delivery.DeliveryLine;
import org.hikyaku.delivery.DeliveryOptions;
import org.hikyaku.delivery.Destination;
import org.hikyaku.delivery.Destinations;
import org.hikyaku.delivery.Seams;
import org.hikyaku.delivery.SessionCounter;
import org.hikyaku.delivery.Trust;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.StubOptions;
import org.hikyaku.dns.StubResolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.dns.interop.DnsServers;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.interop.NginxServer;
import org.hikyaku.net.interop.OtherPorts;
import org.hikyaku.net.poll.PollListener;
import org.hikyaku.net.poll.Poller;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.policy.Verdict;
import org.hikyaku.policy.service.Decider;
import org.hikyaku.policy.service.PolicyCounts;
import org.hikyaku.policy.service.PolicyService;
import org.hikyaku.policy.service.SocketmapServer;
import org.hikyaku.policy.service.SocketmapSession;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.interop.PostfixSender;
import org.hikyaku.smtp.interop.PostfixSender.Fate;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * Checks of a whole small Internet of real servers. For each domain a person has written down what is right; Unbound is
 * asked about its DNS, and a sending Postfix is given a mail for it.
 */
@Tag("interop")
@Timeout(600)
class MailInteropTest {

    /**
     * One line for each domain.
     *
     * <p>dns: MX of the domain, A of its host, TLSA of its host, as Unbound says: {@code AD}, {@code no} (AD), {@code
     * bogus}; {@code *} where there is nothing to ask for. judged: one word for each MX host. postfix: status and the
     * word that it says of the session. findings: those that must be among ours; no error but these may be.
     *
     * <p>Where Postfix differs from us it is right by its own lights: it knows nothing of MTA-STS, so it delivers to all
     * of {@code sts-…} that no TLSA record forbids; and of a session that no TLSA record of a signed MX vouches for it
     * says {@code Trusted} when public authorities vouch for the certificate, whatever its name.
     *
     * <p>with our map: what the same Postfix does with {@code hikyaku policy} as its only policy map: it holds back what
     * an enforced policy forbids (S11), and no policy rescues a host whose TLSA records do not match (S1).
     */
    private static final String CASES = """
            # domain               | dns               | judged             | postfix            | with our map       | findings
            dane311.example.       | AD AD AD          | dane               | sent Verified      | same               | dane-ok dane-rollover-absent
            dane301.example.       | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            dane312.example.       | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            dane310.example.       | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            mismatch.example.      | AD AD AD          | refused D11        | deferred Untrusted | same               | dane-mismatch
            rollover.example.      | AD AD AD          | dane               | sent Verified      | same               | dane-ok dane-rollover
            unusable.example.      | AD AD AD          | encrypted          | sent Trusted       | same               | dane-unusable
            matching7.example.     | AD AD AD          | encrypted          | sent Trusted       | same               | dane-unusable
            expired-ee.example.    | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            wrongname-ee.example.  | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            self.example.          | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            agility.example.       | AD AD AD          | refused D25        | deferred Untrusted | same               | dane-mismatch
            notls.example.         | AD AD AD          | refused D9         | deferred           | same               | starttls-absent
            dane211.example.       | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            dane201.example.       | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            noanchor.example.      | AD AD AD          | refused D14        | deferred Untrusted | same               | dane-ta-missing
            alone.example.         | AD AD AD          | refused D14        | deferred Untrusted | same               | dane-ta-missing
            wholeanchor.example.   | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            wrongname-ta.example.  | AD AD AD          | refused D12        | deferred Untrusted | same               | cert-name-mismatch
            domainname-ta.example. | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            expired-ta.example.    | AD AD AD          | refused D12        | deferred Untrusted | same               | cert-expired
            nsec3.jp.              | AD AD AD          | dane               | sent Verified      | same               | dane-ok dnssec-ok
            unsigned.jp.           | no no no          | encrypted          | sent Trusted       | same               | dnssec-absent dane-absent
            bogus.example.         | bogus AD AD       | wait               | deferred           | same               | dnssec-bogus
            bogustlsa.example.     | AD AD bogus       | unused D1          | deferred           | same               | dnssec-bogus
            ended.example.         | bogus bogus bogus | wait               | deferred           | same               | dnssec-bogus
            otherds.jp.            | bogus bogus bogus | wait               | deferred           | same               | dnssec-bogus
            cname.example.         | AD AD AD          | dane               | sent Verified      | same               | dane-ok mx-cname
            nomx.example.          | AD AD AD          | dane               | sent Verified      | same               | dane-ok mx-none-implicit
            nullmx.example.        | AD * *            | none               | bounced            | same               | mx-null
            ghost.example.         | AD AD AD          | none               | bounced            | same               | mx-dangling
            halfdane.jp.           | no AD AD          | dane, MX not sure  | sent Trusted       | same               | dane-insecure-mx
            foreign.example.       | AD AD AD          | dane               | sent Verified      | same               | dane-ok
            second.example.        | AD AD AD          | refused D11; dane  | sent Verified      | same               | dane-mismatch dane-ok
            plain.example.         | AD AD AD          | encrypted          | sent Trusted       | same               | dnssec-ok dane-absent sts-absent
            clear.jp.              | no no no          | clear              | sent               | same               | starttls-absent
            anyself.jp.            | no no no          | encrypted          | sent Untrusted     | same               | dnssec-absent
            sts-enforce.jp.        | no no no          | sts                | sent Trusted       | sent Verified      | sts-ok
            sts-wildcard.jp.       | no no no          | sts                | sent Trusted       | sent Verified      | sts-ok
            sts-mismatch.jp.       | no no no          | unused S7          | sent Trusted       | deferred Untrusted | sts-mx-mismatch
            sts-self.jp.           | no no no          | refused S8         | sent Untrusted     | deferred Untrusted | cert-untrusted
            sts-name.jp.           | no no no          | refused S8         | sent Trusted       | deferred Untrusted | cert-name-mismatch
            sts-testing.jp.        | no no no          | encrypted, not S8  | sent Untrusted     | same               | sts-testing cert-untrusted
            sts-clear.jp.          | no no no          | refused S19        | sent               | deferred           | starttls-absent
            sts-badcert.jp.        | no no no          | encrypted          | sent Trusted       | same               | sts-webpki-invalid
            sts-redirect.jp.       | no no no          | encrypted          | sent Trusted       | same               | sts-policy-unreachable
            sts-404.jp.            | no no no          | encrypted          | sent Trusted       | same               | sts-policy-unreachable
            sts-dane.example.      | AD AD AD          | dane               | sent Verified      | same               | dane-ok sts-ok
            sts-danefail.example.  | AD AD AD          | refused D11        | deferred Untrusted | same               | dane-mismatch
            sts-some.example.      | AD AD AD          | sts; dane          | sent Trusted       | sent Verified      | dane-ok sts-ok
            sts-undecided.example. | AD AD bogus       | unused D1          | deferred           | same               | dnssec-bogus
            sts-halfdane.jp.       | no AD AD          | both               | sent Trusted       | sent Verified      | dane-insecure-mx
            """;

    private record Case(
            String domain, String dns, String judged, String postfix, String withMap, List<String> findings) {
        Name name() {
            return Name.fromConstantString(domain);
        }

        /** As mail addresses have it. */
        String text() {
            return domain.substring(0, domain.length() - 1);
        }
    }

    @TempDir
    private Path folder;

    private final List<Case> cases = CASES.lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> Stream.of(line.split("\\|")).map(String::strip).toList())
            .map(c -> new Case(
                    c.get(0),
                    c.get(1),
                    c.get(2),
                    c.get(3),
                    c.get(4).equals("same") ? c.get(3) : c.get(4),
                    List.of(c.get(5).split(" "))))
            .toList();

    @Test
    void verdictsAreThoseOfUnboundAndPostfix() throws Exception {
        DnsServers.assumeInstalled("nsd", "unbound", "dnssec-keygen", "dnssec-signzone", "dnssec-dsfromkey");
        PostfixSender.assumePossible();
        NginxServer.assumeInstalled();
        // Parallel runs on one machine keep out of each other's way.
        String prefix = "127." + (64 + ProcessHandle.current().pid() % 128);
        MailInternet internet = new MailInternet(prefix, Instant.now());
        Path anchor = folder.resolve("root.ds");

        try (PostfixServer postfix = PostfixServer.start(internet.hosts());
                NginxServer nginx = NginxServer.start(
                        folder.resolve("nginx"), InetAddress.ofLiteral(internet.policyAddress()), internet.sites())) {
            internet.sign(folder.resolve("zones"), postfix.port());
            Files.writeString(anchor, internet.rootAnchor());
            try (DnsServers.Running authority = DnsServers.nsd(folder.resolve("nsd"), internet.zones());
                    DnsServers.Running plain = DnsServers.unbound(
                            folder.resolve("plain"), "module-config: \"iterator\"", authority.asForwardZone());
                    DnsServers.Running validating = DnsServers.unbound(
                            folder.resolve("validating"),
                            "interface: " + internet.resolverAddress() + "@53\ntrust-anchor-file: \"" + anchor + "\"",
                            authority.asForwardZone());
                    PostfixSender sender = PostfixSender.start(
                            InetAddress.ofLiteral(internet.resolverAddress()),
                            internet.authorityPem(),
                            postfix.port());
                    StubResolver stub = new StubResolver(List.of(plain.address()), StubOptions.defaults())) {
                Lookup lookup = new ValidatingResolver(
                        stub, TrustAnchors.ofFile(anchor), ValidatorOptions.defaults(), InstantSource.system());
                Network network = new OtherPorts(
                        new SystemNetwork(), Map.of(443, nginx.address().getPort()));
                compareDns(lookup, validating, postfix.port());
                compareVerdicts(
                        checker(lookup, network, internet, postfix.port()),
                        sender.send(cases.stream().map(Case::text).toList()));
                compareWithOurMap(lookup, network, internet, postfix.port());
                compareDeliveries(lookup, network, internet, postfix.port());
            }
        }
    }

    private void compareWithOurMap(Lookup lookup, Network network, MailInternet internet, int port)
            throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        StsCache policies = new StsCache(lookup, fetcher(lookup, network, internet), StsStore.inMemory(), clock);
        Decider decider = new Decider(new Observer(lookup, policies, clock), policies, clock, port);
        PolicyCounts counts = new PolicyCounts();
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        try (PolicyService service = new PolicyService(
                        decider, clock, counts, PolicyService.CacheSize.defaults(), PolicyService.PATIENCE);
                SocketmapServer server =
                        new SocketmapServer(service, counts, SocketmapSession.Times.defaults(), Poller.open())) {
            PollListener door = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.serve(door);
            String map = "smtp_tls_policy_maps = socketmap:inet:127.0.0.1:"
                    + door.local().getPort() + ":QUERY\n";
            try (PostfixSender sender = PostfixSender.start(
                    InetAddress.ofLiteral(internet.resolverAddress()), internet.authorityPem(), port, map)) {
                Map<String, Fate> fates =
                        sender.send(cases.stream().map(Case::text).toList());
                for (Case c : cases) {
                    expected.add(c.domain() + " | " + c.withMap());
                    found.add(c.domain() + " | " + fate(fates, c));
                }
            }
            assertThat(found).containsExactlyElementsOf(expected);
            assertThat(counts.of(PolicyCounts.Event.QUERY)).isPositive();
            compareInChroot(server, internet, port);
        }
    }

    /**
     * As Debian has it and docs/postfix.md advises: smtp(8) is locked into the queue directory, and asks over a Unix socket there,
     * in a folder that belongs to the service and that the group postfix may enter. One domain for each kind of answer.
     */
    private void compareInChroot(SocketmapServer server, MailInternet internet, int port)
            throws IOException, InterruptedException {
        Set<String> some = Set.of(
                "dane311.example.",
                "sts-enforce.jp.",
                "sts-mismatch.jp.",
                "sts-danefail.example.",
                "sts-some.example.",
                "sts-undecided.example.");
        List<Case> chosen =
                cases.stream().filter(c -> some.contains(c.domain())).toList();
        assertThat(chosen).hasSameSizeAs(some);
        try (PostfixSender sender = PostfixSender.startChrooted(
                InetAddress.ofLiteral(internet.resolverAddress()),
                internet.authorityPem(),
                port,
                "smtp_tls_policy_maps = socketmap:unix:run/hikyaku/policy:QUERY\n")) {
            Path run = Files.createDirectories(sender.queue().resolve("run/hikyaku"));
            UserPrincipalLookupService users = run.getFileSystem().getUserPrincipalLookupService();
            PosixFileAttributeView owner = Files.getFileAttributeView(run, PosixFileAttributeView.class);
            owner.setOwner(users.lookupPrincipalByName("nobody"));
            owner.setGroup(users.lookupPrincipalByGroupName("postfix"));
            owner.setPermissions(PosixFilePermissions.fromString("rwxr-x---"));
            server.serve(server.listen(run.resolve("policy"), "rw-rw-rw-"));
            Map<String, Fate> fates =
                    sender.send(chosen.stream().map(Case::text).toList());
            assertThat(chosen.stream().map(c -> c.domain() + " | " + fate(fates, c)))
                    .containsExactlyElementsOf(chosen.stream()
                            .map(c -> c.domain() + " | " + c.withMap())
                            .toList());
        }
    }

    private static String fate(Map<String, Fate> fates, Case c) {
        Fate fate = Optional.ofNullable(fates.get(c.text())).orElseThrow();
        return fate.status() + fate.tls().map(word -> " " + word).orElse("");
    }

    /** Our own deliveries at the level {@code auto}: what Postfix does with our map, and by the same words. */
    private void compareDeliveries(Lookup lookup, Network network, MailInternet internet, int port)
            throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        Seams seams = new Seams(
                network,
                lookup,
                new StsCache(lookup, fetcher(lookup, network, internet), StsStore.inMemory(), clock),
                org.hikyaku.x509.TrustAnchors.of(List.of(internet.authority())),
                clock,
                new Random(1),
                new SecureRandom(),
                Optional.empty());
        DeliveryOptions usual = DeliveryOptions.usual("sender.invalid");
        DeliveryOptions options = new DeliveryOptions(
                usual.ehloName(),
                usual.ownNames(),
                usual.ownAddresses(),
                port,
                usual.families(),
                usual.postQuantum(),
                usual.times(),
                usual.tries(),
                usual.kept(),
                usual.concurrency());
        List<DeliveryLine> lines = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        try (Courier courier =
                new Courier(options, Destinations.all(Destination.auto()), seams, SessionCounter.none(), lines::add)) {
            for (Case c : cases) {
                var _ = courier.carry(consignment(c.text(), clock.instant()));
                DeliveryLine line = lines.getLast();
                boolean sent = line.outcome() == DeliveryLine.Outcome.DELIVERED;
                expected.add(c.domain() + " | "
                        + (c.withMap().startsWith("sent")
                                ? c.withMap()
                                : c.withMap().split(" ")[0]));
                found.add(c.domain() + " | "
                        + switch (line.outcome()) {
                            case DELIVERED -> "sent";
                            case DEFERRED -> "deferred";
                            case FAILED -> "bounced";
                        }
                        + (sent && line.tls().trust() != Trust.NONE
                                ? " " + line.tls().trust().word()
                                : ""));
            }
        }
        assertThat(found).containsExactlyElementsOf(expected);
    }

    private static Consignment consignment(String domain, Instant now) {
        return new Consignment(
                "Q1",
                domain,
                Envelope.of(Mailbox.parse("a@sender.invalid"), Mailbox.parse("b@" + domain)),
                Body.SEVEN_BIT,
                false,
                Demand.ORDINARY,
                MailContent.of("Subject: x\r\n\r\nHello.\r\n".getBytes(StandardCharsets.US_ASCII)),
                now);
    }

    private void compareDns(Lookup lookup, DnsServers.Running unbound, int port) throws IOException {
        List<String> expected = new ArrayList<>();
        List<String> unboundSays = new ArrayList<>();
        List<String> weSay = new ArrayList<>();
        List<String> unboundHas = new ArrayList<>();
        List<String> weHave = new ArrayList<>();
        for (Case c : cases) {
            expected.add(c.domain() + " " + c.dns());
            StringBuilder theirs = new StringBuilder(c.domain());
            StringBuilder ours = new StringBuilder(c.domain());
            List<Optional<Question>> questions = new ArrayList<>();
            questions.add(Optional.of(new Question(c.name(), Type.MX)));
            Optional<String> host = MailInternet.host(c.domain());
            questions.add(host.map(h -> new Question(Name.fromConstantString(h), Type.A)));
            questions.add(host.map(h -> new Question(Name.fromConstantString("_" + port + "._tcp." + h), Type.TLSA)));
            for (Optional<Question> question : questions) {
                if (question.isEmpty()) {
                    theirs.append(" *");
                    ours.append(" *");
                    continue;
                }
                Message reply = ask(unbound, question.get());
                Answer answer = lookup.lookup(question.get());
                theirs.append(' ').append(status(reply));
                ours.append(' ').append(status(answer));
                if (answer instanceof Answer.Definite definite) {
                    weHave.add(question + " " + records(definite.content().recordsOrNone()));
                    unboundHas.add(question + " " + records(reply.getSection(Section.ANSWER)));
                }
            }
            unboundSays.add(theirs.toString());
            weSay.add(ours.toString());
        }
        assertThat(unboundSays).containsExactlyElementsOf(expected);
        assertThat(weSay).containsExactlyElementsOf(expected);
        assertThat(weHave).containsExactlyElementsOf(unboundHas);
    }

    private void compareVerdicts(DomainChecker checker, Map<String, Fate> fates) {
        List<DomainReport> reports =
                checker.check(cases.stream().map(Case::name).toList()).domains();
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            Case c = cases.get(i);
            DomainReport report = reports.get(i);
            Set<String> findings =
                    report.findings().stream().map(f -> f.id().id()).collect(Collectors.toCollection(TreeSet::new));
            Fate fate = Optional.ofNullable(fates.get(c.text())).orElseThrow();
            expected.add(c.domain() + " | " + c.judged() + " | " + c.postfix() + " | []");
            List<String> missing =
                    c.findings().stream().filter(f -> !findings.contains(f)).toList();
            List<String> errors = report.findings(Severity.ERROR).stream()
                    .map(f -> f.id().id())
                    .filter(f -> !c.findings().contains(f))
                    .toList();
            found.add(c.domain() + " | " + judged(report.evidence()) + " | " + fate.status()
                    + fate.tls().map(word -> " " + word).orElse("") + " | "
                    + (missing.isEmpty() ? errors : missing + " not among " + findings));
        }
        assertThat(found).containsExactlyElementsOf(expected);
    }

    private static DomainChecker checker(Lookup lookup, Network network, MailInternet internet, int port) {
        org.hikyaku.x509.TrustAnchors authorities = org.hikyaku.x509.TrustAnchors.of(List.of(internet.authority()));
        InstantSource clock = InstantSource.system();
        TlsClient tls = new TlsClient(TlsClientOptions.defaults(), new SecureRandom());
        return new DomainChecker(
                lookup,
                new StsCache(lookup, fetcher(lookup, network, internet), StsStore.inMemory(), clock),
                new SmtpDialer(new SmtpClient(network, tls, SmtpClientOptions.brisk("check.invalid"))),
                authorities,
                clock,
                CheckOptions.defaults().withPort(port));
    }

    private static StsFetcher fetcher(Lookup lookup, Network network, MailInternet internet) {
        return new StsFetcher(
                network,
                new ValidatedAddresses(lookup),
                org.hikyaku.x509.TrustAnchors.of(List.of(internet.authority())),
                InstantSource.system(),
                Duration.ofSeconds(20));
    }

    private static String judged(Evidence evidence) {
        return switch (evidence.route()) {
            case Route.NoMail _ -> "none";
            case Route.Unknown _ -> "wait";
            case Route.Hosts _ ->
                evidence.hosts().stream().map(MailInteropTest::judged).collect(Collectors.joining("; "));
        };
    }

    private static String judged(HostEvidence host) {
        if (host.requirement() instanceof Requirement.DoNotUse not) {
            return "unused " + not.refusal().rule();
        }
        return host.addresses().stream().map(a -> judged(a.verdict())).collect(Collectors.joining(" "));
    }

    private static String judged(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Authenticated yes ->
                switch (yes.by()) {
                            case Verdict.By.Dane _ -> "dane";
                            case Verdict.By.MtaSts _ -> "sts";
                            case Verdict.By.Both _ -> "both";
                            case Verdict.By.Pkix _ -> "name";
                        }
                        + (yes.secureMx() ? "" : ", MX not sure");
            case Verdict.Unauthenticated no ->
                (no.encrypted() ? "encrypted" : "clear")
                        + no.shortfall().map(r -> ", not " + r.rule()).orElse("");
            case Verdict.Refused refused -> "refused " + refused.refusal().rule();
            case Verdict.NotJudged _ -> "not reached";
        };
    }

    private static Message ask(DnsServers.Running resolver, Question question) throws IOException {
        SimpleResolver client = new SimpleResolver(resolver.address());
        client.setTimeout(Duration.ofSeconds(20));
        client.setEDNS(0, 1232, ExtendedFlags.DO);
        return client.send(Message.newQuery(Record.newRecord(question.name(), question.type(), DClass.IN)));
    }

    private static String status(Message reply) {
        return reply.getRcode() == Rcode.SERVFAIL ? "bogus" : reply.getHeader().getFlag(Flags.AD) ? "AD" : "no";
    }

    private static String status(Answer answer) {
        return switch (answer) {
            case Answer.Secure _ -> "AD";
            case Answer.Insecure _ -> "no";
            case Answer.Bogus _ -> "bogus";
            case Answer.Failed failed -> "failed: " + failed.failure();
        };
    }

    private static Set<String> records(List<Record> records) {
        return records.stream()
                .filter(r -> r.getType() != Type.RRSIG)
                .map(r -> r.getName() + " " + Type.string(r.getType()) + " " + r.rdataToString())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
