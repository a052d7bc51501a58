package org.hikyaku.check.matrix;

import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
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

    private final ReentrantLock lock = new ReentrantLock(); // the maker is for one thread
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
        lock.lock();
        try {
            List<Certificate> chain = new ArrayList<>(
                    maker.issue(template(names), serverKey, authority).chain());
            chain.add(authority());
            return chain;
        } finally {
            lock.unlock();
        }
    }

    /** A certificate for these names that nobody vouches for. */
    List<Certificate> selfSigned(Set<String> names) {
        lock.lock();
        try {
            return maker.selfSigned(template(names), serverKey).chain();
        } finally {
            lock.unlock();
        }
    }

    private static CertificateTemplate template(Set<String> names) {
        return CertificateTemplate.server(FROM, UNTIL, names.stream().sorted().toArray(String[]::new));
    }
}
