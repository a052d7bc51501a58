package org.hikyaku.policy;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Verdict.Authenticated;
import org.hikyaku.policy.Verdict.By;
import org.hikyaku.policy.Verdict.NotJudged;
import org.hikyaku.policy.Verdict.Refusal;
import org.hikyaku.policy.Verdict.Refused;
import org.hikyaku.policy.Verdict.Unauthenticated;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.SignatureVerifier;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Name;

/**
 * Judges what happened against what was planned. Pure, apart from the clock that certificates are held against. The
 * handshake is complete before anything is judged, so that the verdict can name the rule.
 */
public final class Judge {
    /** D30, S21: below this a promise of security is not kept. */
    public static final TlsVersion DEFAULT_MINIMUM = TlsVersion.TLSV1_2;

    private final PkixCheck pkix;
    private final TlsaMatcher matcher;
    private final InstantSource clock;
    private final TlsVersion minimum;

    /** A judge who trusts these authorities where MTA-STS asks for one, and takes TLS 1.2 as the minimum. */
    public Judge(TrustAnchors authorities, InstantSource clock) {
        this(authorities, clock, DEFAULT_MINIMUM);
    }

    /** @param minimum the oldest version under which a promise counts as kept (D30) */
    public Judge(TrustAnchors authorities, InstantSource clock, TlsVersion minimum) {
        SignatureVerifier verifier = SignatureVerifier.best();
        this.pkix = new PkixCheck(new PathFinder(authorities, verifier), clock);
        this.matcher = new TlsaMatcher(verifier);
        this.clock = clock;
        this.minimum = minimum;
    }

    /** What the plan says of the outcome. */
    public Verdict judge(DeliveryPlan plan, SessionOutcome outcome) {
        if (plan.requirement() instanceof Requirement.DoNotUse not) {
            return new Refused(not.refusal());
        }
        return switch (outcome) {
            case SessionOutcome.NotReached notReached -> new NotJudged(notReached.sentence());
            case SessionOutcome.NoStartTls noTls -> withoutTls(plan, noTls);
            case SessionOutcome.HandshakeFailed failed -> failed(plan, failed.failure());
            case SessionOutcome.Established established -> established(plan, established);
        };
    }

    /**
     * Whether an authority that is trusted vouches for the certificate, for whatever name: what a log may call "trusted".
     * No promise is kept by that.
     */
    public boolean knowsAuthority(SessionFacts facts) {
        return pkix.knowsAuthority(facts.chain());
    }

    /**
     * D30: whether a session hides from those who listen what passes through it. What is older than TLS 1.2 (RFC 8996), or has a
     * suite that encrypts nothing, is no protection, though it may be better than clear text.
     */
    public static boolean protects(SessionFacts facts) {
        return facts.bits() > 0 && facts.version().atLeast(DEFAULT_MINIMUM);
    }

    private static Verdict withoutTls(DeliveryPlan plan, SessionOutcome.NoStartTls outcome) {
        String seen = AnswerText.name(plan.host())
                + outcome.refusal()
                        .map(r -> " offered STARTTLS and then refused it: " + r)
                        .orElse(" does not offer STARTTLS");
        // S19: never sent where it is not offered; a commitment to TLS then means failure
        return unencrypted(plan, seen, ResultType.STARTTLS_NOT_SUPPORTED, Optional.empty(), false);
    }

    private static Verdict failed(DeliveryPlan plan, HandshakeFailure failure) {
        boolean tooOld = failure.alert().filter("protocol_version"::equals).isPresent();
        return unencrypted(
                plan,
                "the TLS handshake with " + AnswerText.name(plan.host()) + " failed: " + failure.sentence(),
                ResultType.VALIDATION_FAILURE,
                Optional.of(failure.alert().orElse(failure.stage().name().toLowerCase(Locale.ROOT))),
                tooOld);
    }

