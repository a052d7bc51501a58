package org.hikyaku.relay.receive;

import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.CertificateStanding.Trust;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.hikyaku.x509.TrustAnchors;

/**
 * Judges certificates of clients (M11): those on the list, by the SHA-256 of the certificate or of its public key, and those of
 * authorities that are trusted for this. Others are shown in the log and in {@code Received:} and allow nothing.
 */
public final class ClientCertificates {
    private final CertificateList list;
    private final TrustAnchors authorities;
    private final InstantSource clock;

    public ClientCertificates(CertificateList list, TrustAnchors authorities, InstantSource clock) {
        this.list = list;
        this.authorities = authorities;
        this.clock = clock;
    }

    /** Empty when none was asked for. */
    public Optional<CertificateStanding> judge(SessionFacts facts) {
        return facts.clientChain().map(this::standing);
    }

    private CertificateStanding standing(List<Certificate> chain) {
        if (chain.isEmpty()) {
            return CertificateStanding.none();
        }
        Certificate own = chain.getFirst();
        Optional<CertificateList.Entry> entry = list.find(own);
        PathResult path = PathFinder.forClients(authorities).find(chain, clock.instant());
        boolean verified = path instanceof PathResult.Trusted;
        String why = path instanceof PathResult.Untrusted untrusted && entry.isEmpty() ? untrusted.sentence() : "";
        return new CertificateStanding(
                verified || entry.isPresent() ? Trust.TRUSTED : Trust.UNTRUSTED,
                own.subject(),
                own.issuer(),
                fingerprint(own.sha256()),
                verified,
                entry.isPresent(),
                entry.flatMap(CertificateList.Entry::user),
                why);
    }

    /** In upper case with colons, as OpenSSL and Postfix write it. */
    static String fingerprint(byte[] hash) {
        return HexFormat.ofDelimiter(":").formatHex(hash).toUpperCase(Locale.ROOT);
    }
}
