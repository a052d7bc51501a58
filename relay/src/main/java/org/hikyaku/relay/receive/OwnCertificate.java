package org.hikyaku.relay.receive;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.hikyaku.x509.Pem;
import org.hikyaku.x509.TrustAnchors;

/**
 * Our own certificate and key, read and looked over (M10): the server's own certificate first and then those of the
 * authorities, each signed by the next; the key is that of the certificate; the dates; the name, which is that of the MX host
 * and not the mail domain.
 *
 * @param credential empty when a fault is fatal
 */
public record OwnCertificate(Optional<Credential> credential, List<CertificateFault> faults) {
    public OwnCertificate {
        faults = List.copyOf(faults);
    }

    /**
     * Reads and looks over.
     *
     * @param keyFile the file of the certificate when both are in one
     * @param names the names of the MX host
     */
    public static OwnCertificate read(Path certificateFile, Path keyFile, Set<String> names, Instant now) {
        List<Certificate> chain;
        PrivateKey key;
        try {
            chain = Pem.certificates(certificateFile);
            if (chain.isEmpty()) {
                return fatal(certificateFile + " holds no certificate; it has blocks of -----BEGIN CERTIFICATE-----");
            }
            key = Pem.privateKey(keyFile);
        } catch (CertificateFormatException e) {
            return fatal(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return fatal("the certificate or its key cannot be read: " + e.getMessage());
        }
        return check(new Credential(key, chain), certificateFile + "", names, now);
    }

    private static OwnCertificate fatal(String sentence) {
        return new OwnCertificate(Optional.empty(), List.of(new CertificateFault(true, sentence)));
    }

    /** @param where the file, for sentences */
    static OwnCertificate check(Credential credential, String where, Set<String> names, Instant now) {
        Certificate own = credential.certificate();
        try {
            var _ = CertificateMaker.Authority.of(credential);
        } catch (CertificateFormatException e) {
            int at = positionOf(credential);
            return fatal(
                    at > 0
                            ? where + ": the certificates are in the wrong order: the key belongs to the one at place "
                                    + (at + 1) + " ("
                                    + credential.chain().get(at).label()
                                    + "); the server's own certificate comes first, then those of the authorities"
                            : where + ": the private key is not that of the certificate " + own.label()
                                    + "; give the key that the certificate was asked for with");
        }
        List<CertificateFault> faults = new ArrayList<>();
        order(credential.chain(), where).ifPresent(faults::add);
        if (faults.isEmpty()) {
            dates(credential.chain(), where, now, faults);
            name(own, where, names).ifPresent(faults::add);
        }
        boolean good = faults.stream().noneMatch(CertificateFault::fatal);
        return new OwnCertificate(good ? Optional.of(credential) : Optional.empty(), faults);
    }

    /** Where in the chain the certificate of the key is; -1 when it is nowhere. */
    private static int positionOf(Credential credential) {
        for (int i = 1; i < credential.chain().size(); i++) {
            try {
                var _ = CertificateMaker.Authority.of(new Credential(
                        credential.key(), List.of(credential.chain().get(i))));
                return i;
            } catch (CertificateFormatException e) {
                // Not this one.
            }
        }
        return -1;
    }

    /** Whether each certificate is signed by the next. */
    private static Optional<CertificateFault> order(List<Certificate> chain, String where) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            Certificate one = chain.get(i);
            Certificate next = chain.get(i + 1);
            PathResult signed = PathFinder.issuedBy(
                            TrustAnchors.of(List.of(next)), org.hikyaku.x509.SignatureVerifier.best())
                    .findIgnoringDates(List.of(one));
            if (!(signed instanceof PathResult.Trusted) && !one.issuer().equals(next.subject())) {
                return Optional.of(new CertificateFault(
                        true,
                        where + ": the certificates are in the wrong order: " + one.label() + " was issued by "
                                + one.issuer() + ", and behind it comes " + next.subject()
                                + "; put the server's own certificate first, then that of who issued it, and so on"));
            }
        }
        return Optional.empty();
    }

    private static void dates(List<Certificate> chain, String where, Instant now, List<CertificateFault> faults) {
        for (Certificate each : chain) {
            if (now.isAfter(each.notAfter())) {
                faults.add(new CertificateFault(
                        false,
                        where + ": the certificate " + each.label() + " ran out at " + each.notAfter()
                                + "; senders that look at it will not deliver: renew it"));
            } else if (now.isBefore(each.notBefore())) {
                faults.add(new CertificateFault(
                        false,
                        where + ": the certificate " + each.label() + " is not valid before " + each.notBefore()
                                + "; see whether this machine's clock is right"));
            }
        }
    }

    private static Optional<CertificateFault> name(Certificate own, String where, Set<String> names) {
        boolean all = names.stream().allMatch(name -> NameMatch.matches(own, name, CommonName.NEVER));
        return all
                ? Optional.empty()
                : Optional.of(
                        new CertificateFault(
                                false,
                                where + ": the certificate " + own.label() + " has the names " + own.dnsNames()
                                        + " and not that of the MX host, " + String.join(", ", names)
                                        + "; senders under MTA-STS and DANE-TA compare the MX host's name, not the mail domain"));
    }
}
