package org.hikyaku.delivery;

import java.security.SecureRandom;
import java.util.Optional;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.LoginOutcome;
import org.hikyaku.smtp.SmtpLogin;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.SaslOffer;

/** Logs in at a smart host. A password that could be read goes to nobody but the server whose name was proved. */
final class HopLogin {
    private final SecureRandom random;
    private final DeliveryPlan plan;

    HopLogin(SecureRandom random, DeliveryPlan plan) {
        this.random = random;
        this.plan = plan;
    }

    /** Does it; a sentence when it did not work. */
    Optional<String> run(SmtpSession session, Verdict verdict, Credentials credentials) {
        SaslOffer offer = new SaslOffer(
                SmtpLogin.offered(session.ehlo()),
                session.facts().isPresent() && verdict instanceof Verdict.Authenticated,
                session.bindings().stream().findFirst(),
                Journey.name(plan.host()),
                plan.port());
        return switch (offer.choose(credentials, Optional.empty(), false)) {
            case SaslOffer.Choice.NoneFits none -> Optional.of(none.sentence() + ".");
            case SaslOffer.Choice.WouldReveal reveal ->
                Optional.of("it offers " + reveal.mechanism().title()
                        + " at best, which would show it the password, and nothing proved that it is the right server;"
                        + " the level verify or secure for this destination does.");
            case SaslOffer.Choice.Chosen chosen ->
                told(new SmtpLogin(session, offer.client(chosen.mechanism(), credentials, random), false).run());
        };
    }

    private static Optional<String> told(LoginOutcome outcome) {
        return switch (outcome) {
            case LoginOutcome.Accepted _ -> Optional.empty();
            case LoginOutcome.Refused refused -> Optional.of("it said \"" + refused.reply() + "\".");
            case LoginOutcome.GivenUp given -> Optional.of(given.sentence() + ".");
            case LoginOutcome.Broken broken -> Optional.of(broken.sentence() + ".");
        };
    }
}
