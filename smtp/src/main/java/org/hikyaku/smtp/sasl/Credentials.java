package org.hikyaku.smtp.sasl;

/**
 * Who logs in, and by what.
 *
 * @param authzid as whom to act; empty text for the user itself, which is what nearly everybody wants
 * @param user the user name (authcid); empty text with a certificate
 * @param proof what is shown
 * @param secret the password or token; empty with a certificate
 */
public record Credentials(String authzid, String user, Proof proof, Secret secret) implements AutoCloseable {

    /** What a user shows. */
    public enum Proof {
        PASSWORD,
        /** An OAuth 2.0 access token (RFC 6750). */
        TOKEN,
        /** A client certificate, shown in the TLS handshake. */
        CERTIFICATE
    }

    public static Credentials password(String user, Secret password) {
        return new Credentials("", user, Proof.PASSWORD, password);
    }

    public static Credentials token(String user, Secret token) {
        return new Credentials("", user, Proof.TOKEN, token);
    }

    public static Credentials certificate() {
        return new Credentials("", "", Proof.CERTIFICATE, Secret.of(new char[0]));
    }

    /** As the same user, on behalf of another. */
    public Credentials actingAs(String other) {
        return new Credentials(other, user, proof, secret);
    }

    @Override
    public void close() {
        secret.close();
    }
}
