package org.hikyaku.delivery;

import java.util.Optional;
import org.hikyaku.delivery.DeliveryLine.Session;
import org.hikyaku.delivery.DeliveryLine.Tls;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Verdict;
import org.hikyaku.policy.Verdict.By;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.tls.SessionFacts;

/** Puts plan and verdict into the few words of the log. */
final class TlsWords {
    private static final String REQUIRE_TLS = "+requiretls";

    private final Judge judge;

    TlsWords(Judge judge) {
        this.judge = judge;
    }

    /** Where no plan came about. */
    static Tls unknown(boolean requireTls) {
        return new Tls(
                Trust.NONE, "unknown" + (requireTls ? REQUIRE_TLS : ""), "none", Optional.empty(), Optional.empty());
    }

    /** Before any session. */
    static Tls planned(DeliveryPlan plan, boolean requireTls) {
        return new Tls(Trust.NONE, wanted(plan, requireTls), "none", Optional.empty(), Optional.empty());
    }

    /** After an attempt, whatever the message itself demands. */
    Tls met(DeliveryPlan plan, SmtpAttempt attempt, Verdict verdict) {
        Optional<SessionFacts> facts = attempt.facts();
        String got;
        Optional<String> by = Optional.empty();
        if (verdict instanceof Verdict.Authenticated authenticated) {
            got = word(plan, authenticated);
            by = Optional.of(by(authenticated.by()));
        } else if (facts.isPresent()) {
            got = "encrypt";
        } else {
            got = attempt.session().isPresent() ? "clear" : "none";
        }
        return new Tls(
                trust(verdict, facts),
                wanted(plan, false),
                got,
                facts.map(f -> new Session(f.version().title(), f.suite(), f.group(), f.bits())),
                by);
    }

    /**
     * With the message's own demand.
     *
     * @param demanded whether it demands REQUIRETLS
     * @param passedOn whether the server is asked for it
     */
    static Tls marked(Tls tls, boolean demanded, boolean passedOn) {
        return demanded
                ? new Tls(
                        tls.trust(),
                        tls.wanted() + REQUIRE_TLS,
                        tls.got() + (passedOn ? REQUIRE_TLS : ""),
                        tls.session(),
                        tls.by())
                : tls;
    }

    private Trust trust(Verdict verdict, Optional<SessionFacts> facts) {
        if (facts.isEmpty()) {
            return Trust.NONE;
        }
        if (verdict instanceof Verdict.Authenticated authenticated && vouched(authenticated)) {
            return Trust.VERIFIED;
        }
        if (facts.get().chain().isEmpty()) {
            return Trust.ANONYMOUS;
        }
        return judge.knowsAuthority(facts.get()) ? Trust.TRUSTED : Trust.UNTRUSTED;
    }

    /** D28: a TLSA match under an insecure MX RRset is no reason to call a session verified. */
    private static boolean vouched(Verdict.Authenticated authenticated) {
        return authenticated.secureMx() || !(authenticated.by() instanceof By.Dane);
    }

    private static String word(DeliveryPlan plan, Verdict.Authenticated authenticated) {
        return switch (authenticated.by()) {
            case By.Dane _ -> authenticated.secureMx() ? "dane" : "half-dane";
            case By.MtaSts _ -> "sts";
            case By.Both _ -> "dane+sts";
            case By.Pkix _ ->
                plan.requirement() instanceof Requirement.Configured configured
                        ? configured.level().token()
                        : "verify";
        };
    }

    private static String by(By by) {
        return switch (by) {
            case By.Dane dane -> "TLSA " + dane.record().brief() + " at depth " + dane.depth();
            case By.MtaSts _ -> "MTA-STS enforce";
            case By.Both both -> by(both.dane()) + " and MTA-STS enforce";
            case By.Pkix _ -> "CA";
        };
    }

    static String wanted(DeliveryPlan plan, boolean requireTls) {
        String word = switch (plan.requirement()) {
            case Requirement.Opportunistic _ -> "may";
            case Requirement.Encrypt _ -> "encrypt";
            case Requirement.Dane dane -> dane.secureMx() ? "dane" : "half-dane";
            case Requirement.StsPkix _ -> "sts";
            case Requirement.Both _ -> "dane+sts";
            case Requirement.VerifiedName _ -> "verify";
            case Requirement.Configured configured -> configured.level().token();
            case Requirement.DoNotUse not ->
                switch (not.cause()) {
                    case UNDECIDABLE, NO_ADDRESS, LIMIT -> "unknown";
                    case NOT_IN_POLICY -> "sts";
                    case DANE_REQUIRED -> "dane";
                    case UNCONFIRMED -> "verify";
                };
        };
        return word + (requireTls ? REQUIRE_TLS : "");
    }
}
