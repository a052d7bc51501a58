package org.hikyaku.tls.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * The hellos of SSLv2 (Hickman, "The SSL Protocol", 1995; the ClientHello also in RFC 5246 appendix E.2): to ask
 * whether a server still speaks it, and to recognise it in captures.
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are on the wire, not copied
public final class Sslv2 {
    /** SSL_CK_RC4_128_WITH_MD5 and so on: three-byte numbers. */
    private static final int[] CIPHERS = {
        0x010080, 0x020080, 0x030080, 0x040080, 0x050080, 0x060040, 0x0700c0, 0x080080, 0x060140, 0x0701c0
    };

    private Sslv2() {}

    /** @param ciphers three-byte cipher kinds, or TLS suites with a leading zero byte */
    public record ClientHello(int version, List<Integer> ciphers, byte[] sessionId, byte[] challenge) {}

    /** @param certificate in DER, of type X.509 */
    public record ServerHello(
            boolean sessionIdHit, int version, byte[] certificate, List<Integer> ciphers, byte[] connectionId) {}

    /** A hello with all ciphers of SSLv2, as a record to be sent. */
    public static byte[] encodeClientHello(byte[] challenge) {
        WireWriter message = new WireWriter()
                .u8(1)
                .u16(0x0002)
                .u16(CIPHERS.length * 3)
                .u16(0)
                .u16(challenge.length);
        for (int cipher : CIPHERS) {
            message.u24(cipher);
        }
        byte[] body = message.raw(challenge).toBytes();
        return new WireWriter().u16(0x8000 | body.length).raw(body).toBytes();
    }

    /** Reads the fragment of a record that {@link TlsRecord#sslv2()}. */
    public static ClientHello clientHello(byte[] fragment) throws TlsFormatException {
        ByteCursor in = new ByteCursor(fragment);
        expectType(in, 1, "client_hello");
        int version = in.u16("SSLv2 client version");
        int cipherLength = in.u16("SSLv2 cipher specs length");
        int idLength = in.u16("SSLv2 session id length");
        int challengeLength = in.u16("SSLv2 challenge length");
        List<Integer> ciphers = ciphers(in.sub(cipherLength, "SSLv2 cipher specs"));
        ClientHello hello = new ClientHello(
                version, ciphers, in.bytes(idLength, "SSLv2 session id"), in.bytes(challengeLength, "SSLv2 challenge"));
        in.expectEnd("SSLv2 client_hello");
        return hello;
    }

    public static ServerHello serverHello(byte[] fragment) throws TlsFormatException {
        ByteCursor in = new ByteCursor(fragment);
        expectType(in, 4, "server_hello");
        int hit = in.u8("SSLv2 session id hit");
        in.u8("SSLv2 certificate type");
        int version = in.u16("SSLv2 server version");
        int certificateLength = in.u16("SSLv2 certificate length");
        int cipherLength = in.u16("SSLv2 cipher specs length");
        int connectionLength = in.u16("SSLv2 connection id length");
        byte[] certificate = in.bytes(certificateLength, "SSLv2 certificate");
        List<Integer> ciphers = ciphers(in.sub(cipherLength, "SSLv2 cipher specs"));
        ServerHello hello = new ServerHello(
                hit != 0, version, certificate, ciphers, in.bytes(connectionLength, "SSLv2 connection id"));
        in.expectEnd("SSLv2 server_hello");
        return hello;
    }

    /** The specification's name of a cipher kind. */
    public static String cipherName(int cipher) {
        return switch (cipher) {
            case 0x000000 -> "SSL_CK_NULL_WITH_MD5";
            case 0x010080 -> "SSL_CK_RC4_128_WITH_MD5";
            case 0x020080 -> "SSL_CK_RC4_128_EXPORT40_WITH_MD5";
            case 0x030080 -> "SSL_CK_RC2_128_CBC_WITH_MD5";
            case 0x040080 -> "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5";
            case 0x050080 -> "SSL_CK_IDEA_128_CBC_WITH_MD5";
            case 0x060040 -> "SSL_CK_DES_64_CBC_WITH_MD5";
            case 0x060140 -> "SSL_CK_DES_64_CBC_WITH_SHA";
            case 0x0700c0 -> "SSL_CK_DES_192_EDE3_CBC_WITH_MD5";
            case 0x0701c0 -> "SSL_CK_DES_192_EDE3_CBC_WITH_SHA";
            case 0x080080 -> "SSL_CK_RC4_64_WITH_MD5";
            default -> String.format("unknown(0x%06x)", cipher);
        };
    }

    private static List<Integer> ciphers(ByteCursor in) throws TlsFormatException {
        if (in.remaining() % 3 != 0) {
            throw new TlsFormatException(
                    "SSLv2 cipher specs of " + in.remaining() + " bytes, not a multiple of 3", in.offset());
        }
        List<Integer> ciphers = new ArrayList<>();
        while (in.hasMore()) {
            ciphers.add(in.u24("SSLv2 cipher spec"));
        }
        return List.copyOf(ciphers);
    }

    private static void expectType(ByteCursor in, int type, String name) throws TlsFormatException {
        int found = in.u8("SSLv2 message type");
        if (found != type) {
            throw new TlsFormatException("SSLv2 message type " + found + " instead of " + name, 0);
        }
    }
}
