package org.hikyaku.tls.probe;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.Extension.KeyShare;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;

/**
 * What a ClientHello offers. Start from {@link #upTo} and change what the question needs.
 *
 * @param version the highest version offered
 * @param legacyVersion the version field, as a number so that nonsense can be sent
 * @param suites without the signalling values
 * @param groups supported_groups; empty leaves the extension out
 * @param shares groups to send key shares for (TLS 1.3 only)
 * @param schemes signature_algorithms; empty leaves the extension out
 * @param compressions compression methods
 * @param sni server_name
 * @param alpn protocols; empty leaves the extension out
 * @param fallback whether TLS_FALLBACK_SCSV is among the suites (RFC 7507)
 * @param renegotiation whether renegotiation_info is sent (RFC 5746)
 * @param extensions whether extensions may be sent at all; SSLv3 has none
 * @param resume a session to take up again
 */
record Hello(
        TlsVersion version,
        int legacyVersion,
        List<Integer> versions,
        List<Integer> suites,
        List<Integer> groups,
        List<Integer> shares,
        List<Integer> schemes,
        List<Integer> compressions,
        Optional<String> sni,
        List<String> alpn,
        boolean fallback,
        boolean renegotiation,
        boolean extensions,
        Optional<Resumption> resume) {

    /** What to take up an earlier session with. */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Resumption(byte[] sessionId, byte[] ticket) {}

    static Hello upTo(TlsVersion version, Optional<String> sni, List<Integer> suites) {
        boolean tls13 = version == TlsVersion.TLSV1_3;
        return new Hello(
                version,
                Math.min(version.code(), TlsVersion.TLSV1_2.code()),
                tls13 ? List.of(TlsVersion.TLSV1_3.code()) : List.of(),
                suites,
                tls13 ? Offers.CLASSIC_GROUPS_13 : Offers.CLASSIC_GROUPS_12,
                List.of(),
                Offers.ALL_SCHEMES,
                List.of(0),
                sni,
                List.of(),
                false,
                true,
                true,
                Optional.empty());
    }

    Hello versions(List<Integer> codes) {
        return new Hello(
                version,
                legacyVersion,
                codes,
                suites,
                groups,
                shares,
                schemes,
                compressions,
                sni,
                alpn,
                fallback,
                renegotiation,
                extensions,
                resume);
    }

    Hello legacyVersion(int code) {
        return new Hello(
                version,
                code,
                versions,
                suites,
                groups,
                shares,
                schemes,
                compressions,
                sni,
                alpn,
                fallback,
                renegotiation,
                extensions,
                resume);
    }

    Hello suites(List<Integer> codes) {
        return new Hello(
                version,
                legacyVersion,
                versions,
                codes,
                groups,
                shares,
                schemes,
                compressions,
                sni,
                alpn,
                fallback,
                renegotiation,
                extensions,
                resume);
    }

    Hello groups(List<Integer> codes) {
        return new Hello(
                version,
                legacyVersion,
                versions,
                suites,
                codes,
                shares,
                schemes,
                compressions,
                sni,
                alpn,
                fallback,
                renegotiation,
                extensions,
                resume);
    }

    Hello shares(List<Integer> codes) {
        return new Hello(
                version,
                legacyVersion,
                versions,
                suites,
                groups,
                codes,
                schemes,
                compressions,
                sni,
                alpn,
                fallback,
                renegotiation,
                extensions,
                resume);
    }

    Hello schemes(List<Integer> codes) {
        return new Hello(
                version,
                legacyVersion,
                versions,
                suites,
                groups,
                shares,
                codes,
                compressions,
                sni,
                alpn,
                fallback,
                renegotiation,
                extensions,
                resume);
    }

    Hello compressions(List<Integer> methods) {
        return new Hello(
                version,
                legacyVersion,
                versions,
                suites,
                groups,
                shares,
                schemes,
                methods,
                sni,
                alpn,
                fallback,
                renegotiation,
                extensions,
                resume);
    }

    Hello sni(Optional<String> name) {
        return new Hello(
                version,
                legacyVersion,
                versions,
                suites,
                groups,
                shares,
                schemes,
                compressions,
                name,
                alpn,
                fallback,
                renegotiation,
                extensions,
                resume);
    }

    Hello withFallback() {
        return new Hello(
                version,
                legacyVersion,
                versions,
                suites,
                groups,
                shares,
                schemes,
                compressions,
                sni,
                alpn,
                true,
                renegotiation,
                extensions,
                resume);
    }

    Hello withoutExtensions() {
        return new Hello(
                version,
                legacyVersion,
                versions,
                suites,
                groups,
                shares,
                schemes,
                compressions,
                sni,
                alpn,
                fallback,
                false,
                false,
                resume);
    }

    Hello resume(Resumption earlier) {
        return new Hello(
                version,
                legacyVersion,
                versions,
                suites,
                groups,
                shares,
                schemes,
                compressions,
                sni,
                alpn,
                fallback,
                renegotiation,
                extensions,
                Optional.of(earlier));
    }

    boolean offersTls13() {
        return versions.contains(TlsVersion.TLSV1_3.code());
    }

    /** @param keys for each group in {@link #shares}, in that order */
    ClientHello message(byte[] clientRandom, List<KeyShare> keys, byte[] renegotiated, SecureRandom random) {
        byte[] sessionId = new byte[0];
        if (resume.isPresent()) {
            sessionId = resume.get().sessionId();
        } else if (offersTls13()) {
            // Middlebox compatibility (RFC 8446 appendix D.4).
            sessionId = new byte[32];
            random.nextBytes(sessionId);
        }
        List<Integer> all = new ArrayList<>(suites);
        if (renegotiation && renegotiated.length == 0 && !offersTls13()) {
            all.add(CipherSuite.EMPTY_RENEGOTIATION_INFO_SCSV);
        }
        if (fallback) {
            all.add(CipherSuite.FALLBACK_SCSV);
        }
        return new ClientHello(
                legacyVersion,
                clientRandom,
                sessionId,
                all,
                compressions,
                extensions ? Optional.of(extensionList(keys, renegotiated)) : Optional.empty());
    }

    private List<Extension> extensionList(List<KeyShare> keys, byte[] renegotiated) {
        List<Extension> list = new ArrayList<>();
        sni.ifPresent(name -> list.add(new Extension.ServerName(List.of(name))));
        if (renegotiation && (renegotiated.length > 0 || offersTls13())) {
            list.add(new Extension.RenegotiationInfo(renegotiated));
        }
        if (!groups.isEmpty()) {
            list.add(new Extension.SupportedGroups(groups));
            list.add(new Extension.EcPointFormats(List.of(0)));
        }
        if (!schemes.isEmpty()) {
            list.add(new Extension.SignatureAlgorithms(schemes));
        }
        list.add(new Extension.ExtendedMasterSecret());
        list.add(new Extension.EncryptThenMac());
        list.add(new Extension.SessionTicket(resume.map(Resumption::ticket).orElse(new byte[0])));
        list.add(Extension.StatusRequest.ocsp());
        if (!alpn.isEmpty()) {
            list.add(new Extension.Alpn(alpn));
        }
        if (!versions.isEmpty()) {
            list.add(new Extension.SupportedVersions(versions));
            list.add(new Extension.PskKeyExchangeModes(List.of(1)));
            list.add(new Extension.KeyShares(keys));
        }
        return list;
    }
}
