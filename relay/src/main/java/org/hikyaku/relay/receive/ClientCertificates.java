package org.hikyaku.relay.receive;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.relay.config.ConfigException;
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
    private final Optional<Path> listFile;
    private final Optional<Path> authoritiesFile;
    private final InstantSource clock;

    /** Replaced as a whole by {@link #reload}; read by every judgement. */
    private volatile Known now;

    private record Known(CertificateList list, TrustAnchors authorities) {}

    public ClientCertificates(CertificateList list, TrustAnchors authorities, InstantSource clock) {
        this.listFile = Optional.empty();
        this.authoritiesFile = Optional.empty();
        this.clock = clock;
        this.now = new Known(list, authorities);
    }

    private ClientCertificates(Optional<Path> listFile, Optional<Path> authoritiesFile, InstantSource clock)
            throws IOException, ConfigException {
        this.listFile = listFile;
        this.authoritiesFile = authoritiesFile;
        this.clock = clock;
        this.now = read();
    }

    /**
     * Those of a list of fingerprints and of a file with authorities.
     *
     * @throws IOException when the file with authorities cannot be read
     * @throws ConfigException with all that is wrong in the list
     */
    public static ClientCertificates of(Optional<Path> list, Optional<Path> authorities, InstantSource clock)
            throws IOException, ConfigException {
        return new ClientCertificates(list, authorities, clock);
    }

    /** Reads both files again; when one of them is wrong everything stays as it was. */
    public void reload() throws IOException, ConfigException {
        if (listFile.isPresent() || authoritiesFile.isPresent()) {
            now = read();
        }
    }

    private Known read() throws IOException, ConfigException {
        return new Known(
                listFile.isPresent() ? CertificateList.read(listFile.get()) : CertificateList.none(),
                authoritiesFile.isPresent() ? TrustAnchors.ofPem(authoritiesFile.get()) : TrustAnchors.none());
    }

    /** Empty when none was asked for. */
    public Optional<CertificateStanding> judge(SessionFacts facts) {
        return facts.clientChain().map(this::standing);
    }

    private CertificateStanding standing(List<Certificate> chain) {
        if (chain.isEmpty()) {
            return CertificateStanding.none();
        }
        Known known = now;
        Certificate own = chain.getFirst();
        Optional<CertificateList.Entry> entry = known.list().find(own);
        PathResult path = PathFinder.forClients(known.authorities()).find(chain, clock.instant());
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
