package org.hikyaku.relay.schedule;

import java.net.IDN;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.delivery.Fate;
import org.hikyaku.smtp.EnhancedStatus;

/** Names of destinations, and words about them. */
final class Destinations {
    private static final EnhancedStatus BAD_DOMAIN = new EnhancedStatus(5, 1, 2);

    private Destinations() {}

    /** The domain in A-labels; an address literal as it is; empty when it is no domain. */
    static Optional<String> ascii(String domain) {
        if (domain.startsWith("[")) {
            return Optional.of(domain);
        }
        try {
            String ascii = IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            return ascii.isEmpty() ? Optional.empty() : Optional.of(ascii);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Fate noDomain(String domain) {
        return new Fate.Failed(new Fate.Circumstances(
                BAD_DOMAIN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "\"" + domain + "\" is no domain name that DNS can have."));
    }

    /** {@code 5 days}, {@code 3 hours}. */
    static String words(Duration time) {
        if (time.toDays() >= 2) {
            return time.toDays() + " days";
        }
        if (time.toHours() >= 2) {
            return time.toHours() + " hours";
        }
        return time.toMinutes() >= 2 ? time.toMinutes() + " minutes" : Math.max(0, time.toSeconds()) + " seconds";
    }
}
