package org.hikyaku.tls.wire;

import java.security.MessageDigest;
import java.util.Arrays;
import org.hikyaku.tls.TlsVersion;

/** The MAC over a record before AEAD: HMAC of RFC 5246 section 6.2.3.1, or the older form of SSLv3 (RFC 6101 section 5.2.3.1). */
interface RecordMac {

    /** Bytes. */
    int length();

    /** Over sequence number, type, version (TLS only), length, and data. */
    byte[] of(long sequence, int type, byte[] data, int offset, int length);

    static RecordMac of(TlsVersion version, CipherSuite.Mac mac, byte[] key) {
        if (mac == CipherSuite.Mac.NULL) {
            return new None();
        }
        return version == TlsVersion.SSLV3 ? new Ssl3(mac, key) : new Hmac(version, mac, key);
    }

    private static String digest(CipherSuite.Mac mac) {
        return switch (mac) {
            case MD5 -> "MD5";
            case SHA1 -> "SHA-1";
            case SHA256 -> "SHA-256";
            case SHA384 -> "SHA-384";
            case AEAD, NULL, OTHER -> throw new UnsupportedOperationException("no MAC " + mac);
        };
    }

    /** TLS_NULL_WITH_NULL_NULL. */
    final class None implements RecordMac {
        @Override
        public int length() {
            return 0;
        }

        @Override
        public byte[] of(long sequence, int type, byte[] data, int offset, int length) {
            return new byte[0];
        }
    }

    /** TLS 1.0 to 1.2. */
    final class Hmac implements RecordMac {
        private final javax.crypto.Mac mac;
        private final int version;
        private final int length;
        private final byte[] header = new byte[13];

        Hmac(TlsVersion version, CipherSuite.Mac mac, byte[] key) {
            this.mac = Digests.hmac("Hmac" + digest(mac).replace("-", ""), key);
            this.version = version.code();
            this.length = mac.length();
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public byte[] of(long sequence, int type, byte[] data, int offset, int dataLength) {
            AeadParameters.putLong(header, 0, sequence);
            header[8] = (byte) type;
            header[9] = (byte) (version >>> 8);
            header[10] = (byte) version;
            header[11] = (byte) (dataLength >>> 8);
            header[12] = (byte) dataLength;
            mac.update(header);
            mac.update(data, offset, dataLength);
            return mac.doFinal();
        }
    }

    /** SSLv3. */
    final class Ssl3 implements RecordMac {
        private final MessageDigest digest;
        private final byte[] key;
        private final int length;
        private final byte[] pad1;
        private final byte[] pad2;

        Ssl3(CipherSuite.Mac mac, byte[] key) {
            this.digest = Digests.digest(digest(mac));
            this.key = key;
            this.length = mac.length();
            int padding = mac == CipherSuite.Mac.MD5 ? 48 : 40;
            this.pad1 = new byte[padding];
            this.pad2 = new byte[padding];
            Arrays.fill(pad1, (byte) 0x36);
            Arrays.fill(pad2, (byte) 0x5c);
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public byte[] of(long sequence, int type, byte[] data, int offset, int dataLength) {
            byte[] header = new byte[11];
            AeadParameters.putLong(header, 0, sequence);
            header[8] = (byte) type;
            header[9] = (byte) (dataLength >>> 8);
            header[10] = (byte) dataLength;
            digest.update(key);
            digest.update(pad1);
            digest.update(header);
            digest.update(data, offset, dataLength);
            byte[] inner = digest.digest();
            digest.update(key);
            digest.update(pad2);
            return digest.digest(inner);
        }
    }
}
