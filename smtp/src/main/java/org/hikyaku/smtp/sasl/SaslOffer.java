package org.hikyaku.smtp.sasl;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.tls.ChannelBinding;

/**
 * What a server offers on a connection, and the mechanism that is best for it.
 *
 * @param mechanisms the names as offered
 * @param insideTls whether the connection is inside TLS
 * @param binding the channel binding of the TLS session, when there is one
 * @param host the server's name, for OAUTHBEARER
 * @param port its port
 */
public record SaslOffer(
        List<String> mechanisms, boolean insideTls, Optional<ChannelBinding> binding, String host, int port) {

    public SaslOffer {
        mechanisms = mechanisms.stream().map(m -> m.toUpperCase(Locale.ROOT)).toList();
    }

    /** What comes of choosing. */
    public sealed interface Choice {

        /** This one. */
        record Chosen(SaslMechanism mechanism) implements Choice {}

        /**
         * None of those offered will do.
         *
         * @param sentence why
         */
        record NoneFits(String sentence) implements Choice {}

        /** It would hand the password or token over in clear, and that was not allowed. */
        record WouldReveal(SaslMechanism mechanism) implements Choice {}
    }

    /**
     * The strongest mechanism that is offered and can be used; or the one wanted.
     *
     * @param allowClear whether a password or token may be handed over without TLS
     */
    public Choice choose(Credentials credentials, Optional<SaslMechanism> wanted, boolean allowClear) {
        List<SaslMechanism> usable = new ArrayList<>();
        for (SaslMechanism mechanism : SaslMechanism.values()) {
            boolean right = wanted.map(w -> w == mechanism)
                    .orElse(mechanism.proof() == credentials.proof() && (!mechanism.binding() || binding.isPresent()));
            if (right && mechanisms.contains(mechanism.title())) {
                usable.add(mechanism);
            }
        }
        if (usable.isEmpty()) {
            return new Choice.NoneFits(why(credentials, wanted));
        }
        SaslMechanism best = usable.getFirst();
        if (best.proof() != credentials.proof()) {
            return new Choice.NoneFits(
                    best + " wants " + words(best.proof()) + ", and what was given is " + words(credentials.proof()));
        }
        if (best.binding() && binding.isEmpty()) {
            return new Choice.NoneFits(best + " needs a channel binding, and "
                    + (insideTls ? "this TLS session has none" : "there is none without TLS"));
        }
        if (best.revealing() && !insideTls && !allowClear) {
            return new Choice.WouldReveal(best);
        }
        return new Choice.Chosen(best);
    }

    private String why(Credentials credentials, Optional<SaslMechanism> wanted) {
        String offered = mechanisms.isEmpty()
                ? "offers no login at all"
                : "offers "
                        + String.join(
                                ", ", mechanisms.stream().map(SaslOffer::clean).toList());
        return "the server " + offered
                + wanted.map(w -> ", not " + w)
                        .orElse(mechanisms.isEmpty() ? "" : ", and none of these takes " + words(credentials.proof()));
    }

    private static String clean(String name) {
        return name.chars().allMatch(c -> c > ' ' && c < 0x7F) ? name : "?";
    }

    private static String words(Credentials.Proof proof) {
        return switch (proof) {
            case PASSWORD -> "a password";
            case TOKEN -> "a token";
            case CERTIFICATE -> "a client certificate alone";
        };
    }

    /** The conversation of a mechanism that was chosen. */
    public SaslClient client(SaslMechanism mechanism, Credentials credentials, SecureRandom random) {
        return switch (mechanism) {
            case PLAIN -> new PlainClient(credentials);
            case LOGIN -> new LoginClient(credentials);
            case CRAM_MD5 -> new CramMd5Client(credentials);
            case EXTERNAL -> new ExternalClient(credentials);
            case OAUTHBEARER, XOAUTH2 -> new BearerClient(mechanism, credentials, host, port);
            case SCRAM_SHA_256_PLUS, SCRAM_SHA_1_PLUS ->
                new ScramClient(mechanism, credentials, binding, false, random);
            case SCRAM_SHA_256, SCRAM_SHA_1 ->
                new ScramClient(
                        mechanism, credentials, Optional.empty(), binding.isPresent() && !offersBinding(), random);
        };
    }

    private boolean offersBinding() {
        return mechanisms.stream().anyMatch(m -> m.startsWith("SCRAM-") && m.endsWith("-PLUS"));
    }
}
