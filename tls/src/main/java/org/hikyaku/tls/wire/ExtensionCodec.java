package org.hikyaku.tls.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.tls.wire.Extension.KeyShare;

/** Extensions from and to bytes. What an extension looks like depends on the message that it stands in. */
final class ExtensionCodec {

    /** The message that an extension stands in (the table in RFC 8446 section 4.2). */
    enum Place {
        CLIENT_HELLO,
        SERVER_HELLO,
        HELLO_RETRY_REQUEST,
        ENCRYPTED_EXTENSIONS,
        CERTIFICATE,
        CERTIFICATE_REQUEST,
        NEW_SESSION_TICKET
    }

    private ExtensionCodec() {}

    /** Reads a vector of extensions with its two-byte length. */
    static List<Extension> read(ByteCursor in, Place place) throws TlsFormatException {
        ByteCursor all = in.vector16("extensions");
        List<Extension> extensions = new ArrayList<>();
        while (all.hasMore()) {
            int type = all.u16("extension type");
            String name = ExtensionType.registry().name(type);
            ByteCursor data = all.vector16(name);
            extensions.add(one(type, data, place));
            data.expectEnd(name);
        }
        return List.copyOf(extensions);
    }

    private static Extension one(int type, ByteCursor in, Place place) throws TlsFormatException {
        boolean hello = place == Place.CLIENT_HELLO;
        return switch (type) {
            case ExtensionType.SERVER_NAME -> new Extension.ServerName(hello ? serverNames(in) : List.of());
            case ExtensionType.MAX_FRAGMENT_LENGTH -> new Extension.MaxFragmentLength(in.u8("max_fragment_length"));
            case ExtensionType.STATUS_REQUEST ->
                place == Place.CERTIFICATE
                        ? new Extension.OcspResponse(in.u8("status type"), in.opaque24("OCSP response"))
                        : new Extension.StatusRequest(in.rest());
            case ExtensionType.SUPPORTED_GROUPS ->
                new Extension.SupportedGroups(in.vector16("supported_groups").numbers16("supported_groups"));
            case ExtensionType.EC_POINT_FORMATS ->
                new Extension.EcPointFormats(in.vector8("ec_point_formats").numbers8("ec_point_formats"));
            case ExtensionType.SIGNATURE_ALGORITHMS ->
                new Extension.SignatureAlgorithms(
                        in.vector16("signature_algorithms").numbers16("signature_algorithms"));
            case ExtensionType.SIGNATURE_ALGORITHMS_CERT ->
                new Extension.SignatureAlgorithmsCert(
                        in.vector16("signature_algorithms_cert").numbers16("signature_algorithms_cert"));
            case ExtensionType.ALPN -> new Extension.Alpn(protocols(in));
            case ExtensionType.PADDING -> new Extension.Padding(in.rest().length);
            case ExtensionType.ENCRYPT_THEN_MAC -> new Extension.EncryptThenMac();
            case ExtensionType.EXTENDED_MASTER_SECRET -> new Extension.ExtendedMasterSecret();
            case ExtensionType.COMPRESS_CERTIFICATE ->
                new Extension.CompressCertificate(
                        in.vector8("compress_certificate").numbers16("compress_certificate"));
            case ExtensionType.RECORD_SIZE_LIMIT -> new Extension.RecordSizeLimit(in.u16("record_size_limit"));
            case ExtensionType.SESSION_TICKET -> new Extension.SessionTicket(in.rest());
            case ExtensionType.PRE_SHARED_KEY ->
                hello ? preSharedKeys(in) : new Extension.SelectedPreSharedKey(in.u16("selected identity"));
            case ExtensionType.EARLY_DATA ->
                place == Place.NEW_SESSION_TICKET
                        ? new Extension.MaxEarlyData(in.u32("max_early_data_size"))
                        : new Extension.EarlyData();
            case ExtensionType.SUPPORTED_VERSIONS ->
                hello
                        ? new Extension.SupportedVersions(
                                in.vector8("supported_versions").numbers16("supported_versions"))
                        : new Extension.SelectedVersion(in.u16("selected version"));
            case ExtensionType.COOKIE -> new Extension.Cookie(in.opaque16("cookie"));
            case ExtensionType.PSK_KEY_EXCHANGE_MODES ->
                new Extension.PskKeyExchangeModes(
                        in.vector8("psk_key_exchange_modes").numbers8("psk_key_exchange_modes"));
            case ExtensionType.CERTIFICATE_AUTHORITIES -> new Extension.CertificateAuthorities(authorities(in));
            case ExtensionType.POST_HANDSHAKE_AUTH -> new Extension.PostHandshakeAuth();
            case ExtensionType.KEY_SHARE -> keyShare(in, place);
            case ExtensionType.RENEGOTIATION_INFO ->
                new Extension.RenegotiationInfo(in.opaque8("renegotiated_connection"));
            default -> new Extension.Unknown(type, in.rest());
        };
    }

    private static List<String> serverNames(ByteCursor in) throws TlsFormatException {
        List<String> names = new ArrayList<>();
        ByteCursor list = in.vector16("server_name list");
        while (list.hasMore()) {
            int kind = list.u8("name type");
            byte[] name = list.opaque16("host_name");
            if (kind == 0) {
                names.add(new String(name, StandardCharsets.ISO_8859_1));
            }
        }
        return List.copyOf(names);
    }

