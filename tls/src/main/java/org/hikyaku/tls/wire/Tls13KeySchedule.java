package org.hikyaku.tls.wire;

import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;
import org.hikyaku.tls.wire.CipherSuite.Prf;

/**
 * The key schedule of TLS 1.3 (RFC 8446 section 7.1).
 *
 * <pre>
 *   early = extract(0, psk)              handshake = extract(derived(early), shared)
 *   master = extract(derived(handshake), 0)
 * </pre>
 *
 * and every other secret is {@link #derive} of one of these with a label and the hash of the messages so far.
 *
 * <p>One thread at a time.
 */
public final class Tls13KeySchedule {
    private final Prf prf;
    private final byte[] zeros;
    private final Mac mac;

    public Tls13KeySchedule(Prf prf) {
        if (prf == Prf.OTHER) {
            throw new IllegalArgumentException("no key schedule for this digest");
        }
        this.prf = prf;
        this.zeros = new byte[prf.length()];
        this.mac = Digests.hmac(prf.hmac());
    }

    /** The early secret without a pre-shared key. */
    public byte[] early() {
        return extract(zeros, zeros);
    }

    /** The early secret from a pre-shared key. */
    public byte[] early(byte[] psk) {
        return extract(zeros, psk);
    }

    /** @param shared the result of the key exchange */
    public byte[] handshake(byte[] early, byte[] shared) {
        return extract(derive(early, "derived", emptyHash()), shared);
    }

    public byte[] master(byte[] handshake) {
        return extract(derive(handshake, "derived", emptyHash()), zeros);
    }

    /** Derive-Secret: the label without "tls13 ", such as {@code c hs traffic}, and the hash of the transcript. */
    public byte[] derive(byte[] secret, String label, byte[] transcriptHash) {
        return expandLabel(secret, label, transcriptHash, prf.length());
    }

    /** The hash of a transcript under this suite. */
    public byte[] hash(byte[] transcript) {
        return Digests.digest(prf.digest()).digest(transcript);
    }

    /** The key over which a PSK of an earlier session binds a ClientHello (section 4.2.11.2). */
    public byte[] resumptionBinderKey(byte[] early) {
        return derive(early, "res binder", emptyHash());
    }

    /** The pre-shared key of a ticket (section 4.6.1). */
    public byte[] resumptionPsk(byte[] resumptionMaster, byte[] ticketNonce) {
        return expandLabel(resumptionMaster, "resumption", ticketNonce, prf.length());
    }

    /** The contents of a Finished message or a PSK binder (section 4.4.4). */
    public byte[] finished(byte[] secret, byte[] transcriptHash) {
        return hmac(expandLabel(secret, "finished", new byte[0], prf.length()), transcriptHash);
    }

    /** Section 7.3. */
    public TrafficKeys trafficKeys(byte[] trafficSecret, BulkCipher cipher) {
        return new TrafficKeys(
                new byte[0],
                expandLabel(trafficSecret, "key", new byte[0], cipher.keyLength()),
                expandLabel(trafficSecret, "iv", new byte[0], 12));
    }

    /** The traffic secret after a KeyUpdate (section 7.2). */
    public byte[] next(byte[] trafficSecret) {
        return expandLabel(trafficSecret, "traffic upd", new byte[0], prf.length());
    }

    private byte[] emptyHash() {
        return hash(new byte[0]);
    }

    private byte[] extract(byte[] salt, byte[] inputKeyingMaterial) {
        return hmac(salt, inputKeyingMaterial);
    }

    /** HKDF-Expand-Label. */
    byte[] expandLabel(byte[] secret, String label, byte[] context, int length) {
        byte[] info = new WireWriter()
                .u16(length)
                .opaque8(("tls13 " + label).getBytes(StandardCharsets.US_ASCII))
                .opaque8(context)
                .toBytes();
        Digests.key(mac, secret);
        byte[] out = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, i = 1; done < length; i++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) i);
            block = mac.doFinal();
            int take = Math.min(block.length, length - done);
            System.arraycopy(block, 0, out, done, take);
            done += take;
        }
        return out;
    }

    private byte[] hmac(byte[] key, byte[] data) {
        Digests.key(mac, key);
        return mac.doFinal(data);
    }
}
