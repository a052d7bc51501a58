package org.hikyaku.capture.tls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;

/**
 * RSA by the libcrypto of OpenSSL 3 or 1.1, where the machine has it: on processors with AVX-512 IFMA it computes both primes side
 * by side and takes half the time of Conscrypt, and a third of the JDK's. Without blinding: nobody measures how long a capture
 * is being decrypted.
 */
@SuppressWarnings("restricted") // the functions are declared here as OpenSSL documents them
final class OpenSslRsa implements RsaDecryption {
    private static final List<String> LIBRARIES =
            List.of("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib", "libcrypto.1.1.dylib");

    /** Of OpenSSL's rsa.h. */
    private static final int NO_PADDING = 3;

    private static final int FLAG_NO_BLINDING = 0x80;

    /** Of crypto.h: a process that is told to end does not wait for decryptions under way, so nothing is taken from under them. */
    private static final long NO_ATEXIT = 0x0008_0000;

    private final MethodHandle privateDecrypt;

    /** OpenSSL's own form of the key: lives as long as this object does. */
    private final MemorySegment key;

    /** Bytes of the modulus. */
    private final int length;

    private OpenSslRsa(MethodHandle privateDecrypt, MemorySegment key, int length) {
        this.privateDecrypt = privateDecrypt;
        this.key = key;
        this.length = length;
    }

    /** Empty when there is no libcrypto that can be used, or when it does not take the key. */
    static Optional<RsaDecryption> of(RSAPrivateKey key) {
        if (!(key instanceof RSAPrivateCrtKey)) {
            return Optional.empty();
        }
        for (String name : LIBRARIES) {
            try {
                return load(SymbolLookup.libraryLookup(name, Arena.global()), pkcs1(key), key);
            } catch (IllegalArgumentException | IllegalCallerException e) {
                // No such library, or native access is not allowed to us: perhaps the next.
            } catch (NoSuchElementException | IOException e) {
                return Optional.empty(); // functions that are no longer there, or a key that nobody can write
            }
        }
        return Optional.empty();
    }

    /** As {@code RSAPrivateKey} of RFC 8017 appendix A.1.2, without the wrapping that says that it is RSA. */
    private static byte[] pkcs1(RSAPrivateKey key) throws IOException {
        return PrivateKeyInfo.getInstance(key.getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
    }

    private static Optional<RsaDecryption> load(SymbolLookup crypto, byte[] der, RSAPrivateKey key) {
        MethodHandle read = function(crypto, "d2i_RSAPrivateKey", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        MethodHandle setFlags = action(crypto, "RSA_set_flags", ADDRESS, JAVA_INT);
        MethodHandle free = action(crypto, "RSA_free", ADDRESS);
        MethodHandle privateDecrypt =
                function(crypto, "RSA_private_decrypt", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        MethodHandle begin = function(crypto, "OPENSSL_init_crypto", JAVA_INT, JAVA_LONG, ADDRESS);
        try (Arena once = Arena.ofConfined()) {
            if ((int) begin.invokeExact(NO_ATEXIT, MemorySegment.NULL) != 1) {
                return Optional.empty();
            }
            MemorySegment bytes = once.allocateFrom(JAVA_BYTE, der);
            MemorySegment at = once.allocateFrom(ADDRESS, bytes);
            MemorySegment made = (MemorySegment) read.invokeExact(MemorySegment.NULL, at, (long) der.length);
            bytes.fill((byte) 0);
            if (made.address() == 0) {
                return Optional.empty();
            }
            setFlags.invokeExact(made, FLAG_NO_BLINDING);
            MemorySegment kept = made.reinterpret(0, Arena.ofAuto(), done -> free(free, done));
            return Optional.of(
                    new OpenSslRsa(privateDecrypt, kept, (key.getModulus().bitLength() + 7) / 8));
        } catch (Throwable e) {
            throw bug(e);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    private static void free(MethodHandle free, MemorySegment key) {
        try {
            free.invokeExact(key);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    private static MethodHandle function(
            SymbolLookup crypto, String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(crypto.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle action(SymbolLookup crypto, String name, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(crypto.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
    }

    @Override
    public Optional<byte[]> decrypt(byte[] encrypted) {
        if (encrypted.length == 0 || encrypted.length > length) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocateFrom(JAVA_BYTE, encrypted);
            MemorySegment to = arena.allocate(length);
            int n = (int) privateDecrypt.invokeExact(encrypted.length, from, to, key, NO_PADDING);
            byte[] block = to.toArray(JAVA_BYTE);
            to.fill((byte) 0);
            return n == length ? RsaDecryption.unpadded(block) : Optional.empty();
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /** Calls of functions that are declared as they are do not throw. */
    private static RuntimeException bug(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a call of libcrypto failed", e);
    }
}
