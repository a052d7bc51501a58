package org.hikyaku.tls.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;

/** A handshake message (RFC 8446 section 4, RFC 5246 section 7.4). */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are on the wire, not copied
public sealed interface HandshakeMessage {

    /** Of {@link HandshakeType}. */
    int type();

    /** As hashed and sent: the four-byte header and the body. */
    default byte[] encode() {
        return HandshakeCodec.write(this);
    }

    /** Asks for a new handshake within the session (RFC 5246 section 7.4.1.1). */
    record HelloRequest() implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.HELLO_REQUEST;
        }
    }

    /**
     * @param extensions empty when there is no extension block at all, as in SSLv3
     */
    record ClientHello(
            int legacyVersion,
            byte[] random,
            byte[] sessionId,
            List<Integer> suites,
            List<Integer> compressions,
            Optional<List<Extension>> extensions)
            implements HandshakeMessage {

        @Override
        public int type() {
            return HandshakeType.CLIENT_HELLO;
        }

        public <E extends Extension> Optional<E> extension(Class<E> kind) {
            return HandshakeMessage.first(extensions, kind);
        }

        /** Whether it has an extension of this number. */
        public boolean carries(int extensionType) {
            if (extensions.isPresent()) {
                for (Extension extension : extensions.get()) {
                    if (extension.type() == extensionType) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /**
     * @param extensions empty when there is no extension block at all
     */
    record ServerHello(
            int legacyVersion,
            byte[] random,
            byte[] sessionId,
            int suite,
            int compression,
            Optional<List<Extension>> extensions)
            implements HandshakeMessage {

        /** The random that makes a ServerHello a HelloRetryRequest (RFC 8446 section 4.1.3). */
        static final byte[] RETRY =
                HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

        private static final byte[] SENTINEL_12 = HexFormat.of().parseHex("444f574e47524401");
        private static final byte[] SENTINEL_11 = HexFormat.of().parseHex("444f574e47524400");

        @Override
        public int type() {
            return HandshakeType.SERVER_HELLO;
        }

        public boolean helloRetryRequest() {
            return Arrays.equals(random, RETRY);
        }

        /** The version settled on: from supported_versions where it is given, else the version field. */
        public int version() {
            return extension(Extension.SelectedVersion.class)
                    .map(Extension.SelectedVersion::version)
                    .orElse(legacyVersion);
        }

        /** The highest version that the server hides behind this one, as it marked in its random (section 4.1.3). */
        public Optional<TlsVersion> downgradeSentinel() {
            if (Arrays.equals(random, 24, 32, SENTINEL_12, 0, 8)) {
                return Optional.of(TlsVersion.TLSV1_3);
            }
            return Arrays.equals(random, 24, 32, SENTINEL_11, 0, 8)
                    ? Optional.of(TlsVersion.TLSV1_2)
                    : Optional.empty();
        }

        public <E extends Extension> Optional<E> extension(Class<E> kind) {
            return HandshakeMessage.first(extensions, kind);
        }
    }

    /** RFC 8446 section 4.3.1. */
    record EncryptedExtensions(List<Extension> extensions) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.ENCRYPTED_EXTENSIONS;
        }
    }

    /**
     * RFC 8446 section 4.4.2; up to TLS 1.2 without context and extensions.
     *
     * @param context empty up to TLS 1.2
     */
    record Certificates(Optional<byte[]> context, List<Entry> entries) implements HandshakeMessage {
        /**
         * @param data a certificate in DER, or a raw public key (RFC 7250) when that was agreed
         */
        public record Entry(byte[] data, List<Extension> extensions) {}

        @Override
        public int type() {
            return HandshakeType.CERTIFICATE;
        }

        public List<byte[]> chain() {
            List<byte[]> chain = new ArrayList<>(entries.size());
            for (Entry entry : entries) {
                chain.add(entry.data());
            }
            return Collections.unmodifiableList(chain);
        }
    }

    /** RFC 8879: a Certificate message, compressed. */
    record CompressedCertificate(int algorithm, int uncompressedLength, byte[] compressed) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.COMPRESSED_CERTIFICATE;
        }
    }

    /** RFC 6066 section 8; type 1 is OCSP. */
    record CertificateStatus(int statusType, byte[] response) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.CERTIFICATE_STATUS;
        }
    }

    /** Up to TLS 1.2: see {@link ServerKeyExchangeParameters} for what is in it. */
    record ServerKeyExchange(ServerKeyExchangeParameters parameters) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.SERVER_KEY_EXCHANGE;
        }
    }

    /**
     * Up to TLS 1.2.
     *
     * @param schemes empty before TLS 1.2
     */
    record CertificateRequest12(
            List<Integer> certificateTypes, Optional<List<Integer>> schemes, List<byte[]> authorities)
            implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.CERTIFICATE_REQUEST;
        }
    }

    /** RFC 8446 section 4.3.2. */
    record CertificateRequest13(byte[] context, List<Extension> extensions) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.CERTIFICATE_REQUEST;
        }
    }

    record ServerHelloDone() implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.SERVER_HELLO_DONE;
        }
    }

    /**
     * @param scheme empty before TLS 1.2
     */
    record CertificateVerify(Optional<Integer> scheme, byte[] signature) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.CERTIFICATE_VERIFY;
        }
    }

    /** Up to TLS 1.2: an encrypted premaster secret, a point, or a public value, with its length where it has one. */
    record ClientKeyExchange(byte[] exchange) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.CLIENT_KEY_EXCHANGE;
        }
    }

    record Finished(byte[] verifyData) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.FINISHED;
        }
    }

    /**
     * RFC 5077.
     *
     * @param lifetimeHint seconds
     */
    record NewSessionTicket12(long lifetimeHint, byte[] ticket) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.NEW_SESSION_TICKET;
        }
    }

    /**
     * RFC 8446 section 4.6.1.
     *
     * @param lifetime seconds
     */
    record NewSessionTicket13(long lifetime, long ageAdd, byte[] nonce, byte[] ticket, List<Extension> extensions)
            implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.NEW_SESSION_TICKET;
        }
    }

    record EndOfEarlyData() implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.END_OF_EARLY_DATA;
        }
    }

    /** RFC 8446 section 4.6.3. */
    record KeyUpdate(boolean requested) implements HandshakeMessage {
        @Override
        public int type() {
            return HandshakeType.KEY_UPDATE;
        }
    }

    /** A message that this codec does not look into. */
    record Unknown(int type, byte[] body) implements HandshakeMessage {}

    private static <E extends Extension> Optional<E> first(Optional<List<Extension>> extensions, Class<E> kind) {
        if (extensions.isPresent()) {
            for (Extension extension : extensions.get()) {
                if (kind.isInstance(extension)) {
                    return Optional.of(kind.cast(extension));
                }
            }
        }
        return Optional.empty();
    }
}
