package org.hikyaku.smtp.sasl;

import com.ongres.saslprep.SASLprep;
import org.hikyaku.smtp.sasl.SaslException.Kind;

/** SASLprep (RFC 4013): different spellings of the same user name or password become one. */
final class SaslPrep {
    private SaslPrep() {}

    /** A user name, as a query string (RFC 5802 section 5.1). */
    static String user(String name) throws SaslException {
        return new String(prepared(name.toCharArray(), "user name"));
    }

    /** A password; a copy, for whoever wipes it. */
    static char[] password(char[] password) throws SaslException {
        return prepared(password, "password");
    }

    private static char[] prepared(char[] text, String what) throws SaslException {
        boolean ascii = true;
        boolean control = false;
        for (char c : text) {
            ascii &= c < 0x7F;
            control |= c < ' ' || c == 0x7F;
        }
        if (control) {
            throw unusable(what, "has a control character in it");
        }
        if (ascii) {
            return text.clone();
        }
        char[] result;
        try {
            result = new SASLprep().prepareQuery(text);
        } catch (IllegalArgumentException e) {
            // The library's message quotes what it was given: a secret.
            throw unusable(what, "has a character in it that RFC 4013 forbids, or mixes directions of writing");
        }
        if (result.length == 0) {
            throw unusable(what, "is empty once it is prepared");
        }
        return result;
    }

    private static SaslException unusable(String what, String why) {
        return new SaslException(Kind.UNUSABLE, "the " + what + " " + why + " (SASLprep, RFC 4013)");
    }
}
