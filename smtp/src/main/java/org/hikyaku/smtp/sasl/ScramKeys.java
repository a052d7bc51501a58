package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.hikyaku.net.Limit;

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 section 3). The password cannot be had from it other than by
 * guessing, and it is not enough to log in.
 */
public final class ScramKeys {
    /** RFC 7677 section 4 wants 4,096 at least; each costs an attacker who has the file, and us at each login in PLAIN, two hashes. */
    public static final int USUAL_ITERATIONS = 10_000;

    /** Past this one login would keep a processor busy for a second. */
    public static final Limit ITERATIONS = new Limit("SCRAM iterations", 1_000_000);

    /** Bytes of salt. */
    public static final int SALT = 16;

    static final String HMAC = "HmacSHA256";
    static final String DIGEST = "SHA-256";

    /** Bytes of a SHA-256 hash. */
    private static final int HASH = 32;

    private final byte[] salt;
    private final int iterations;
    private final byte[] storedKey;
    private final byte[] serverKey;

    /** Keys that were kept. */
    public ScramKeys(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
        if (salt.length == 0 || storedKey.length != HASH || serverKey.length != HASH) {
            throw new IllegalArgumentException("SCRAM keys are a salt and two hashes of " + HASH + " bytes");
        }
        if (iterations < 1 || iterations > ITERATIONS.value()) {
            throw new IllegalArgumentException(
                    iterations + " is not between 1 and the limit of " + ITERATIONS.value() + " " + ITERATIONS.name());
        }
        this.salt = salt.clone();
        this.iterations = iterations;
        this.storedKey = storedKey.clone();
        this.serverKey = serverKey.clone();
    }

    /**
     * The keys of a password.
     *
     * @throws SaslException when the password has characters that no password may have (RFC 4013)
     */
    public static ScramKeys of(Secret password, byte[] salt, int iterations) throws SaslException {
        char[] prepared = SaslPrep.password(password.chars());
        byte[] bytes = Secret.utf8(prepared);
        byte[] salted = Hashes.salted(HMAC, bytes, salt, iterations);
        byte[] clientKey = Hashes.hmac(HMAC, salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
        byte[] serverKey = Hashes.hmac(HMAC, salted, "Server Key".getBytes(StandardCharsets.US_ASCII));
        ScramKeys keys = new ScramKeys(salt, iterations, Hashes.digest(DIGEST, clientKey), serverKey);
        Arrays.fill(prepared, '\0');
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(salted, (byte) 0);
        Arrays.fill(clientKey, (byte) 0);
        return keys;
    }

    /** Whether this is the password. Takes as long when it is as when it is not. */
    boolean fits(Secret password) {
        try {
            ScramKeys other = of(password, salt, iterations);
            return MessageDigest.isEqual(other.storedKey, storedKey);
        } catch (SaslException e) {
            return false; // a password that cannot be one
        }
    }

    public byte[] salt() {
        return salt.clone();
    }

    public int iterations() {
        return iterations;
    }

    /** The hash of the key that a client proves to have. */
    public byte[] storedKey() {
        return storedKey.clone();
    }

    /** The key with which the server proves itself. Secret. */
    public byte[] serverKey() {
        return serverKey.clone();
    }

    /** Says nothing of the keys. */
    @Override
    public String toString() {
        return "SCRAM keys with " + iterations + " iterations";
    }
}
