package org.hikyaku.tls.probe;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.Extension.KeyShare;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.Tls13KeySchedule;

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
 * @param anyCertificate whether signature_algorithms_cert allows all schemes, so that {@link #schemes} speaks of the
 *     handshake alone
 * @param padding length of a padding extension (RFC 7685); 0 leaves it out
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
        boolean anyCertificate,
        int padding,
        Optional<Resumption> resume) {

    /** What to take up an earlier session with. */
    sealed interface Resumption {

        /** Up to TLS 1.2: by the server's memory, or by a ticket (RFC 5077) with a session id of our choice. */
        @SuppressWarnings("ArrayRecordComponent") // carried, never compared
        record BySession(byte[] sessionId, byte[] ticket) implements Resumption {}

        /**
         * TLS 1.3: by a pre-shared key (RFC 8446 section 4.2.11).
         *
         * @param age of the ticket in milliseconds
         * @param digest of the suite that the ticket came under
         */
        record ByTicket(FinishedHandshake.Ticket ticket, long age, CipherSuite.Prf digest) implements Resumption {}
    }

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
                false,
                0,
                Optional.empty());
    }

    /** The fields, open for one change. */
    private static final class Draft {
        private final TlsVersion version;
        private int legacyVersion;
        private List<Integer> versions;
        private List<Integer> suites;
        private List<Integer> groups;
        private List<Integer> shares;
        private List<Integer> schemes;
        private List<Integer> compressions;
        private Optional<String> sni;
        private final List<String> alpn;
        private boolean fallback;
        private boolean renegotiation;
        private boolean extensions;
        private boolean anyCertificate;
        private int padding;
        private Optional<Resumption> resume;

        private Draft(Hello from) {
            version = from.version;
            legacyVersion = from.legacyVersion;
            versions = from.versions;
            suites = from.suites;
            groups = from.groups;
            shares = from.shares;
            schemes = from.schemes;
            compressions = from.compressions;
            sni = from.sni;
            alpn = from.alpn;
            fallback = from.fallback;
            renegotiation = from.renegotiation;
            extensions = from.extensions;
            anyCertificate = from.anyCertificate;
            padding = from.padding;
            resume = from.resume;
        }
    }

    private Hello with(Consumer<Draft> change) {
        Draft d = new Draft(this);
        change.accept(d);
        return new Hello(
                d.version,
                d.legacyVersion,
                d.versions,
                d.suites,
                d.groups,
                d.shares,
                d.schemes,
                d.compressions,
                d.sni,
                d.alpn,
                d.fallback,
                d.renegotiation,
                d.extensions,
                d.anyCertificate,
                d.padding,
                d.resume);
    }

    Hello versions(List<Integer> codes) {
        return with(d -> d.versions = codes);
    }

    Hello legacyVersion(int code) {
        return with(d -> d.legacyVersion = code);
    }

    Hello suites(List<Integer> codes) {
        return with(d -> d.suites = codes);
    }

    Hello groups(List<Integer> codes) {
        return with(d -> d.groups = codes);
    }

    Hello shares(List<Integer> codes) {
        return with(d -> d.shares = codes);
    }

    Hello schemes(List<Integer> codes) {
        return with(d -> d.schemes = codes);
    }

    /** As {@link #schemes}, for the handshake alone: the certificates may be signed anyhow. */
    Hello handshakeSchemes(List<Integer> codes) {
        return with(d -> {
            d.schemes = codes;
            d.anyCertificate = true;
        });
    }

    Hello compressions(List<Integer> methods) {
        return with(d -> d.compressions = methods);
    }

    Hello sni(Optional<String> name) {
        return with(d -> d.sni = name);
    }

    Hello withFallback() {
        return with(d -> d.fallback = true);
    }

    Hello withoutExtensions() {
        return with(d -> {
            d.renegotiation = false;
            d.extensions = false;
        });
    }

    Hello padded(int length) {
        return with(d -> d.padding = length);
    }

    Hello resume(Resumption earlier) {
        return with(d -> d.resume = Optional.of(earlier));
    }

    boolean offersTls13() {
        return versions.contains(TlsVersion.TLSV1_3.code());
    }

    /** @param keys for each group in {@link #shares}, in that order */
    ClientHello message(byte[] clientRandom, List<KeyShare> keys, byte[] renegotiated, SecureRandom random) {
        byte[] sessionId = new byte[0];
        if (resume.isPresent() && resume.get() instanceof Resumption.BySession earlier) {
            sessionId = earlier.sessionId();
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
        if (anyCertificate) {
            list.add(new Extension.SignatureAlgorithmsCert(Offers.ALL_SCHEMES));
        }
        list.add(new Extension.ExtendedMasterSecret());
        list.add(new Extension.EncryptThenMac());
        list.add(new Extension.SessionTicket(
                resume.isPresent() && resume.get() instanceof Resumption.BySession earlier
                        ? earlier.ticket()
                        : new byte[0]));
        list.add(Extension.StatusRequest.ocsp());
        if (!alpn.isEmpty()) {
            list.add(new Extension.Alpn(alpn));
        }
        if (!versions.isEmpty()) {
            list.add(new Extension.SupportedVersions(versions));
            list.add(new Extension.PskKeyExchangeModes(List.of(1)));
            list.add(new Extension.KeyShares(keys));
        }
        if (padding > 0) {
            list.add(new Extension.Padding(padding));
        }
        // RFC 8446 section 4.2.11: pre_shared_key is the last of all. What binds it is filled in over the whole
        // message.
        if (resume.isPresent() && resume.get() instanceof Resumption.ByTicket earlier) {
            list.add(preSharedKey(earlier, new byte[earlier.digest().length()]));
        }
        return list;
    }

    private static Extension.PreSharedKeys preSharedKey(Resumption.ByTicket earlier, byte[] binder) {
        long age = (earlier.age() + earlier.ticket().ageAdd()) & 0xffff_ffffL;
        return new Extension.PreSharedKeys(
                List.of(new Extension.PreSharedKeys.Identity(earlier.ticket().ticket(), age)), List.of(binder));
    }

    /**
     * RFC 8446 section 4.2.11.2: the key is bound to the messages so far, up to where the list of binders begins.
     *
     * @param message made by {@link #message} of a hello with {@link Resumption.ByTicket}
     * @param before the transcript before it: nothing, or the first hello's hash and the retry request
     */
    static ClientHello bound(ClientHello message, Resumption.ByTicket earlier, byte[] before) {
        Tls13KeySchedule schedule = new Tls13KeySchedule(earlier.digest());
        byte[] whole = message.encode();
        int binders = 2 + 1 + earlier.digest().length();
        byte[] upToBinders = Arrays.copyOf(before, before.length + whole.length - binders);
        System.arraycopy(whole, 0, upToBinders, before.length, whole.length - binders);
        byte[] key =
                schedule.resumptionBinderKey(schedule.early(earlier.ticket().psk()));
        List<Extension> extensions = new ArrayList<>(message.extensions().orElseThrow());
        extensions.set(
                extensions.size() - 1, preSharedKey(earlier, schedule.finished(key, schedule.hash(upToBinders))));
        return new ClientHello(
                message.legacyVersion(),
                message.random(),
                message.sessionId(),
                message.suites(),
                message.compressions(),
                Optional.of(extensions));
    }
}
