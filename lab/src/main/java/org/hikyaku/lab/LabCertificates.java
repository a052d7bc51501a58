package org.hikyaku.lab;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.hikyaku.lab.LabDomain.Cert;
import org.hikyaku.lab.LabDomain.Tlsa;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;

/**
 * The lab's certificate authorities and the certificates of its servers, made when first needed. The root stands for the
 * public CAs; the private CA is known to nobody.
 */
final class LabCertificates {
    private static final Duration DAY = Duration.ofDays(1);
    private static final String WRONG_NAME = "another-name.example";

    private final Instant now;
    private final SeededRandom random;
    /** Late, because a cryptography provider takes half a second of a cold machine's time. */
    private final Lazy<CertificateMaker> maker;

    private final Map<String, Credential> credentials = new HashMap<>();
    private final Lazy<Authority> root;
    private final Lazy<Authority> intermediate;
    private final Lazy<Authority> privateCa;

    LabCertificates(long seed, Instant now) {
        this.now = now;
        this.random = new SeededRandom(seed, "certificates");
        this.maker = new Lazy<>(() -> new CertificateMaker(random));
        this.root = new Lazy<>(() -> authority("Lab Root CA"));
        this.privateCa = new Lazy<>(() -> authority("Lab Private CA"));
        this.intermediate = new Lazy<>(() -> {
            Authority issuer = root.get();
            random.begin("Lab Intermediate CA");
            return maker.get()
                    .intermediate(
                            CertificateTemplate.authority(at(-700), at(2000), "Lab Intermediate CA"),
                            KeyChoice.EC_P256,
                            issuer);
        });
    }

    /** The certificate of the CA that stands for the public ones. */
    synchronized Certificate root() {
        return root.get().certificate();
    }

    /** Key and chain, as the server sends it, of the certificate of this kind for this name. */
    synchronized Credential credential(Cert kind, String name) {
        String label = "certificate " + kind + " for " + name;
        Credential credential = credentials.get(label);
        if (credential == null) {
            credential = make(kind, name, label);
            credentials.put(label, credential);
        }
        return credential;
    }

    /** Issued by the intermediate CA for names that the asker need not own; the whole chain is sent. */
    synchronized Credential misissued(List<String> names) {
        String label = "misissued for " + names;
        Credential credential = credentials.get(label);
        if (credential == null) {
            Authority issuer = intermediate.get();
            random.begin(label);
            Credential one = issue(CertificateTemplate.server(at(-30), at(60), names.toArray(String[]::new)), issuer);
            credential = one.withChain(
                    List.of(one.certificate(), issuer.certificate(), root.get().certificate()));
            credentials.put(label, credential);
        }
        return credential;
    }

    /** The data of a TLSA record about a server with this credential (RFC 6698 section 2.1). */
    byte[] association(Tlsa tlsa, Credential server) {
        return switch (tlsa.of()) {
            case "leaf" -> association(tlsa, server.certificate());
            case "root" -> association(tlsa, root());
            case "intermediate" -> association(tlsa, lazily(intermediate));
            case "private-ca" -> association(tlsa, lazily(privateCa));
            // a key that no server of the lab has
            case "other" ->
                association(tlsa, credential(Cert.SELF_SIGNED, "other.invalid").certificate());
            default -> HexFormat.of().parseHex(tlsa.of());
        };
    }

    private static byte[] association(Tlsa tlsa, Certificate of) {
        byte[] selected = tlsa.selector() == 0 ? of.der() : of.subjectPublicKeyInfo();
        return switch (tlsa.matchingType()) {
            case 0 -> selected;
            case 2 -> digest("SHA-512", selected);
            default -> digest("SHA-256", selected);
        };
    }

    private synchronized Certificate lazily(Lazy<Authority> authority) {
        return authority.get().certificate();
    }

    private Credential make(Cert kind, String name, String label) {
        Authority issuer = intermediate.get();
        Authority outsider = privateCa.get();
        random.begin(label);
        CertificateTemplate good = CertificateTemplate.server(at(-30), at(60), name);
        return switch (kind) {
            case TRUSTED -> withIntermediate(issue(good, issuer));
            case WITH_ROOT -> {
                Credential one = issue(good, issuer);
                yield one.withChain(List.of(
                        one.certificate(), issuer.certificate(), root.get().certificate()));
            }
            case WRONG_ORDER -> {
                Credential one = issue(good, issuer);
                yield one.withChain(List.of(one.certificate(), root.get().certificate(), issuer.certificate()));
            }
            case NO_INTERMEDIATE -> {
                Credential one = issue(good, issuer);
                yield one.withChain(List.of(one.certificate()));
            }
            case SELF_SIGNED -> maker.get().selfSigned(good, maker.get().key(KeyChoice.EC_P256));
            case PRIVATE_CA -> {
                Credential one = issue(good, outsider);
                yield one.withChain(List.of(one.certificate(), outsider.certificate()));
            }
            case EXPIRED -> withIntermediate(issue(good.withDates(at(-100), at(-10)), issuer));
            case EXPIRING -> withIntermediate(issue(good.withDates(at(-80), at(10)), issuer));
            case WRONG_NAME ->
                withIntermediate(issue(good.withCommonName(WRONG_NAME).withDnsNames(WRONG_NAME), issuer));
            case CN_ONLY -> withIntermediate(issue(good.withCommonName(name).withDnsNames(), issuer));
        };
    }

    private Credential issue(CertificateTemplate template, Authority issuer) {
        return maker.get().server(template, KeyChoice.EC_P256, issuer);
    }

    private Credential withIntermediate(Credential one) {
        return one.withChain(List.of(one.certificate(), intermediate.get().certificate()));
    }

    private Authority authority(String name) {
        random.begin(name);
        return maker.get().root(CertificateTemplate.authority(at(-1000), at(3000), name), KeyChoice.EC_P256);
    }

    private Instant at(int days) {
        return now.plus(DAY.multipliedBy(days));
    }

    private static byte[] digest(String algorithm, byte[] data) {
        try {
            return MessageDigest.getInstance(algorithm).digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
