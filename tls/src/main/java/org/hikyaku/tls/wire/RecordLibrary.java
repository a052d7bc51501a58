package org.hikyaku.tls.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The library beside Hikyaku ({@code src/main/c/records.c}): opens short records under AES-GCM, and makes the keys of TLS 1.3, where it
 * was built and the processor has instructions for that. JNI with numbers alone: a call costs some nanoseconds, also in code that
 * no second compiler has seen, and nothing has to be linked at the start.
 *
 * <p>One object for each thread, since all calls work in its memory.
 */
@SuppressWarnings("restricted") // native code, and the memory that it works in
final class RecordLibrary {
    /** Longest record opened here, without its tag: for longer ones what it takes to call a general library counts for little. */
    static final int LONGEST = 2048;

    /** Secrets whose keys are made at once. */
    static final int SECRETS = 4;

    /** Longest key, and longest secret of the hashes that are known. */
    private static final int LONGEST_KEY = 32;

    // The same numbers as in records.c.
    private static final int KEY = 512;
    private static final int DATA = 1024;
    private static final int PLACE = 64;
    private static final int KEYS = SECRETS * PLACE;
    private static final int IV = 32;
    private static final int IV_LENGTH = 12;
    private static final int TAG = 16;

    /** On the limit of a line of the processor's cache. */
    private static final int ALIGNED = 64;

    /** Of {@code records.c}: what is called and how memory is laid out; one of another number is never called. */
    private static final int INTERFACE = 1;

    private static final String NAME = "hikyaku_records";

    /**
     * What came of a library.
     *
     * @param instructions as {@code supported} has it; 0 when it is not used
     * @param refusal why a library that is there is not used
     */
    private record Loaded(int instructions, Optional<String> refusal) {
        static Loaded refused(String why) {
            return new Loaded(0, Optional.of(why));
        }
    }

    /** Tried once, when first asked for. */
    private static final class Installed {
        static final Loaded LIBRARY = load(() -> System.loadLibrary(NAME));
    }

    /** A library that is old, of another machine or compiled wrongly is declined: everything goes without, only slower. */
    private static Loaded load(Runnable loading) {
        try {
            loading.run();
        } catch (UnsatisfiedLinkError | IllegalCallerException e) {
            String why = String.valueOf(e.getMessage());
            return why.startsWith("no " + NAME) ? new Loaded(0, Optional.empty()) : Loaded.refused(why);
        }
        try {
            int number = interfaceNumber();
            if (number != INTERFACE) {
                return Loaded.refused("it is of another version (interface " + number + " and not " + INTERFACE + ")");
            }
            int most = supported();
            if (most == 0) {
                return Loaded.refused("this processor lacks the instructions that it is made of");
            }
            for (int by = most; by > 0; by--) {
                if (RecordLibraryTrial.passes(new RecordLibrary(by))) {
                    return new Loaded(by, Optional.empty());
                }
            }
            return Loaded.refused("its results are wrong");
        } catch (UnsatisfiedLinkError e) {
            return Loaded.refused("it is of another version (without " + e.getMessage() + ")");
        }
    }

    /** As {@code supported} has it; less is right as well. */
    private final int instructions;

    private final MemorySegment segment = Arena.ofAuto().allocate(DATA + LONGEST + TAG, ALIGNED);
    private final ByteBuffer memory = segment.asByteBuffer();
    private final long address = segment.address();

    /** Whose round keys stand in the memory. */
    private @Nullable Object keyed;

    private RecordLibrary(int instructions) {
        this.instructions = instructions;
    }

    /** The one in the JVM's {@code java.library.path}. */
    static Optional<RecordLibrary> installed() {
        int instructions = Installed.LIBRARY.instructions();
        return instructions > 0 ? Optional.of(new RecordLibrary(instructions)) : Optional.empty();
    }

    /** Why the one in the {@code java.library.path} is not used; empty also when there is none. */
    static Optional<String> refusal() {
        return Installed.LIBRARY.refusal();
    }

    /** Why one that was built elsewhere would not be used. */
    static Optional<String> refusal(Path file) {
        return load(() -> System.load(file.toString())).refusal();
    }

    /** One that was built elsewhere; none when it is declined. The first is with the fewest instructions. */
    static List<RecordLibrary> of(Path file) {
        return IntStream.rangeClosed(1, load(() -> System.load(file.toString())).instructions())
                .mapToObj(RecordLibrary::new)
                .toList();
    }

    /** Whether records under this cipher are opened here. */
    static boolean opens(BulkCipher cipher) {
        return cipher == BulkCipher.AES_128_GCM || cipher == BulkCipher.AES_256_GCM;
    }

    /**
     * Opens a record of at most {@link #LONGEST} bytes and its tag.
     *
     * @param by whose key it is: round keys are made when somebody else was before
     * @param length of the record with its tag
     * @return whether it verifies; else nothing is written
     */
    @SuppressWarnings("ReferenceEquality") // the same direction, or another
    boolean open(
            Object by,
            byte[] key,
            AeadParameters parameters,
            byte[] in,
            int offset,
            int length,
            byte[] out,
            int outOffset) {
        int keyLength = 0;
        if (keyed != by) {
            memory.put(KEY, key);
            keyLength = key.length;
            keyed = null;
        }
        memory.put(DATA, in, offset, length);
        int plain = length - TAG;
        try {
            boolean good = open(
                            address,
                            keyLength,
                            parameters.nonceHead(),
                            parameters.nonceTail(),
                            parameters.withSequence() ? 1 : 0,
                            parameters.sequence(),
                            parameters.header(),
                            plain)
                    != 0;
            keyed = by;
            if (good) {
                memory.get(DATA, out, outOffset, plain);
            }
            return good;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Whether {@link #trafficKeys} can make keys under this hash. */
    static boolean expands(CipherSuite.Prf prf) {
        return prf == CipherSuite.Prf.SHA256 || prf == CipherSuite.Prf.SHA384;
    }

    /**
     * RFC 8446 section 7.3 for at most {@link #SECRETS} traffic secrets.
     *
     * @param prf one that is {@linkplain #expands known}
     * @param keyLength at most 32 bytes
     */
    List<TrafficKeys> trafficKeys(CipherSuite.Prf prf, List<byte[]> secrets, int keyLength) {
        if (secrets.size() > SECRETS || keyLength > LONGEST_KEY) {
            throw new IllegalArgumentException(secrets.size() + " secrets, keys of " + keyLength + " bytes");
        }
        for (int i = 0; i < secrets.size(); i++) {
            memory.put(DATA + PLACE * i, secrets.get(i), 0, prf.length());
        }
        try {
            expand(address + DATA, instructions, 8 * prf.length(), secrets.size(), keyLength);
        } finally {
            Reference.reachabilityFence(this);
        }
        List<TrafficKeys> made = new ArrayList<>(SECRETS);
        for (int i = 0; i < secrets.size(); i++) {
            int at = DATA + KEYS + PLACE * i;
            byte[] key = new byte[keyLength];
            memory.get(at, key);
            byte[] iv = new byte[IV_LENGTH];
            memory.get(at + IV, iv);
            made.add(new TrafficKeys(TrafficKeys.NO_MAC, key, iv));
        }
        return made;
    }

    private static native int interfaceNumber();

    private static native int supported();

    private static native int open(
            long memory,
            int keyLength,
            int nonceHead,
            long nonceTail,
            int withSequence,
            long sequence,
            long header,
            int length);

    private static native void expand(long memory, int by, int hash, int secrets, int keyLength);
}
