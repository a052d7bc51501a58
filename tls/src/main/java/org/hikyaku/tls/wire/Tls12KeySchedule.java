package org.hikyaku.tls.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite.Prf;
import org.jspecify.annotations.Nullable;

/** The key schedule of SSLv3 (RFC 6101 section 6) and of TLS 1.0 to 1.2 (RFC 2246, RFC 5246 sections 5, 6.3 and 8.1). One thread at a time. */
public final class Tls12KeySchedule {
    private static final byte[] SSL3_PAD1 = filled(0x36);
    private static final byte[] SSL3_PAD2 = filled(0x5c);

    private final TlsVersion version;
    private final Prf prf;
    private @Nullable Hmac hmac;
    private @Nullable MessageDigest digest;

    /** @param prf the digest of the suite; used from TLS 1.2 on */
    public Tls12KeySchedule(TlsVersion version, Prf prf) {
        this.version = version;
        this.prf = prf;
    }

    public byte[] masterSecret(byte[] premaster, byte[] clientRandom, byte[] serverRandom) {
        return version == TlsVersion.SSLV3
                ? ssl3(premaster, join(clientRandom, serverRandom), 48)
                : prf(premaster, "master secret", join(clientRandom, serverRandom), 48);
    }

    /**
     * RFC 7627.
     *
     * @param sessionHash of all messages up to and with the ClientKeyExchange
     */
    public byte[] extendedMasterSecret(byte[] premaster, byte[] sessionHash) {
        return prf(premaster, "extended master secret", sessionHash, 48);
    }

    /** Both directions' keys. */
    public record KeyBlock(TrafficKeys client, TrafficKeys server) {}

    /** Cuts the key block for a suite; with the detour of export suites (RFC 2246 section 6.3.1). */
    public KeyBlock keyBlock(byte[] master, byte[] clientRandom, byte[] serverRandom, CipherSuite suite) {
        int mac = suite.mac().length();
        int key = suite.cipher().keyLength();
        int iv = ivLength(suite);
        byte[] seed = join(serverRandom, clientRandom);
        int length = 2 * (mac + key + iv);
        byte[] block =
                version == TlsVersion.SSLV3 ? ssl3(master, seed, length) : prf(master, "key expansion", seed, length);
        ByteSlices slices = new ByteSlices(block);
        byte[] clientMac = slices.take(mac);
        byte[] serverMac = slices.take(mac);
        byte[] clientKey = slices.take(key);
        byte[] serverKey = slices.take(key);
        byte[] clientIv = slices.take(iv);
        byte[] serverIv = slices.take(iv);
        if (suite.export()) {
            return export(suite, clientRandom, serverRandom, clientMac, serverMac, clientKey, serverKey);
        }
        return new KeyBlock(
                new TrafficKeys(clientMac, clientKey, clientIv), new TrafficKeys(serverMac, serverKey, serverIv));
    }

    private KeyBlock export(
            CipherSuite suite,
            byte[] clientRandom,
            byte[] serverRandom,
            byte[] clientMac,
            byte[] serverMac,
            byte[] clientKey,
            byte[] serverKey) {
        int length = exportKeyLength(suite.cipher());
        int iv = suite.cipher().blockLength();
        byte[] random = join(clientRandom, serverRandom);
        byte[] reversed = join(serverRandom, clientRandom);
        if (version == TlsVersion.SSLV3) {
            return new KeyBlock(
                    new TrafficKeys(clientMac, md5(join(clientKey, random), length), md5(random, iv)),
                    new TrafficKeys(serverMac, md5(join(serverKey, reversed), length), md5(reversed, iv)));
        }
        byte[] ivs = prf(new byte[0], "IV block", random, 2 * iv);
        return new KeyBlock(
                new TrafficKeys(clientMac, prf(clientKey, "client write key", random, length), Arrays.copyOf(ivs, iv)),
                new TrafficKeys(
                        serverMac,
                        prf(serverKey, "server write key", random, length),
                        Arrays.copyOfRange(ivs, iv, 2 * iv)));
    }

    /** Bytes of the key that an export cipher really runs with. */
    private static int exportKeyLength(BulkCipher cipher) {
        return cipher.blockLength() == 0 || cipher == BulkCipher.RC2_CBC_40 || cipher == BulkCipher.RC2_CBC_56 ? 16 : 8;
    }

    private int ivLength(CipherSuite suite) {
        return switch (suite.cipher().mode()) {
            case GCM, CCM, CCM_8 -> 4;
            case CHACHA20_POLY1305, OTHER_AEAD -> 12;
            // From TLS 1.1 on each record brings its own.
            case CBC -> version.atLeast(TlsVersion.TLSV1_1) ? 0 : suite.cipher().blockLength();
            case NULL, STREAM, OTHER -> 0;
        };
    }

