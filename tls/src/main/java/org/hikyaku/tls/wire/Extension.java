package org.hikyaku.tls.wire;

import java.util.List;
import org.hikyaku.tls.TlsVersion;

/**
 * One extension of a handshake message. The typed ones are those that decide something for mail; all others, GREASE
 * included, are {@link Unknown} with their bytes. Numbers inside are kept as they are, known or not.
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are on the wire, not copied
public sealed interface Extension {

    /** Of {@link ExtensionType}. */
    int type();

    /** The name as IANA has it. */
    default String name() {
        return ExtensionType.registry().name(type());
    }

    /** An extension that this codec does not look into. */
    record Unknown(int type, byte[] data) implements Extension {}

    /** RFC 6066 section 3; empty in answers. Only host_name exists. */
    record ServerName(List<String> names) implements Extension {
        @Override
        public int type() {
            return ExtensionType.SERVER_NAME;
        }
    }

    /** RFC 6066 section 4: 1 to 4 for 2^9 to 2^12 bytes. */
    record MaxFragmentLength(int code) implements Extension {
        @Override
        public int type() {
            return ExtensionType.MAX_FRAGMENT_LENGTH;
        }
    }

    /** RFC 6066 section 8: a client's wish for an OCSP response; the answer to it up to TLS 1.2 is empty. */
    record StatusRequest(byte[] data) implements Extension {
        /** OCSP, no responder list, no extensions. */
        public static StatusRequest ocsp() {
            return new StatusRequest(new byte[] {1, 0, 0, 0, 0});
        }

        @Override
        public int type() {
            return ExtensionType.STATUS_REQUEST;
        }
    }

    /** The OCSP response beside a certificate in TLS 1.3 (RFC 8446 section 4.4.2.1). */
    record OcspResponse(int statusType, byte[] response) implements Extension {
        @Override
        public int type() {
            return ExtensionType.STATUS_REQUEST;
        }
    }

    /** RFC 8446 section 4.2.7. */
    record SupportedGroups(List<Integer> groups) implements Extension {
        @Override
        public int type() {
            return ExtensionType.SUPPORTED_GROUPS;
        }
    }

    /** RFC 8422 section 5.1.2. */
    record EcPointFormats(List<Integer> formats) implements Extension {
        @Override
        public int type() {
            return ExtensionType.EC_POINT_FORMATS;
        }
    }

    /** RFC 8446 section 4.2.3. */
    record SignatureAlgorithms(List<Integer> schemes) implements Extension {
        @Override
        public int type() {
            return ExtensionType.SIGNATURE_ALGORITHMS;
        }
    }

    /** RFC 8446 section 4.2.3. */
    record SignatureAlgorithmsCert(List<Integer> schemes) implements Extension {
        @Override
        public int type() {
            return ExtensionType.SIGNATURE_ALGORITHMS_CERT;
        }
    }

    /** RFC 7301; one protocol in an answer. Names are ISO 8859-1 so that any byte survives. */
    record Alpn(List<String> protocols) implements Extension {
        @Override
        public int type() {
            return ExtensionType.ALPN;
        }
    }

    /** RFC 7685. */
    record Padding(int length) implements Extension {
        @Override
        public int type() {
            return ExtensionType.PADDING;
        }
    }

    /** RFC 7366. */
    record EncryptThenMac() implements Extension {
        @Override
        public int type() {
            return ExtensionType.ENCRYPT_THEN_MAC;
        }
    }

    /** RFC 7627. */
    record ExtendedMasterSecret() implements Extension {
        @Override
        public int type() {
            return ExtensionType.EXTENDED_MASTER_SECRET;
        }
    }

    /** RFC 8879. */
    record CompressCertificate(List<Integer> algorithms) implements Extension {
        @Override
        public int type() {
            return ExtensionType.COMPRESS_CERTIFICATE;
        }
    }

    /** RFC 8449, in bytes. */
    record RecordSizeLimit(int limit) implements Extension {
        @Override
        public int type() {
            return ExtensionType.RECORD_SIZE_LIMIT;
        }
    }

    /** RFC 5077: a ticket, or empty to ask for one or to promise one. */
    record SessionTicket(byte[] ticket) implements Extension {
        @Override
        public int type() {
            return ExtensionType.SESSION_TICKET;
        }
    }

    /** RFC 8446 section 4.2.11, in a ClientHello. */
    record PreSharedKeys(List<Identity> identities, List<byte[]> binders) implements Extension {
        /** @param obfuscatedTicketAge milliseconds, modulo 2^32, with ticket_age_add added */
        public record Identity(byte[] identity, long obfuscatedTicketAge) {}

        @Override
        public int type() {
            return ExtensionType.PRE_SHARED_KEY;
        }
    }

    /** RFC 8446 section 4.2.11, in a ServerHello: which identity was taken. */
    record SelectedPreSharedKey(int index) implements Extension {
        @Override
        public int type() {
            return ExtensionType.PRE_SHARED_KEY;
        }
    }

    /** RFC 8446 section 4.2.10, in hellos and EncryptedExtensions. */
    record EarlyData() implements Extension {
        @Override
        public int type() {
            return ExtensionType.EARLY_DATA;
        }
    }

    /** RFC 8446 section 4.6.1, in a ticket: bytes of early data that the server takes. */
    record MaxEarlyData(long bytes) implements Extension {
        @Override
        public int type() {
            return ExtensionType.EARLY_DATA;
        }
    }

    /** RFC 8446 section 4.2.1, in a ClientHello. */
    record SupportedVersions(List<Integer> versions) implements Extension {
        @Override
        public int type() {
            return ExtensionType.SUPPORTED_VERSIONS;
        }
    }

    /** RFC 8446 section 4.2.1, in a ServerHello. */
    record SelectedVersion(int version) implements Extension {
        public boolean is(TlsVersion other) {
            return version == other.code();
        }

        @Override
        public int type() {
            return ExtensionType.SUPPORTED_VERSIONS;
        }
    }

    /** RFC 8446 section 4.2.2. */
    record Cookie(byte[] cookie) implements Extension {
        @Override
        public int type() {
            return ExtensionType.COOKIE;
        }
    }

    /** RFC 8446 section 4.2.9: 0 psk_ke, 1 psk_dhe_ke. */
    record PskKeyExchangeModes(List<Integer> modes) implements Extension {
        @Override
        public int type() {
            return ExtensionType.PSK_KEY_EXCHANGE_MODES;
        }
    }

    /** RFC 8446 section 4.2.4: distinguished names in DER. */
    record CertificateAuthorities(List<byte[]> names) implements Extension {
        @Override
        public int type() {
            return ExtensionType.CERTIFICATE_AUTHORITIES;
        }
    }

    /** RFC 8446 section 4.2.6. */
    record PostHandshakeAuth() implements Extension {
        @Override
        public int type() {
            return ExtensionType.POST_HANDSHAKE_AUTH;
        }
    }

    /** RFC 8446 section 4.2.8, in a ClientHello; empty asks the server to name a group. */
    record KeyShares(List<KeyShare> shares) implements Extension {
        @Override
        public int type() {
            return ExtensionType.KEY_SHARE;
        }
    }

    /** RFC 8446 section 4.2.8, in a ServerHello. */
    record ServerKeyShare(KeyShare share) implements Extension {
        @Override
        public int type() {
            return ExtensionType.KEY_SHARE;
        }
    }

    /** RFC 8446 section 4.2.8, in a HelloRetryRequest. */
    record RequestedGroup(int group) implements Extension {
        @Override
        public int type() {
            return ExtensionType.KEY_SHARE;
        }
    }

    /** RFC 5746: the verify_data of the session before, empty at first. */
    record RenegotiationInfo(byte[] renegotiated) implements Extension {
        @Override
        public int type() {
            return ExtensionType.RENEGOTIATION_INFO;
        }
    }

    /** A public value for one group. */
    record KeyShare(int group, byte[] key) {
        public String groupName() {
            return NamedGroup.registry().name(group);
        }
    }
}