    /** No TLS: the rule that forbids it, or delivery in clear where nothing does. */
    private static Verdict unencrypted(
            DeliveryPlan plan, String seen, ResultType type, Optional<String> code, boolean tooOld) {
        return switch (plan.requirement()) {
            case Requirement.Opportunistic _ ->
                new Unauthenticated(
                        false,
                        plan.testing()
                                .map(p -> HostPlanner.notInPolicy(plan.host(), p)
                                        .orElseGet(() -> Refusals.of(tooOld ? "S21" : "S19", type, code, seen))),
                        Refusals.sentence(seen)
                                + (tooOld
                                        ? " Nothing demands TLS, so mail goes in clear, or inside TLS older than "
                                                + DEFAULT_MINIMUM.title()
                                                + ", which is better and still no protection (D30)."
                                        : " Nothing demands TLS, so mail goes in clear."));
            case Requirement.Encrypt _, Requirement.Dane _ ->
                // D9: under DANE there is no clear text
                new Refused(Refusals.of(tooOld ? "D30" : "D9", type, code, seen + "; its TLSA records demand TLS"));
            case Requirement.StsPkix _, Requirement.Both _ ->
                new Refused(Refusals.of(
                        tooOld ? "S21" : "S19", type, code, seen + "; the enforced MTA-STS policy demands TLS"));
            case Requirement.Configured configured ->
                configured.level() == TlsLevel.NONE
                        ? new Unauthenticated(
                                false,
                                Optional.empty(),
                                "The destination is configured to get no TLS, so mail goes in clear (L1).")
                        : new Refused(Refusals.of(
                                "L1",
                                type,
                                code,
                                seen + "; the destination is configured for the level "
                                        + configured.level().token()));
            case Requirement.VerifiedName _ ->
                // Q7: no fallback to clear text, ever
                new Refused(Refusals.of("Q7", type, code, seen + "; the message demands TLS (REQUIRETLS)"));
            case Requirement.DoNotUse not -> new Refused(not.refusal());
        };
    }

    private Verdict established(DeliveryPlan plan, SessionOutcome.Established session) {
        Verdict verdict = authenticated(plan, session.facts());
        if (verdict instanceof Verdict.Deliver
                && plan.demand() == Demand.REQUIRE_TLS
                && !session.ehlo().offers("REQUIRETLS")) {
            // Q6: the message must not go without the keyword
            return new Refused(new Refusal(
                    "Q6",
                    Optional.empty(),
                    Optional.empty(),
                    AnswerText.name(plan.host())
                            + " does not offer REQUIRETLS inside TLS, and the message demands it."));
        }
        return verdict;
    }

    private Verdict authenticated(DeliveryPlan plan, SessionFacts facts) {
        return switch (plan.requirement()) {
            case Requirement.Opportunistic _ ->
                new Unauthenticated(
                        true,
                        testing(plan, facts),
                        protects(facts)
                                ? "The session with " + AnswerText.name(plan.host())
                                        + " is encrypted; nothing demands that the server be authenticated."
                                : "The session with " + AnswerText.name(plan.host()) + " uses "
                                        + facts.version().title()
                                        + ": better than clear text, which nothing forbids, and no protection (D30).");
            case Requirement.Configured configured -> configured(plan, configured, facts);
            case Requirement.Encrypt encrypt ->
                tooOld(plan, facts, "D30")
                        .<Verdict>map(Refused::new)
                        .orElseGet(() -> new Unauthenticated(
                                true,
                                testing(plan, facts),
                                "The session is encrypted as the TLSA records of " + AnswerText.name(encrypt.base())
                                        + " demand; none of them can be used to authenticate the server (D9)."));
            case Requirement.Dane dane -> dane(plan, dane, facts);
            case Requirement.StsPkix sts ->
                pkix(plan, facts, "S21")
                        .<Verdict>map(Refused::new)
                        .orElseGet(() -> new Authenticated(
                                new By.MtaSts(sts.policy()),
                                true,
                                Optional.empty(),
                                certified(plan.host()) + ", as the enforced MTA-STS policy demands (S8)."));
            case Requirement.Both both -> both(plan, both, facts);
            case Requirement.VerifiedName _ ->
                pkix(plan, facts, "Q3")
                        .<Verdict>map(Refused::new)
                        .orElseGet(() -> new Authenticated(
                                new By.Pkix(),
                                true,
                                Optional.empty(),
                                certified(plan.host()) + ", as the message demands (Q3)."));
            case Requirement.DoNotUse not -> new Refused(not.refusal());
        };
    }

    /** L1, L2: what the destination is configured to want. */
    private Verdict configured(DeliveryPlan plan, Requirement.Configured configured, SessionFacts facts) {
        return switch (configured.level()) {
            case VERIFY, SECURE ->
                pkix(plan, configured.match(), facts, "L2", "L2")
                        .<Verdict>map(Refused::new)
                        .orElseGet(() -> new Authenticated(
                                new By.Pkix(),
                                configured.confirmed(),
                                testing(plan, facts),
                                "The certificate of " + AnswerText.name(plan.host()) + " is good for "
                                        + String.join(" or ", configured.match())
                                        + ", as the level " + configured.level().token() + " demands (L2)."));
            case NONE, MAY, ENCRYPT, DANE, DANE_ONLY, AUTO ->
                tooOld(plan, facts, "L1")
                        .<Verdict>map(Refused::new)
                        .orElseGet(() -> new Unauthenticated(
                                true,
                                testing(plan, facts),
                                "The session with " + AnswerText.name(plan.host())
                                        + " is encrypted, as the destination is configured (L1)."));
        };
    }