    private static List<String> protocols(ByteCursor in) throws TlsFormatException {
        List<String> protocols = new ArrayList<>();
        ByteCursor list = in.vector16("ALPN protocol list");
        while (list.hasMore()) {
            protocols.add(new String(list.opaque8("ALPN protocol"), StandardCharsets.ISO_8859_1));
        }
        return List.copyOf(protocols);
    }

    private static Extension preSharedKeys(ByteCursor in) throws TlsFormatException {
        List<Extension.PreSharedKeys.Identity> identities = new ArrayList<>();
        ByteCursor list = in.vector16("PSK identities");
        while (list.hasMore()) {
            identities.add(new Extension.PreSharedKeys.Identity(
                    list.opaque16("PSK identity"), list.u32("obfuscated_ticket_age")));
        }
        List<byte[]> binders = new ArrayList<>();
        ByteCursor binderList = in.vector16("PSK binders");
        while (binderList.hasMore()) {
            binders.add(binderList.opaque8("PSK binder"));
        }
        return new Extension.PreSharedKeys(List.copyOf(identities), List.copyOf(binders));
    }

    static List<byte[]> authorities(ByteCursor in) throws TlsFormatException {
        List<byte[]> names = new ArrayList<>();
        ByteCursor list = in.vector16("certificate_authorities");
        while (list.hasMore()) {
            names.add(list.opaque16("distinguished name"));
        }
        return List.copyOf(names);
    }

    private static Extension keyShare(ByteCursor in, Place place) throws TlsFormatException {
        return switch (place) {
            case CLIENT_HELLO -> {
                List<KeyShare> shares = new ArrayList<>();
                ByteCursor list = in.vector16("key_share list");
                while (list.hasMore()) {
                    shares.add(new KeyShare(list.u16("key share group"), list.opaque16("key share")));
                }
                yield new Extension.KeyShares(List.copyOf(shares));
            }
            case HELLO_RETRY_REQUEST -> new Extension.RequestedGroup(in.u16("selected group"));
            case SERVER_HELLO ->
                new Extension.ServerKeyShare(new KeyShare(in.u16("key share group"), in.opaque16("key share")));
            case ENCRYPTED_EXTENSIONS, CERTIFICATE, CERTIFICATE_REQUEST, NEW_SESSION_TICKET ->
                new Extension.Unknown(ExtensionType.KEY_SHARE, in.rest());
        };
    }

    /** Writes a vector of extensions with its two-byte length. */
    static void write(WireWriter out, List<Extension> extensions) {
        out.vector(2, all -> {
            for (Extension extension : extensions) {
                all.u16(extension.type()).vector(2, data -> write(data, extension));
            }
        });
    }

    private static void write(WireWriter out, Extension extension) {
        switch (extension) {
            case Extension.Unknown e -> out.raw(e.data());
            case Extension.ServerName e -> {
                if (!e.names().isEmpty()) {
                    out.vector(
                            2,
                            list -> e.names()
                                    .forEach(n -> list.u8(0).opaque16(n.getBytes(StandardCharsets.ISO_8859_1))));
                }
            }
            case Extension.MaxFragmentLength e -> out.u8(e.code());
            case Extension.StatusRequest e -> out.raw(e.data());
            case Extension.OcspResponse e -> out.u8(e.statusType()).opaque24(e.response());
            case Extension.SupportedGroups e -> out.vector(2, v -> v.numbers16(e.groups()));
            case Extension.EcPointFormats e -> out.vector(1, v -> v.numbers8(e.formats()));
            case Extension.SignatureAlgorithms e -> out.vector(2, v -> v.numbers16(e.schemes()));
            case Extension.SignatureAlgorithmsCert e -> out.vector(2, v -> v.numbers16(e.schemes()));
            case Extension.Alpn e ->
                out.vector(2, v -> e.protocols().forEach(p -> v.opaque8(p.getBytes(StandardCharsets.ISO_8859_1))));
            case Extension.Padding e -> out.raw(new byte[e.length()]);
            case Extension.EncryptThenMac _,
                    Extension.ExtendedMasterSecret _,
                    Extension.EarlyData _,
                    Extension.PostHandshakeAuth _ -> {}
            case Extension.CompressCertificate e -> out.vector(1, v -> v.numbers16(e.algorithms()));
            case Extension.RecordSizeLimit e -> out.u16(e.limit());
            case Extension.SessionTicket e -> out.raw(e.ticket());
            case Extension.PreSharedKeys e -> {
                out.vector(
                        2,
                        v -> e.identities()
                                .forEach(i -> v.opaque16(i.identity()).u32(i.obfuscatedTicketAge())));
                out.vector(2, v -> e.binders().forEach(v::opaque8));
            }
            case Extension.SelectedPreSharedKey e -> out.u16(e.index());
            case Extension.MaxEarlyData e -> out.u32(e.bytes());
            case Extension.SupportedVersions e -> out.vector(1, v -> v.numbers16(e.versions()));
            case Extension.SelectedVersion e -> out.u16(e.version());
            case Extension.Cookie e -> out.opaque16(e.cookie());
            case Extension.PskKeyExchangeModes e -> out.vector(1, v -> v.numbers8(e.modes()));
            case Extension.CertificateAuthorities e ->
                out.vector(2, v -> e.names().forEach(v::opaque16));
            case Extension.KeyShares e ->
                out.vector(2, v -> e.shares().forEach(s -> v.u16(s.group()).opaque16(s.key())));
            case Extension.ServerKeyShare e ->
                out.u16(e.share().group()).opaque16(e.share().key());
            case Extension.RequestedGroup e -> out.u16(e.group());
            case Extension.RenegotiationInfo e -> out.opaque8(e.renegotiated());
        }
    }
}
