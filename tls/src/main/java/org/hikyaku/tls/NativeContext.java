package org.hikyaku.tls;

import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLCredential;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.Credential;

/**
 * What many sessions of the native library have in common, in its own memory; freed once neither it nor a session of it is in use.
 * Safe for use by many threads.
 */
final class NativeContext {
    /** Groups that the native library has, best first. */
    static final List<Group> GROUPS = List.of(
            new Group(NamedGroup.X25519_MLKEM768, "X25519MLKEM768"),
            new Group(NamedGroup.X25519, "X25519"),
            new Group(NamedGroup.SECP256R1, "P-256"),
            new Group(NamedGroup.SECP384R1, "P-384"));

    private static final String EXPORTER = "EXPORTER_SECRET ";

    private static final Cleaner CLEANER = Cleaner.create();

    private final long address;
    private final NativeBuffers buffers;

    /** Of the handshakes that are just ending, by session. */
    private final Map<Long, byte[]> exporters;

    /** @param name as the library calls it */
    record Group(int code, String name) {}

    private NativeContext(long address, NativeBuffers buffers) {
        this.address = address;
        this.buffers = buffers;
        Map<Long, byte[]> found = new ConcurrentHashMap<>();
        exporters = found;
        SSLContext.setKeyLogCallback(
                address, (session, line) -> exporter(line).ifPresent(secret -> found.put(session, secret)));
        CLEANER.register(this, () -> SSLContext.free(address));
    }

    /**
     * For sessions of TLS 1.3 as a server. Tickets have keys that the library makes, keeps in memory and changes every second day:
     * a new certificate ends what can be resumed.
     *
     * @param scheme the one way to sign
     * @throws Exception when the library does not take the key or the chain
     */
    static NativeContext server(Credential credential, int scheme, boolean tickets, NativeBuffers buffers)
            throws Exception {
        long address = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_3, SSL.SSL_MODE_SERVER);
        NativeContext context = new NativeContext(address, buffers);
        if (!SSLContext.setCurvesList(address, GROUPS.stream().map(Group::name).toArray(String[]::new))) {
            throw new IllegalStateException("the native library lacks a group");
        }
        if (!tickets) {
            SSLContext.setOptions(address, SSL.SSL_OP_NO_TICKET);
        }
        present(address, credential, scheme);
        return context;
    }

    private static void present(long address, Credential credential, int scheme) throws Exception {
        long keyText = memory(credential.keyPem());
        long chainText = memory(credential.chainPem());
        long key = 0;
        long chain = 0;
        long own = 0;
        try {
            key = SSL.parsePrivateKey(keyText, null);
            chain = SSL.parseX509Chain(chainText);
            own = SSLCredential.newX509();
            SSLCredential.setPrivateKey(own, key);
            SSLCredential.setCertChain(own, chain);
            SSLCredential.setSigningAlgorithmPrefs(own, new int[] {scheme});
            SSLContext.addCredential(address, own);
        } finally {
            if (own != 0) {
                SSLCredential.free(own);
            }
            if (chain != 0) {
                SSL.freeX509Chain(chain);
            }
            if (key != 0) {
                SSL.freePrivateKey(key);
            }
            SSL.freeBIO(chainText);
            SSL.freeBIO(keyText);
        }
    }

    /** The library reads PEM out of memory of its own. */
    private static long memory(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer copy = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        long memory = SSL.newMemBIO();
        if (SSL.bioWrite(memory, Buffer.address(copy), bytes.length) != bytes.length) {
            SSL.freeBIO(memory);
            throw new IllegalStateException("the native library has no memory");
        }
        return memory;
    }

    /** Out of a line of the key log, if it is the one: label, client random and secret in hexadecimal digits. */
    private static Optional<byte[]> exporter(byte[] line) {
        if (line.length < EXPORTER.length() || line[0] != EXPORTER.charAt(0) || line[1] != EXPORTER.charAt(1)) {
            return Optional.empty(); // the other labels begin with C and S
        }
        String text = new String(line, StandardCharsets.US_ASCII).trim();
        return Optional.of(HexFormat.of().parseHex(text, text.lastIndexOf(' ') + 1, text.length()));
    }

    /** The exporter master secret (RFC 8446 section 7.1) of a session whose handshake is over; not there a second time. */
    Optional<byte[]> takeExporter(long session) {
        return Optional.ofNullable(exporters.remove(session));
    }

    long address() {
        return address;
    }

    NativeBuffers buffers() {
        return buffers;
    }
}
