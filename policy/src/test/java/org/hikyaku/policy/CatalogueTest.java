package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Expectation;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every domain of the lab's catalogue, observed through the real validator and the real HTTPS client, planned, met by
 * the real mail client, and judged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogueTest {
    private Lab lab;
    private Observer observer;
    private SmtpClient client;
    private Judge judge;

    @BeforeAll
    void start() throws IOException {
        lab = Lab.start(LabOptions.defaults());
        Lookup lookup =
                new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());
        StsFetcher fetcher = new StsFetcher(
                lab.network(),
                new ValidatedAddresses(lookup),
                lab.caAnchors(),
                lab.clock(),
                java.time.Duration.ofSeconds(20));
        observer = new Observer(lookup, new StsCache(lookup, fetcher, StsStore.inMemory(), lab.clock()), lab.clock());
        prepareSessions();
    }

    private void prepareSessions() {
        client = new SmtpClient(
                lab.network(),
                new TlsClient(TlsClientOptions.defaults(), new SecureRandom()),
                SmtpClientOptions.brisk("client.example"));
        judge = new Judge(lab.caAnchors(), lab.clock());
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    Stream<LabDomain> domains() {
        return lab.catalogue().domains().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("domains")
    void plansComeBackFromAFileAsTheyWere(LabDomain domain) throws PlanFormatException {
        DomainObservation seen = observer.observe(domain.name(), 25);
        for (PlannerOptions.DaneLevel dane : PlannerOptions.DaneLevel.values()) {
            for (Demand demand : Demand.values()) {
                Route route = new Planner(new PlannerOptions(dane, true)).plan(seen, demand);
                PlanFile file = new PlanFile(seen.at(), PlanFile.entries(domain.name(), route));

                assertThat(PlanFile.parse(file.toJson())).isEqualTo(file);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("domains")
    void observationAndPlanAreThoseOfTheCatalogue(LabDomain domain) {
        Expectation expected = domain.expectation();
        DomainObservation seen = observer.observe(domain.name(), 25);
        assertThat(status(seen.mx())).as("%s: %s", domain.about(), seen.mx()).isEqualTo(expected.dnssec());
        assertThat(sts(seen.sts())).as("%s: %s", domain.about(), seen.sts()).isEqualTo(expected.sts());
        Route route = new Planner(PlannerOptions.defaults()).plan(seen, Demand.ORDINARY);
        assertThat(kind(route)).as("%s: %s", domain.about(), route).isEqualTo(expected.route());
        if (route instanceof Route.Hosts hosts) {
            assertThat(hosts.hosts().stream().map(h -> h.plan().host()))
                    .containsExactlyElementsOf(expected.hosts().keySet());
            for (Route.Host host : hosts.hosts()) {
                Expectation.Host one = expected.hosts().get(host.plan().host());
                assertThat(requirement(host.plan()))
                        .as("%s: %s", domain.about(), host.plan())
                        .isEqualTo(one == null ? null : one.requirement());
                if (one != null
                        && host.plan().requirement() instanceof Requirement.DoNotUse not
                        && one.rule().isPresent()) {
                    assertThat(not.refusal().rule()).isEqualTo(one.rule().get());
                    assertThat(not.refusal().type().map(ResultType::token)).isEqualTo(one.resultType());
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("domains")
    void verdictsAreThoseOfTheCatalogue(LabDomain domain) throws IOException {
        Route route = new Planner(PlannerOptions.defaults()).plan(observer.observe(domain.name(), 25), Demand.ORDINARY);
        if (!(route instanceof Route.Hosts hosts)) {
            return;
        }
        for (Route.Host host : hosts.hosts()) {
            Expectation.Host expected = Objects.requireNonNull(
                    domain.expectation().hosts().get(host.plan().host()));
            if (host.plan().requirement() instanceof Requirement.DoNotUse not) {
                check(domain, expected, 0, new Verdict.Refused(not.refusal()));
                continue;
            }
            List<InetAddress> addresses = inOrderOfTheCatalogue(domain, host);
            assertThat(addresses).isNotEmpty();
            for (int i = 0; i < addresses.size(); i++) {
                SmtpAttempt attempt = client.open(
                        new InetSocketAddress(addresses.get(i), host.plan().port()),
                        TlsUse.STARTTLS,
                        Optional.of(host.plan().sni().toString(true)));
                if (attempt.session().isPresent()) {
                    attempt.session().get().close();
                }
                check(domain, expected, i, judge.judge(host.plan(), attempt.outcome()));
            }
        }
    }

    private static List<InetAddress> inOrderOfTheCatalogue(LabDomain domain, Route.Host host) {
        boolean v6First = domain.setup().hosts().stream()
                .filter(h -> h.name().equals(host.plan().host()))
                .anyMatch(h -> h.addresses().getFirst().name().startsWith("V6"));
        return v6First ? host.addresses() : host.addresses().reversed();
    }

    private static void check(LabDomain domain, Expectation.Host expected, int address, Verdict verdict) {
        List<Expectation.Verdict> verdicts = expected.verdicts();
        assertThat(verdict(verdict))
                .as("%s: %s", domain.about(), verdict)
                .isEqualTo(verdicts.get(verdicts.size() == 1 ? 0 : address));
        if (verdict instanceof Verdict.Refused refused && expected.rule().isPresent()) {
            assertThat(refused.refusal().rule())
                    .as(verdict.toString())
                    .isEqualTo(expected.rule().get());
            assertThat(refused.refusal().type().map(ResultType::token)).isEqualTo(expected.resultType());
        }
        if (verdict instanceof Verdict.Deliver deliver) {
            assertThat(deliver.shortfall().map(Verdict.Refusal::rule))
                    .as(verdict.toString())
                    .isEqualTo(expected.shortfall());
            assertThat(deliver.shortfall().flatMap(Verdict.Refusal::type).map(ResultType::token))
                    .isEqualTo(expected.shortfall().flatMap(_ -> expected.resultType()));
        }
    }

    private static Expectation.Verdict verdict(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Authenticated a ->
                switch (a.by()) {
                    case Verdict.By.Dane _ -> Expectation.Verdict.AUTHENTICATED_DANE;
                    case Verdict.By.MtaSts _ -> Expectation.Verdict.AUTHENTICATED_STS;
                    case Verdict.By.Both _ -> Expectation.Verdict.AUTHENTICATED_BOTH;
                    case Verdict.By.Pkix _ -> throw new IllegalStateException("only for REQUIRETLS: " + verdict);
                };
            case Verdict.Unauthenticated u ->
                u.encrypted() ? Expectation.Verdict.UNAUTHENTICATED_TLS : Expectation.Verdict.CLEAR;
            case Verdict.Refused _ -> Expectation.Verdict.REFUSED;
            case Verdict.NotJudged _ -> Expectation.Verdict.NOT_REACHED;
        };
    }

    private static Expectation.Status status(Answer answer) {
        return switch (answer) {
            case Answer.Secure _ -> Expectation.Status.SECURE;
            case Answer.Insecure _ -> Expectation.Status.INSECURE;
            case Answer.Bogus _ -> Expectation.Status.BOGUS;
            case Answer.Failed _ -> Expectation.Status.FAILED;
        };
    }

    private static Expectation.Sts sts(StsObservation sts) {
        return switch (sts) {
            case StsObservation.NoPolicy none ->
                none.reason() == StsObservation.NoPolicy.Reason.ABSENT
                        ? Expectation.Sts.ABSENT
                        : Expectation.Sts.RECORD_INVALID;
            case StsObservation.InForce force ->
                switch (force.policy().mode()) {
                    case ENFORCE -> Expectation.Sts.ENFORCE;
                    case TESTING -> Expectation.Sts.TESTING;
                    case NONE -> Expectation.Sts.NONE;
                };
            case StsObservation.Unavailable un ->
                PROBLEMS.getOrDefault(un.problem().type(), Expectation.Sts.UNKNOWN);
            case StsObservation.Unknown _ -> Expectation.Sts.UNKNOWN;
        };
    }

    private static final Map<ResultType, Expectation.Sts> PROBLEMS = Map.of(
            ResultType.STS_POLICY_FETCH_ERROR, Expectation.Sts.FETCH_ERROR,
            ResultType.STS_POLICY_INVALID, Expectation.Sts.POLICY_INVALID,
            ResultType.STS_WEBPKI_INVALID, Expectation.Sts.WEBPKI_INVALID);

    private static Expectation.Route kind(Route route) {
        return switch (route) {
            case Route.Hosts _ -> Expectation.Route.DELIVER;
            case Route.NoMail _ -> Expectation.Route.NO_MAIL;
            case Route.Unknown _ -> Expectation.Route.WAIT;
        };
    }

    private static Expectation.Requirement requirement(DeliveryPlan plan) {
        return switch (plan.requirement()) {
            case Requirement.Opportunistic _ -> Expectation.Requirement.OPPORTUNISTIC;
            case Requirement.Encrypt _ -> Expectation.Requirement.ENCRYPT;
            case Requirement.Dane _ -> Expectation.Requirement.DANE;
            case Requirement.StsPkix _ -> Expectation.Requirement.STS;
            case Requirement.Both _ -> Expectation.Requirement.BOTH;
            case Requirement.DoNotUse _ -> Expectation.Requirement.REFUSE;
            case Requirement.VerifiedName _, Requirement.Configured _ ->
                throw new IllegalStateException("only for REQUIRETLS: " + plan);
        };
    }
}
