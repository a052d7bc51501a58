package org.hikyaku.tls.wire;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.wire.CipherSuite.Prf;
import org.jspecify.annotations.Nullable;

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
    private static final String LABEL = "tls13 ";
    private static final byte[] NO_CONTEXT = {};

    private final Prf prf;
    private final byte[] zeros;
    private final Optional<RecordLibrary> library;
    private @Nullable Hmac mac;
    private @Nullable MessageDigest digest;

    /** HkdfLabel and the number of the block: two bytes, the label and the context with a byte of length each, one byte. */
    private final byte[] info = new byte[2 + 1 + 255 + 1 + 255 + 1];

    public Tls13KeySchedule(Prf prf) {
        this(prf, new RecordCiphers());
    }

    /** For a thread that follows many sessions. */
    public Tls13KeySchedule(Prf prf, RecordCiphers ofThread) {
        if (prf == Prf.OTHER) {
            throw new IllegalArgumentException("no key schedule for this digest");
        }
        this.prf = prf;
        this.zeros = new byte[prf.length()];
        this.library = RecordLibrary.expands(prf) ? ofThread.library() : Optional.empty();
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
        MessageDigest present = digest;
        if (present == null) {
            present = Digests.digest(prf.digest());
            digest = present;
        }
        return present.digest(transcript);
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
        return hmac(expandLabel(secret, "finished", NO_CONTEXT, prf.length()), transcriptHash);
    }

    /** Section 7.3. */
    public TrafficKeys trafficKeys(byte[] trafficSecret, BulkCipher cipher) {
        return new TrafficKeys(
                TrafficKeys.NO_MAC,
                expandLabel(trafficSecret, "key", NO_CONTEXT, cipher.keyLength()),
                expandLabel(trafficSecret, "iv", NO_CONTEXT, 12));
    }

    /** Secrets whose keys take about the time of one. */
    public int atOnce() {
        return library.isPresent() ? RecordLibrary.SECRETS : 1;
    }

    /**
     * The same for the secrets of one session, in their order: of up to four at once, a library makes them faster than one by one.
     *
     * @param trafficSecrets each as long as the hash
     */
    public List<TrafficKeys> trafficKeys(List<byte[]> trafficSecrets, BulkCipher cipher) {
        if (library.isPresent() && trafficSecrets.size() <= RecordLibrary.SECRETS) {
            return library.get().trafficKeys(prf, trafficSecrets, cipher.keyLength());
        }
        List<TrafficKeys> keys = new ArrayList<>(trafficSecrets.size());
        for (byte[] secret : trafficSecrets) {
            keys.add(trafficKeys(secret, cipher));
        }
        return keys;
    }

    /** The traffic secret after a KeyUpdate (section 7.2). */
    public byte[] next(byte[] trafficSecret) {
        return expandLabel(trafficSecret, "traffic upd", NO_CONTEXT, prf.length());
    }

    /** TLS-Exporter (section 7.5), from the exporter master secret. */
    public byte[] exported(byte[] exporterMaster, String label, byte[] context, int length) {
        return expandLabel(derive(exporterMaster, label, emptyHash()), "exporter", hash(context), length);
    }

    private byte[] emptyHash() {
        return hash(NO_CONTEXT);
    }

    private byte[] extract(byte[] salt, byte[] inputKeyingMaterial) {
        return hmac(salt, inputKeyingMaterial);
    }

    /** HKDF-Expand-Label. */
    byte[] expandLabel(byte[] secret, String label, byte[] context, int length) {
        if (LABEL.length() + label.length() > 255 || context.length > 255) {
            throw new IllegalArgumentException("a label or a context of more than 255 bytes");
        }
        int at = 0;
        info[at++] = (byte) (length >>> 8);
        info[at++] = (byte) length;
        info[at++] = (byte) (LABEL.length() + label.length());
        at = ascii(LABEL, at);
        at = ascii(label, at);
        info[at++] = (byte) context.length;
        System.arraycopy(context, 0, info, at, context.length);
        at += context.length;
        info[at++] = 1;
        Hmac keyed = mac().key(secret);
        byte[] block = keyed.of(info, at);
        return length <= block.length ? Arrays.copyOf(block, length) : more(keyed, block, at, length);
    }

    /** RFC 5869 section 2.3: the second block and those after it, each over the one before. */
    private byte[] more(Hmac keyed, byte[] first, int end, int length) {
        byte[] out = Arrays.copyOf(first, length);
        byte[] message = new byte[first.length + end];
        System.arraycopy(info, 0, message, first.length, end);
        byte[] block = first;
        for (int done = block.length, i = 2; done < length; done += block.length, i++) {
            System.arraycopy(block, 0, message, 0, block.length);
            message[message.length - 1] = (byte) i;
            block = keyed.of(message);
            System.arraycopy(block, 0, out, done, Math.min(block.length, length - done));
        }
        return out;
    }

    private int ascii(String text, int from) {
        for (int i = 0; i < text.length(); i++) {
            info[from + i] = (byte) text.charAt(i);
        }
        return from + text.length();
    }

    private Hmac mac() {
        Hmac present = mac;
        if (present == null) {
            present = new Hmac(prf.digest());
            mac = present;
        }
        return present;
    }

    private byte[] hmac(byte[] key, byte[] data) {
        return mac().key(key).of(data);
    }
}