    private Verdict dane(DeliveryPlan plan, Requirement.Dane dane, SessionFacts facts) {
        Optional<Refusal> early = unusableSession(plan, facts, "D30");
        if (early.isPresent()) {
            return new Refused(early.get());
        }
        return switch (matcher.match(dane.rrset(), dane.names(), facts.chain(), clock.instant())) {
            case TlsaMatch.None none -> new Refused(Refusals.noTlsaMatches(none));
            case TlsaMatch.Matched matched ->
                new Authenticated(
                        new By.Dane(matched.record(), matched.depth()),
                        dane.secureMx(),
                        testing(plan, facts),
                        matched(matched) + (dane.secureMx() ? "." : "; but the MX records are not signed (D19, D28)."));
        };
    }

    /** S1, second half: a TLSA match and a name that public CAs vouch for. */
    private Verdict both(DeliveryPlan plan, Requirement.Both both, SessionFacts facts) {
        Verdict dane = dane(plan, both.dane(), facts);
        if (!(dane instanceof Authenticated authenticated && authenticated.by() instanceof By.Dane by)) {
            return dane;
        }
        StsPolicy policy = both.sts().policy();
        return pkix(plan, facts, "S21")
                .<Verdict>map(Refused::new)
                .orElseGet(() -> new Authenticated(
                        new By.Both(by, new By.MtaSts(policy)),
                        true,
                        Optional.empty(),
                        "The TLSA record " + by.record().brief() + " matches at depth " + by.depth() + ", and "
                                + certified(plan.host()) + " (S1)."));
    }

    private static String matched(TlsaMatch.Matched matched) {
        return "The TLSA record " + matched.record().brief() + " matches "
                + (matched.depth() == 0 ? "the server's own certificate" : "the anchor at depth " + matched.depth());
    }

    private static String certified(Name host) {
        return "A trusted authority vouches for the name " + AnswerText.name(host);
    }

    /** S12: what enforce would have said. */
    private Optional<Refusal> testing(DeliveryPlan plan, SessionFacts facts) {
        return plan.testing()
                .flatMap(policy -> HostPlanner.notInPolicy(plan.host(), policy).or(() -> pkix(plan, facts, "S21")));
    }

    /** S8, S10: a path to a public CA and a DNS-ID that is the MX host's name; empty when all is well. */
    private Optional<Refusal> pkix(DeliveryPlan plan, SessionFacts facts, String versionRule) {
        return pkix(plan, List.of(plan.host().toString(true)), facts, versionRule, "S8");
    }

    /**
     * The same for one of several names; one that begins with a dot means every name below.
     *
     * @param pathRule the rule that wants the certificate
     */
    private Optional<Refusal> pkix(
            DeliveryPlan plan, List<String> names, SessionFacts facts, String versionRule, String pathRule) {
        Optional<Refusal> early = unusableSession(plan, facts, versionRule);
        if (early.isPresent()) {
            return early;
        }
        return pkix.objection(facts.chain(), names, pathRule);
    }

    /** A session under which no promise counts: too old (D30, S21), or without a certificate (D30). */
    private Optional<Refusal> unusableSession(DeliveryPlan plan, SessionFacts facts, String versionRule) {
        Optional<Refusal> old = tooOld(plan, facts, versionRule);
        if (old.isPresent()) {
            return old;
        }
        if (facts.chain().isEmpty()) {
            return Optional.of(Refusals.of(
                    versionRule,
                    ResultType.VALIDATION_FAILURE,
                    Optional.of(facts.resumed() ? "resumed-without-certificate" : "no-certificate"),
                    facts.resumed()
                            ? "the session was resumed, and its certificate is not known any more"
                            : "the server showed no certificate (" + facts.suite() + ")"));
        }
        return Optional.empty();
    }

    private Optional<Refusal> tooOld(DeliveryPlan plan, SessionFacts facts, String rule) {
        TlsVersion oldest = plan.terms().minimum().orElse(minimum);
        return facts.version().atLeast(oldest)
                ? Optional.empty()
                : Optional.of(Refusals.of(
                        rule,
                        ResultType.VALIDATION_FAILURE,
                        Optional.of("protocol_version"),
                        "the session uses " + facts.version().title() + ", older than the minimum " + oldest.title()));
    }
}
