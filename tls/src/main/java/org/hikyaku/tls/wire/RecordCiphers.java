package org.hikyaku.tls.wire;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * The AEAD ciphers of one thread, each made once and used for all connections that the thread follows: what a cipher object
 * keeps from record to record is nothing, since each record brings its nonce, and to look one up costs more than to open a
 * short record. One thread at a time.
 */
public final class RecordCiphers {
    /** Sizes of the arrays between which native code decrypts; the last holds any record (RFC 8446 section 5.2, RFC 5246 section 6.2.3). */
    private static final int[] SIZES = {256, 1024, 4096, (1 << 14) + 2048};

    private final Map<BulkCipher, Cipher> made = new EnumMap<>(BulkCipher.class);
    private final byte[] @Nullable [] inputs = new byte[SIZES.length][];
    private final byte[] @Nullable [] outputs = new byte[SIZES.length][];
    private final Optional<RecordLibrary> library;

    /** For a single connection. */
    public RecordCiphers() {
        this(Optional.empty());
    }

    RecordCiphers(Optional<RecordLibrary> library) {
        this.library = library;
    }

    /** For a thread that follows many connections: with the library for short records, where there is one. */
    public static RecordCiphers ofThread() {
        return new RecordCiphers(RecordLibrary.installed());
    }

    /** The same, each with a library that was built into a file; one for each kind of instructions that this processor has. */
    public static List<RecordCiphers> ofThread(Path library) {
        return RecordLibrary.of(library).stream()
                .map(one -> new RecordCiphers(Optional.of(one)))
                .toList();
    }

    /** Why the library for short records is not used although it is there: a sentence without its end. */
    public static Optional<String> refusal() {
        return RecordLibrary.refusal();
    }

    /** Opens short records, and makes keys of TLS 1.3. */
    Optional<RecordLibrary> library() {
        return library;
    }

    Cipher of(BulkCipher cipher) {
        Cipher present = made.get(cipher);
        if (present == null) {
            present = Ciphers.of(cipher);
            made.put(cipher, present);
        }
        return present;
    }

    /**
     * Decrypts. Native code copies the whole of an array that it is given, not the part of it that it needs: from the window of a
     * capture that would be half a megabyte for each short record. So short records move to short arrays first.
     */
    int doFinal(Cipher cipher, byte[] input, int offset, int length, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int size = 0;
        while (size < SIZES.length && SIZES[size] < length) {
            size++;
        }
        if (size == SIZES.length) {
            return cipher.doFinal(input, offset, length, out, outOffset);
        }
        byte[] from = input;
        int at = offset;
        if (input.length > 2 * SIZES[size]) {
            from = inputs[size] == null ? new byte[SIZES[size]] : inputs[size];
            inputs[size] = from;
            System.arraycopy(input, offset, from, 0, length);
            at = 0;
        }
        if (out.length <= 2 * SIZES[size]) {
            return cipher.doFinal(from, at, length, out, outOffset);
        }
        byte[] to = outputs[size] == null ? new byte[SIZES[size]] : outputs[size];
        outputs[size] = to;
        int n = cipher.doFinal(from, at, length, to, 0);
        System.arraycopy(to, 0, out, outOffset, n);
        return n;
    }
}
