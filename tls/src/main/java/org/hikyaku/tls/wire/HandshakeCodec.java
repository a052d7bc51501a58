package org.hikyaku.tls.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.ExtensionCodec.Place;

/** Handshake messages from and to bytes. */
public final class HandshakeCodec {

    private HandshakeCodec() {}

    /**
     * Reads one message. ClientHello and ServerHello do not need to know the version; for the others it decides how
     * they look.
     *
     * @param version as settled by the ServerHello
     * @param suite the suite chosen, where it is known: decides how a ServerKeyExchange looks
     * @throws TlsFormatException when lengths do not add up; the offset counts from the message's body
     */
    public static HandshakeMessage parse(RawHandshake raw, TlsVersion version, Optional<CipherSuite> suite)
            throws TlsFormatException {
        ByteCursor in = new ByteCursor(raw.body());
        HandshakeMessage message = body(raw.type(), in, version, suite);
        in.expectEnd(HandshakeType.name(raw.type()));
        return message;
    }

    private static HandshakeMessage body(int type, ByteCursor in, TlsVersion version, Optional<CipherSuite> suite)
            throws TlsFormatException {
        boolean tls13 = version == TlsVersion.TLSV1_3;
        return switch (type) {
            case HandshakeType.HELLO_REQUEST -> new HandshakeMessage.HelloRequest();
            case HandshakeType.CLIENT_HELLO -> clientHello(in);
            case HandshakeType.SERVER_HELLO -> serverHello(in);
            case HandshakeType.ENCRYPTED_EXTENSIONS ->
                new HandshakeMessage.EncryptedExtensions(ExtensionCodec.read(in, Place.ENCRYPTED_EXTENSIONS));
            case HandshakeType.CERTIFICATE -> tls13 ? certificate13(in) : certificate12(in);
            case HandshakeType.COMPRESSED_CERTIFICATE ->
                new HandshakeMessage.CompressedCertificate(
                        in.u16("compression algorithm"),
                        in.u24("uncompressed length"),
                        in.opaque24("compressed certificate"));
            case HandshakeType.CERTIFICATE_STATUS ->
                new HandshakeMessage.CertificateStatus(in.u8("status type"), in.opaque24("OCSP response"));
            case HandshakeType.SERVER_KEY_EXCHANGE ->
                new HandshakeMessage.ServerKeyExchange(KeyExchangeCodec.read(in, version, suite));
            case HandshakeType.CERTIFICATE_REQUEST ->
                tls13
                        ? new HandshakeMessage.CertificateRequest13(
                                in.opaque8("certificate_request_context"),
                                ExtensionCodec.read(in, Place.CERTIFICATE_REQUEST))
                        : certificateRequest12(in, version);
            case HandshakeType.SERVER_HELLO_DONE -> new HandshakeMessage.ServerHelloDone();
            case HandshakeType.CERTIFICATE_VERIFY ->
                new HandshakeMessage.CertificateVerify(
                        version.atLeast(TlsVersion.TLSV1_2)
                                ? Optional.of(in.u16("signature scheme"))
                                : Optional.empty(),
                        in.opaque16("signature"));
            case HandshakeType.CLIENT_KEY_EXCHANGE -> new HandshakeMessage.ClientKeyExchange(in.rest());
            case HandshakeType.FINISHED -> new HandshakeMessage.Finished(in.rest());
            case HandshakeType.NEW_SESSION_TICKET -> tls13 ? ticket13(in) : ticket12(in);
            case HandshakeType.END_OF_EARLY_DATA -> new HandshakeMessage.EndOfEarlyData();
            case HandshakeType.KEY_UPDATE -> keyUpdate(in);
            default -> new HandshakeMessage.Unknown(type, in.rest());
        };
    }

    /** A ClientHello alone, for callers that know what they have. */
    public static HandshakeMessage.ClientHello clientHello(byte[] body) throws TlsFormatException {
        ByteCursor in = new ByteCursor(body);
        HandshakeMessage.ClientHello hello = clientHello(in);
        in.expectEnd("client_hello");
        return hello;
    }

