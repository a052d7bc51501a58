package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.ChannelBinding;

/**
 * Makes the server's side of conversations. For a user who does not exist the same work is done and the same things are said
 * as for one with a wrong password: neither words nor time tell who exists. Safe for use by many threads.
 */
public final class SaslServers {
    private static final int NONCE_BYTES = 18;

    private final Accounts accounts;
    private final SecureRandom random;

    /** With it the salt of a user who does not exist is the same each time it is asked for. */
    private final byte[] decoySecret = new byte[32];

    private final int decoyIterations;

    /** @param decoyIterations how often keys are hashed for users who do not exist: as for most who do */
    public SaslServers(Accounts accounts, SecureRandom random, int decoyIterations) {
        this.accounts = accounts;
        this.random = random;
        this.decoyIterations = decoyIterations;
        random.nextBytes(decoySecret);
    }

    /**
     * The server's side of one conversation.
     *
     * @param bindings of the TLS session; none outside
     * @param bindingOffered whether the mechanisms with {@code -PLUS} are offered: a client that says that they are not has been
     *     lied to
     * @param certificateUser whom the client's certificate stands for
     */
    public SaslServer server(
            SaslMechanism mechanism,
            List<ChannelBinding> bindings,
            boolean bindingOffered,
            Optional<String> certificateUser) {
        return switch (mechanism) {
            case PLAIN -> new PlainServer(this);
            case LOGIN -> new LoginServer(this);
            case SCRAM_SHA_256, SCRAM_SHA_256_PLUS ->
                new ScramServer(this, mechanism, bindings, bindingOffered, freshNonce());
            case EXTERNAL -> new ExternalServer(certificateUser);
            case SCRAM_SHA_1, SCRAM_SHA_1_PLUS, CRAM_MD5, OAUTHBEARER, XOAUTH2 ->
                throw new IllegalArgumentException(mechanism + " is not spoken by this server");
        };
    }

    private String freshNonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return java.util.Base64.getEncoder().encodeToString(bytes); // no comma in it
    }

    /** A user, or somebody who looks like one and whose password nobody knows. */
    record Candidate(Optional<String> user, ScramKeys keys) {}

    /** @param name as the client said it */
    Candidate candidate(String name) {
        try {
            String user = SaslPrep.user(name);
            Optional<ScramKeys> keys = accounts.keys(user);
            if (keys.isPresent()) {
                return new Candidate(Optional.of(user), keys.get());
            }
        } catch (SaslException e) {
            // A name that no user can have is nobody's name.
        }
        byte[] hash = Hashes.hmac(ScramKeys.HMAC, decoySecret, name.getBytes(StandardCharsets.UTF_8));
        byte[] unknowable = Hashes.hmac(ScramKeys.HMAC, decoySecret, hash);
        return new Candidate(
                Optional.empty(),
                new ScramKeys(Arrays.copyOf(hash, ScramKeys.SALT), decoyIterations, unknowable, unknowable));
    }

    /** Holds a password that was said in clear against what is kept. */
    SaslServer.Step password(String authzid, String name, byte[] password) {
        Secret secret = Secret.of(new String(password, StandardCharsets.UTF_8).toCharArray());
        Arrays.fill(password, (byte) 0);
        try (secret) {
            Candidate candidate = candidate(name);
            boolean fits = candidate.keys().fits(secret); // for nobody too: it takes its time
            if (!fits || candidate.user().isEmpty()) {
                // The name of nobody is not told: people type passwords there.
                return new SaslServer.Refused(
                        SaslServer.Kind.CREDENTIALS,
                        candidate
                                .user()
                                .map(user -> "wrong password for " + user)
                                .orElse("no such user"));
            }
            return accepted(authzid, candidate.user().get());
        }
    }

    /** Nobody acts for somebody else here. */
    static SaslServer.Step accepted(String authzid, String user) {
        if (!authzid.isEmpty() && !authzid.equals(user)) {
            return new SaslServer.Refused(
                    SaslServer.Kind.CREDENTIALS,
                    Shown.text(user.getBytes(StandardCharsets.UTF_8)) + " wants to act for another: "
                            + Shown.text(authzid.getBytes(StandardCharsets.UTF_8)));
        }
        return new SaslServer.Accepted(user);
    }

    static SaslServer.Refused malformed(String what) {
        return new SaslServer.Refused(SaslServer.Kind.MALFORMED, what);
    }
}
