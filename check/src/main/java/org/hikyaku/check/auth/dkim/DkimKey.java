package org.hikyaku.check.auth.dkim;

import java.util.List;
import org.hikyaku.check.auth.Fault;

/**
 * One DKIM key record, read (RFC 6376 section 3.6.1).
 *
 * @param text as published
 * @param kind of the key
 * @param bits its size: the modulus for RSA, 256 for Ed25519; 0 when there is no key or it cannot be read
 * @param revoked {@code p=} is there and empty
 * @param testing {@code t=y}: verifiers must treat mails as unsigned
 * @param strict {@code t=s}: the key is for the domain itself, not for names below it
 * @param hashes of {@code h=}, lower case; empty for all
 * @param services of {@code s=}, lower case; empty for all
 * @param faults what breaks the grammar; verifiers ignore the key
 * @param notes what is allowed and odd, sentences
 */
public record DkimKey(
        String text,
        Kind kind,
        int bits,
        boolean revoked,
        boolean testing,
        boolean strict,
        List<String> hashes,
        List<String> services,
        List<Fault> faults,
        List<String> notes) {
    public DkimKey {
        hashes = List.copyOf(hashes);
        services = List.copyOf(services);
        faults = List.copyOf(faults);
        notes = List.copyOf(notes);
    }

    /** The {@code k} tag. */
    public enum Kind {
        RSA("RSA"),
        /** RFC 8463. */
        ED25519("Ed25519"),
        UNKNOWN("unknown");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** Whether mail may be signed with SHA-256, the only digest that still counts (RFC 8301 section 3.1). */
    public boolean allowsSha256() {
        return hashes.isEmpty() || hashes.contains("sha256");
    }

    /** Whether the key is for mail at all. */
    public boolean isForMail() {
        return services.isEmpty() || services.contains("*") || services.contains("email");
    }

    /** {@code RSA 2048 bits}, {@code Ed25519}. */
    public String inWords() {
        return kind == Kind.RSA ? "RSA with " + bits + " bits" : kind.title();
    }
}