    /**
     * The contents of a Finished message: 12 bytes, in SSLv3 36.
     *
     * @param handshake all messages so far
     */
    public byte[] finished(byte[] master, boolean client, byte[] handshake) {
        if (version == TlsVersion.SSLV3) {
            byte[] sender = (client ? "CLNT" : "SRVR").getBytes(StandardCharsets.US_ASCII);
            return join(
                    ssl3Finished("MD5", 48, master, sender, handshake),
                    ssl3Finished("SHA-1", 40, master, sender, handshake));
        }
        return prf(master, client ? "client finished" : "server finished", handshakeHash(handshake), 12);
    }

    /** The hash of the transcript as Finished and RFC 7627 use it: MD5 with SHA-1 before TLS 1.2. */
    public byte[] handshakeHash(byte[] handshake) {
        return version.atLeast(TlsVersion.TLSV1_2)
                ? digest().digest(handshake)
                : join(
                        Digests.digest("MD5").digest(handshake),
                        Digests.digest("SHA-1").digest(handshake));
    }

    byte[] prf(byte[] secret, String label, byte[] seed, int length) {
        byte[] labelAndSeed = join(label.getBytes(StandardCharsets.US_ASCII), seed);
        if (version.atLeast(TlsVersion.TLSV1_2)) {
            return pHash(sha2(), secret, labelAndSeed, length);
        }
        int half = (secret.length + 1) / 2;
        byte[] out = pHash(new Hmac("MD5"), Arrays.copyOf(secret, half), labelAndSeed, length);
        byte[] sha = pHash(
                new Hmac("SHA-1"),
                Arrays.copyOfRange(secret, secret.length - half, secret.length),
                labelAndSeed,
                length);
        for (int i = 0; i < length; i++) {
            out[i] ^= sha[i];
        }
        return out;
    }

    private MessageDigest digest() {
        MessageDigest present = digest;
        if (present == null) {
            present = Digests.digest(prf.digest());
            digest = present;
        }
        return present;
    }

    /** The HMAC of TLS 1.2, kept: a session needs it three times. */
    private Hmac sha2() {
        Hmac present = hmac;
        if (present == null) {
            present = new Hmac(prf.digest());
            hmac = present;
        }
        return present;
    }

    /** P_hash of RFC 5246 section 5. */
    private static byte[] pHash(Hmac mac, byte[] secret, byte[] seed, int length) {
        mac.key(secret);
        byte[] out = new byte[length];
        byte[] a = seed;
        for (int done = 0; done < length; ) {
            a = mac.of(a);
            byte[] block = mac.of(join(a, seed));
            int take = Math.min(block.length, length - done);
            System.arraycopy(block, 0, out, done, take);
            done += take;
        }
        return out;
    }

    /** RFC 6101 section 6.1: MD5(secret + SHA('A' + secret + seed)) + MD5(secret + SHA('BB' + …)) + … */
    private static byte[] ssl3(byte[] secret, byte[] seed, int length) {
        MessageDigest md5 = Digests.digest("MD5");
        MessageDigest sha = Digests.digest("SHA-1");
        byte[] out = new byte[length];
        for (int done = 0, i = 1; done < length; i++) {
            byte[] letters = new byte[i];
            Arrays.fill(letters, (byte) ('A' + i - 1));
            sha.update(letters);
            sha.update(secret);
            sha.update(seed);
            md5.update(secret);
            byte[] block = md5.digest(sha.digest());
            int take = Math.min(block.length, length - done);
            System.arraycopy(block, 0, out, done, take);
            done += take;
        }
        return out;
    }

    private static byte[] ssl3Finished(String digest, int padding, byte[] master, byte[] sender, byte[] handshake) {
        MessageDigest hash = Digests.digest(digest);
        hash.update(handshake);
        hash.update(sender);
        hash.update(master);
        hash.update(SSL3_PAD1, 0, padding);
        byte[] inner = hash.digest();
        hash.update(master);
        hash.update(SSL3_PAD2, 0, padding);
        return hash.digest(inner);
    }

    private static byte[] md5(byte[] data, int length) {
        return Arrays.copyOf(Digests.digest("MD5").digest(data), length);
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[48];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static byte[] join(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** Cuts an array from the front. */
    private static final class ByteSlices {
        private final byte[] bytes;
        private int at;

        ByteSlices(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] take(int length) {
            at += length;
            return Arrays.copyOfRange(bytes, at - length, at);
        }
    }
}
