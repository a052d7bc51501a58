package org.hikyaku.tls.probe;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.Certificate;

/**
 * All that a probe saw.
 *
 * @param reached false when no TLS came about at all; {@link #trouble} says why
 * @param versions one entry per version asked for, newest first
 * @param groups key exchange groups that were accepted in any version, by name; complete only with {@link Depth#ALL}
 * @param refusedGroups groups that were offered and refused, by name, and accepted in no version
 * @param finiteField parameters of Diffie-Hellman over a prime, where such a suite was accepted
 * @param signatures schemes that key exchanges were signed with in any version, by name
 * @param weakHashes what the server did when offered only weak hashes for its signature
 * @param chains each distinct chain that was shown, server certificate first
 * @param starttls what was seen around STARTTLS
 * @param connections that were made, counted as the peer counts them
 * @param refusing the server began to turn us away; what was not asked by then is unknown
 * @param trouble what went wrong, in sentences
 */
public record ServerFacts(
        InetSocketAddress address,
        Service service,
        Optional<String> sni,
        Depth depth,
        boolean reached,
        List<VersionFacts> versions,
        List<String> groups,
        List<String> refusedGroups,
        Optional<FiniteField> finiteField,
        List<String> signatures,
        WeakHashes weakHashes,
        List<List<Certificate>> chains,
        Features features,
        StartTlsFacts starttls,
        int connections,
        Duration took,
        boolean refusing,
        List<String> trouble) {

    /**
     * One protocol version.
     *
     * @param offered whether the server speaks it
     * @param accepted suites that the server was seen to accept, best first
     * @param refused how many suites it was seen to refuse
     * @param preferred what it chose from everything
     * @param worst the worst it was seen to accept
     * @param serverOrder whether its own order decides
     * @param complete every known suite was asked for
     * @param groups key exchange groups that were accepted, by name
     * @param refusedGroups groups that were offered and refused, by name
     * @param signatures schemes that key exchanges were signed with, by name; none before TLS 1.2, where there is no
     *     choice
     * @param refusedSignatures schemes that were offered alone and not signed with, by name
     */
    public record VersionFacts(
            TlsVersion version,
            Known offered,
            List<CipherSuite> accepted,
            int refused,
            Optional<CipherSuite> preferred,
            Optional<CipherSuite> best,
            Optional<CipherSuite> worst,
            Known serverOrder,
            boolean complete,
            List<String> groups,
            List<String> refusedGroups,
            List<String> signatures,
            List<String> refusedSignatures) {}

    /**
     * @param bits of the prime
     * @param generator in decimal
     * @param name of a well-known prime; empty for a self-made one
     */
    public record FiniteField(int bits, String generator, Optional<String> name, String primeSha256) {}

    /** Whether a key exchange was signed with this hash when nothing better was offered. */
    public record WeakHashes(Known md5, Known sha1, Known sha224) {}

    /**
     * @param clientRenegotiation how many client-initiated renegotiations were accepted, at most 11; empty when unknown
     * @param maxEarlyData bytes that the server takes as early data; 0 for none, empty when unknown
     * @param downgradeSentinel the mark of RFC 8446 section 4.1.3 in answers below the best version
     * @param largeHello a ClientHello of two segments is understood
     * @param versionTolerance a hello with a version of the future is answered with a present one
     */
    public record Features(
            Known compression,
            Known secureRenegotiation,
            Optional<Integer> clientRenegotiation,
            Known extendedMasterSecret,
            Known encryptThenMac,
            Known sessionTicket,
            Known resumption12,
            Known resumption13,
            Optional<Long> maxEarlyData,
            Known downgradeSentinel,
            Known fallbackScsv,
            Known ocspStapling,
            Known largeHello,
            Known versionTolerance,
            Known answersWithoutSni,
            Known answersUnknownSni,
            Known otherCertificateWithoutSni) {}

    /**
     * @param offered STARTTLS was offered, where it applies
     * @param injection commands sent in the clear behind STARTTLS were answered inside TLS (CVE-2011-0411)
     * @param mailWithoutTls MAIL was accepted before TLS
     * @param ehloAfter EHLO works after STARTTLS
     */
    public record StartTlsFacts(Known offered, Known injection, Known mailWithoutTls, Known ehloAfter) {}

    public Optional<VersionFacts> version(TlsVersion version) {
        return versions.stream().filter(v -> v.version() == version).findFirst();
    }

    /** The newest version that the server speaks. */
    public Optional<VersionFacts> newest() {
        return versions.stream().filter(v -> v.offered() == Known.YES).findFirst();
    }
}
