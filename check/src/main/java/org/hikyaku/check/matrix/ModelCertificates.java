package org.hikyaku.check.matrix;

import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.hikyaku.net.Limit;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.KeyChoice;
import org.hikyaku.x509.TrustAnchors;

/**
 * Certificates that an attacker shows. Their keys are thrown away: nobody ever connects with them. One key serves all
 * of the attacker's servers, so that a certificate costs one signature.
 */
final class ModelCertificates {
    private static final Instant FROM = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2099-01-01T00:00:00Z");

    /** Past it all are forgotten and made anew when needed. */
    static final Limit REMEMBERED = new Limit("certificates of the threat matrix remembered", 1_000);

    private final ReentrantLock lock = new ReentrantLock(); // the maker is for one thread
    private final Map<Set<String>, List<Certificate>> issued = new HashMap<>(); // guarded by lock
    private final Map<Set<String>, List<Certificate>> selfSigned = new HashMap<>(); // guarded by lock
    private final CertificateMaker maker = CertificateMaker.seeded("threat matrix");
    private final Authority authority =
            maker.root(CertificateTemplate.authority(FROM, UNTIL, "publicly trusted authority"), KeyChoice.EC_P256);
    private final KeyPair serverKey = maker.key(KeyChoice.EC_P256);

    /** An authority that stands for any that senders trust. */
    Certificate authority() {
        return authority.certificate();
    }

    /** What senders trust, and the authority of this model among it. */
    TrustAnchors trustedBeside(TrustAnchors others) {
        List<Certificate> all = new ArrayList<>(others.certificates());
        all.add(authority());
        return TrustAnchors.of(all);
    }

    /** A chain for these names from the authority, which is sent with it. */
    List<Certificate> issued(Set<String> names) {
        return remembered(issued, names, () -> {
            List<Certificate> chain = new ArrayList<>(
                    maker.issue(template(names), serverKey, authority).chain());
            chain.add(authority());
            return chain;
        });
    }

    /** A certificate for these names that nobody vouches for. */
    List<Certificate> selfSigned(Set<String> names) {
        return remembered(
                selfSigned,
                names,
                () -> maker.selfSigned(template(names), serverKey).chain());
    }

    /** All attacks on a host, and all domains that share it, need the same few. */
    private List<Certificate> remembered(
            Map<Set<String>, List<Certificate>> made, Set<String> names, Supplier<List<Certificate>> make) {
        lock.lock();
        try {
            List<Certificate> known = made.get(names);
            if (known != null) {
                return known;
            }
            List<Certificate> fresh = List.copyOf(make.get());
            if (made.size() >= REMEMBERED.value()) {
                made.clear();
            }
            made.put(Set.copyOf(names), fresh);
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    private static CertificateTemplate template(Set<String> names) {
        return CertificateTemplate.server(FROM, UNTIL, names.stream().sorted().toArray(String[]::new));
    }
}
