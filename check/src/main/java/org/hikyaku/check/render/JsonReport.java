package org.hikyaku.check.render;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Evidence;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.Finding;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Summary;
import org.hikyaku.check.Words;
import org.hikyaku.dns.Answer;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.Verdict;
import org.hikyaku.policy.Verdict.Refusal;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.x509.Certificate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A run as JSON, by the schema {@code docs/schema/check-1.json}. What the schema names never changes its meaning. */
public final class JsonReport {
    public static final String SCHEMA = "hikyaku.check/1";

    private JsonReport() {}

    public static ObjectNode of(CheckReport report) {
        ObjectNode json = node().put("schema", SCHEMA)
                .put("at", second(report.at()))
                .put("seconds", seconds(report.took()))
                .put("connections", report.connections())
                .put("questions", report.questions());
        report.notes().forEach(json.putArray("notes")::add);
        ArrayNode domains = json.putArray("domains");
        report.domains().forEach(d -> domains.add(domain(d)));
        return json;
    }

    private static ObjectNode domain(DomainReport report) {
        Evidence evidence = report.evidence();
        ObjectNode json = node().put("domain", report.domain());
        report.inOwnLetters().ifPresent(own -> json.put("unicode", own));
        json.put("at", second(evidence.at()))
                .put("seconds", seconds(report.took()))
                .put("summary", Summary.of(report));
        report.matrix().ifPresent(m -> MatrixJson.into(json.putArray("matrix"), m));
        json.set("route", route(evidence.route()));
        json.put("dnssec", status(evidence.observation().mx()));
        json.set("mtaSts", mtaSts(evidence.observation().sts()));
        ArrayNode hosts = json.putArray("hosts");
        evidence.hosts().forEach(h -> hosts.add(host(h)));
        evidence.judgedAuth().ifPresent(auth -> AuthJson.into(json.putObject("auth"), auth));
        ObjectNode counts = json.putObject("counts");
        Arrays.stream(Severity.values())
                .forEach(s -> counts.put(s.token(), report.findings(s).size()));
        report.grade().ifPresent(g -> GradeJson.into(json.putObject("grade"), g));
        ArrayNode findings = json.putArray("findings");
        report.findings().forEach(f -> findings.add(finding(f)));
        return json;
    }

    private static ObjectNode route(Route route) {
        return switch (route) {
            case Route.Hosts _ -> node().put("kind", "hosts");
            case Route.NoMail noMail ->
                node().put("kind", "no-mail")
                        .put("reason", token(noMail.reason()))
                        .put("why", noMail.why());
            case Route.Unknown unknown -> node().put("kind", "unknown").put("why", unknown.why());
        };
    }

    private static String status(Answer answer) {
        return switch (answer) {
            case Answer.Secure _ -> "secure";
            case Answer.Insecure _ -> "insecure";
            case Answer.Bogus _ -> "bogus";
            case Answer.Failed _ -> "failed";
        };
    }

    private static ObjectNode mtaSts(StsObservation sts) {
        return switch (sts) {
            case StsObservation.NoPolicy none -> node().put("state", "none").put("why", none.why());
            case StsObservation.Unknown unknown ->
                node().put("state", "unknown").put("why", unknown.why());
            case StsObservation.Unavailable unavailable ->
                node().put("state", "unavailable")
                        .put("id", unavailable.id())
                        .put("type", unavailable.problem().type().token())
                        .put("why", unavailable.problem().sentence());
            case StsObservation.InForce inForce -> {
                ObjectNode json = node().put("state", "in-force")
                        .put("id", inForce.id())
                        .put("mode", inForce.policy().mode().token())
                        .put("maxAge", inForce.policy().maxAge().toSeconds());
                ArrayNode mx = json.putArray("mx");
                inForce.policy().mx().forEach(p -> mx.add(p.toString()));
                yield json;
            }
        };
    }

    private static ObjectNode host(HostEvidence host) {
        ObjectNode json = node().put("name", host.name())
                .put("preference", host.host().preference())
                .put("requirement", requirement(host.requirement()))
                .put("sni", Words.name(host.host().plan().sni()))
                .put("why", host.host().plan().why());
        host.observed()
                .ifPresent(o -> json.put("addressDnssec", status(o.a())).put("address6Dnssec", status(o.aaaa())));
        ArrayNode addresses = json.putArray("addresses");
        host.addresses().forEach(a -> addresses.add(address(a)));
        return json;
    }

    private static String requirement(Requirement requirement) {
        return switch (requirement) {
            case Requirement.Opportunistic _ -> "opportunistic";
            case Requirement.Encrypt _ -> "encrypt";
            case Requirement.Dane _ -> "dane";
            case Requirement.StsPkix _ -> "mta-sts";
            case Requirement.Both _ -> "dane-and-mta-sts";
            case Requirement.VerifiedName _ -> "verified-name";
            case Requirement.Configured _ -> "configured";
            case Requirement.DoNotUse _ -> "do-not-use";
        };
    }