    /** A ServerHello or HelloRetryRequest alone. */
    public static HandshakeMessage.ServerHello serverHello(byte[] body) throws TlsFormatException {
        ByteCursor in = new ByteCursor(body);
        HandshakeMessage.ServerHello hello = serverHello(in);
        in.expectEnd("server_hello");
        return hello;
    }

    private static HandshakeMessage.ClientHello clientHello(ByteCursor in) throws TlsFormatException {
        int version = in.u16("client version");
        byte[] random = in.bytes(32, "client random");
        byte[] sessionId = in.opaque8("session id");
        List<Integer> suites = in.vector16("cipher suites").numbers16("cipher suites");
        List<Integer> compressions = in.vector8("compression methods").numbers8("compression methods");
        Optional<List<Extension>> extensions =
                in.hasMore() ? Optional.of(ExtensionCodec.read(in, Place.CLIENT_HELLO)) : Optional.empty();
        return new HandshakeMessage.ClientHello(version, random, sessionId, suites, compressions, extensions);
    }

    private static HandshakeMessage.ServerHello serverHello(ByteCursor in) throws TlsFormatException {
        int version = in.u16("server version");
        byte[] random = in.bytes(32, "server random");
        byte[] sessionId = in.opaque8("session id");
        int suite = in.u16("cipher suite");
        int compression = in.u8("compression method");
        Place place = Arrays.equals(random, HandshakeMessage.ServerHello.RETRY)
                ? Place.HELLO_RETRY_REQUEST
                : Place.SERVER_HELLO;
        Optional<List<Extension>> extensions =
                in.hasMore() ? Optional.of(ExtensionCodec.read(in, place)) : Optional.empty();
        return new HandshakeMessage.ServerHello(version, random, sessionId, suite, compression, extensions);
    }

    private static HandshakeMessage certificate12(ByteCursor in) throws TlsFormatException {
        List<HandshakeMessage.Certificates.Entry> entries = new ArrayList<>();
        ByteCursor list = in.vector24("certificate list");
        while (list.hasMore()) {
            entries.add(new HandshakeMessage.Certificates.Entry(list.opaque24("certificate"), List.of()));
        }
        return new HandshakeMessage.Certificates(Optional.empty(), List.copyOf(entries));
    }

    private static HandshakeMessage certificate13(ByteCursor in) throws TlsFormatException {
        byte[] context = in.opaque8("certificate_request_context");
        List<HandshakeMessage.Certificates.Entry> entries = new ArrayList<>();
        ByteCursor list = in.vector24("certificate list");
        while (list.hasMore()) {
            byte[] data = list.opaque24("certificate");
            entries.add(new HandshakeMessage.Certificates.Entry(data, ExtensionCodec.read(list, Place.CERTIFICATE)));
        }
        return new HandshakeMessage.Certificates(Optional.of(context), List.copyOf(entries));
    }

    private static HandshakeMessage certificateRequest12(ByteCursor in, TlsVersion version) throws TlsFormatException {
        List<Integer> types = in.vector8("certificate types").numbers8("certificate types");
        Optional<List<Integer>> schemes = version.atLeast(TlsVersion.TLSV1_2)
                ? Optional.of(in.vector16("signature algorithms").numbers16("signature algorithms"))
                : Optional.empty();
        return new HandshakeMessage.CertificateRequest12(types, schemes, ExtensionCodec.authorities(in));
    }

    private static HandshakeMessage ticket12(ByteCursor in) throws TlsFormatException {
        return new HandshakeMessage.NewSessionTicket12(in.u32("ticket lifetime"), in.opaque16("ticket"));
    }

