package org.hikyaku.smtp.sasl;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.smtp.sasl.Credentials.Proof;

/** The mechanisms spoken here, those for one kind of proof from the strongest to the weakest. */
public enum SaslMechanism {
    /** RFC 7677 with channel binding. */
    SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS", Proof.PASSWORD, false, true),
    /** RFC 5802 with channel binding: before any without it, since nobody in between can pass it on. */
    SCRAM_SHA_1_PLUS("SCRAM-SHA-1-PLUS", Proof.PASSWORD, false, true),
    SCRAM_SHA_256("SCRAM-SHA-256", Proof.PASSWORD, false, false),
    SCRAM_SHA_1("SCRAM-SHA-1", Proof.PASSWORD, false, false),
    /** RFC 2195. */
    CRAM_MD5("CRAM-MD5", Proof.PASSWORD, false, false),
    /** RFC 4616. */
    PLAIN("PLAIN", Proof.PASSWORD, true, false),
    /** Never standardised (draft-murchison-sasl-login), offered everywhere. */
    LOGIN("LOGIN", Proof.PASSWORD, true, false),
    /** RFC 7628. */
    OAUTHBEARER("OAUTHBEARER", Proof.TOKEN, true, false),
    /** Google's forerunner of OAUTHBEARER. */
    XOAUTH2("XOAUTH2", Proof.TOKEN, true, false),
    /** RFC 4422 appendix A. */
    EXTERNAL("EXTERNAL", Proof.CERTIFICATE, false, false);

    private final String title;
    private final Proof proof;
    private final boolean revealing;
    private final boolean binding;

    SaslMechanism(String title, Proof proof, boolean revealing, boolean binding) {
        this.title = title;
        this.proof = proof;
        this.revealing = revealing;
        this.binding = binding;
    }

    /** The name on the wire. */
    public String title() {
        return title;
    }

    /** What the user shows. */
    public Proof proof() {
        return proof;
    }

    /** Whether whoever reads the conversation has the password or token. */
    public boolean revealing() {
        return revealing;
    }

    /** Whether it needs a channel binding. */
    public boolean binding() {
        return binding;
    }

    /** Whether the server must prove itself too. */
    public boolean mutual() {
        return switch (this) {
            case SCRAM_SHA_256_PLUS, SCRAM_SHA_1_PLUS, SCRAM_SHA_256, SCRAM_SHA_1 -> true;
            case CRAM_MD5, PLAIN, LOGIN, OAUTHBEARER, XOAUTH2, EXTERNAL -> false;
        };
    }

    /** The mechanism of a name, in upper or lower case. */
    public static Optional<SaslMechanism> of(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(m -> m.title.equals(upper)).findFirst();
    }

    @Override
    public String toString() {
        return title;
    }
}