    private static ObjectNode address(AddressEvidence attempt) {
        ObjectNode json = node().put("address", Words.address(attempt.address().getAddress()))
                .put("port", attempt.address().getPort());
        switch (attempt.outcome()) {
            case SessionOutcome.NotReached not ->
                json.put("outcome", "not-reached")
                        .put("reason", token(not.reason()))
                        .put("sentence", not.sentence());
            case SessionOutcome.NoStartTls no -> {
                json.put("outcome", "no-starttls");
                no.refusal().ifPresent(r -> json.put("sentence", r));
            }
            case SessionOutcome.HandshakeFailed failed -> {
                json.put("outcome", "handshake-failed")
                        .put("sentence", failed.failure().sentence());
                failed.failure().alert().ifPresent(a -> json.put("alert", a));
            }
            case SessionOutcome.Established established -> {
                json.put("outcome", "established");
                json.set("session", session(established.facts()));
            }
        }
        json.set("verdict", verdict(attempt.verdict()));
        return json;
    }

    private static ObjectNode session(SessionFacts facts) {
        ObjectNode json = node().put("version", facts.version().title())
                .put("suite", facts.suite())
                .put("bits", facts.bits());
        facts.group().ifPresent(g -> json.put("group", g));
        facts.signatureScheme().ifPresent(s -> json.put("signatureScheme", s));
        facts.sni().ifPresent(s -> json.put("sni", s));
        ArrayNode chain = json.putArray("chain");
        facts.chain().forEach(c -> chain.add(certificate(c)));
        return json;
    }

    private static ObjectNode certificate(Certificate certificate) {
        ObjectNode json = node().put("subject", certificate.subject())
                .put("issuer", certificate.issuer())
                .put("notBefore", certificate.notBefore().toString())
                .put("notAfter", certificate.notAfter().toString());
        certificate.dnsNames().stream().distinct().forEach(json.putArray("names")::add);
        return json.put("key", certificate.key().title())
                .put("signature", certificate.signatureAlgorithm().title())
                .put("sha256", HexFormat.of().formatHex(certificate.sha256()))
                .put("keySha256", HexFormat.of().formatHex(certificate.keySha256()));
    }

    private static ObjectNode verdict(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Authenticated authenticated -> {
                ObjectNode json = node().put("kind", "authenticated")
                        .put("by", by(authenticated.by()))
                        .put("secureMx", authenticated.secureMx())
                        .put("sentence", authenticated.sentence());
                authenticated.shortfall().ifPresent(r -> json.set("shortfall", refusal(r)));
                yield json;
            }
            case Verdict.Unauthenticated unauthenticated -> {
                ObjectNode json = node().put("kind", "unauthenticated")
                        .put("encrypted", unauthenticated.encrypted())
                        .put("sentence", unauthenticated.sentence());
                unauthenticated.shortfall().ifPresent(r -> json.set("shortfall", refusal(r)));
                yield json;
            }
            case Verdict.Refused refused -> refusal(refused.refusal()).put("kind", "refused");
            case Verdict.NotJudged not -> node().put("kind", "not-judged").put("sentence", not.sentence());
        };
    }

    private static String by(Verdict.By by) {
        return switch (by) {
            case Verdict.By.Dane _ -> "dane";
            case Verdict.By.MtaSts _ -> "mta-sts";
            case Verdict.By.Both _ -> "dane-and-mta-sts";
            case Verdict.By.Pkix _ -> "pkix";
        };
    }

    private static ObjectNode refusal(Refusal refusal) {
        ObjectNode json = node().put("rule", refusal.rule());
        refusal.type().ifPresent(t -> json.put("type", t.token()));
        refusal.reasonCode().ifPresent(c -> json.put("reasonCode", c));
        return json.put("sentence", refusal.sentence());
    }

    private static ObjectNode finding(Finding finding) {
        ObjectNode json = node().put("id", finding.id().id())
                .put("severity", finding.severity().token())
                .put("subject", finding.subject())
                .put("seen", finding.seen())
                .put("matters", finding.matters())
                .put("rule", finding.rule());
        finding.mend().ifPresent(mend -> {
            ObjectNode to = json.putObject("mend").put("action", mend.action());
            mend.lines().forEach(to.putArray("lines")::add);
            if (!mend.settings().isEmpty()) {
                ObjectNode settings = to.putObject("settings");
                mend.settings().forEach((software, lines) -> lines.forEach(settings.putArray(software)::add));
            }
        });
        return json;
    }

    private static String token(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String second(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static double seconds(Duration took) {
        return took.toMillis() / 1000.0;
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