    private static HandshakeMessage ticket13(ByteCursor in) throws TlsFormatException {
        return new HandshakeMessage.NewSessionTicket13(
                in.u32("ticket lifetime"),
                in.u32("ticket_age_add"),
                in.opaque8("ticket nonce"),
                in.opaque16("ticket"),
                ExtensionCodec.read(in, Place.NEW_SESSION_TICKET));
    }

    private static HandshakeMessage keyUpdate(ByteCursor in) throws TlsFormatException {
        int requested = in.u8("key update request");
        if (requested > 1) {
            throw new TlsFormatException("key update request " + requested + ", neither 0 nor 1", in.offset() - 1);
        }
        return new HandshakeMessage.KeyUpdate(requested == 1);
    }

    /** The message with its header. */
    static byte[] write(HandshakeMessage message) {
        return new WireWriter()
                .u8(message.type())
                .vector(3, out -> body(out, message))
                .toBytes();
    }

    private static void body(WireWriter out, HandshakeMessage message) {
        switch (message) {
            case HandshakeMessage.HelloRequest _,
                    HandshakeMessage.ServerHelloDone _,
                    HandshakeMessage.EndOfEarlyData _ -> {}
            case HandshakeMessage.ClientHello m -> {
                out.u16(m.legacyVersion()).raw(m.random()).opaque8(m.sessionId());
                out.vector(2, v -> v.numbers16(m.suites())).vector(1, v -> v.numbers8(m.compressions()));
                m.extensions().ifPresent(e -> ExtensionCodec.write(out, e));
            }
            case HandshakeMessage.ServerHello m -> {
                out.u16(m.legacyVersion()).raw(m.random()).opaque8(m.sessionId());
                out.u16(m.suite()).u8(m.compression());
                m.extensions().ifPresent(e -> ExtensionCodec.write(out, e));
            }
            case HandshakeMessage.EncryptedExtensions m -> ExtensionCodec.write(out, m.extensions());
            case HandshakeMessage.Certificates m -> {
                m.context().ifPresent(out::opaque8);
                out.vector(3, list -> {
                    for (HandshakeMessage.Certificates.Entry entry : m.entries()) {
                        list.opaque24(entry.data());
                        if (m.context().isPresent()) {
                            ExtensionCodec.write(list, entry.extensions());
                        }
                    }
                });
            }
            case HandshakeMessage.CompressedCertificate m ->
                out.u16(m.algorithm()).u24(m.uncompressedLength()).opaque24(m.compressed());
            case HandshakeMessage.CertificateStatus m -> out.u8(m.statusType()).opaque24(m.response());
            case HandshakeMessage.ServerKeyExchange m -> KeyExchangeCodec.write(out, m.parameters());
            case HandshakeMessage.CertificateRequest12 m -> {
                out.vector(1, v -> v.numbers8(m.certificateTypes()));
                m.schemes().ifPresent(s -> out.vector(2, v -> v.numbers16(s)));
                out.vector(2, v -> m.authorities().forEach(v::opaque16));
            }
            case HandshakeMessage.CertificateRequest13 m -> {
                out.opaque8(m.context());
                ExtensionCodec.write(out, m.extensions());
            }
            case HandshakeMessage.CertificateVerify m -> {
                m.scheme().ifPresent(out::u16);
                out.opaque16(m.signature());
            }
            case HandshakeMessage.ClientKeyExchange m -> out.raw(m.exchange());
            case HandshakeMessage.Finished m -> out.raw(m.verifyData());
            case HandshakeMessage.NewSessionTicket12 m ->
                out.u32(m.lifetimeHint()).opaque16(m.ticket());
            case HandshakeMessage.NewSessionTicket13 m -> {
                out.u32(m.lifetime()).u32(m.ageAdd()).opaque8(m.nonce()).opaque16(m.ticket());
                ExtensionCodec.write(out, m.extensions());
            }
            case HandshakeMessage.KeyUpdate m -> out.u8(m.requested() ? 1 : 0);
            case HandshakeMessage.Unknown m -> out.raw(m.body());
        }
    }
}
