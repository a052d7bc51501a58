package org.hikyaku.tls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.tls.TlsServerOptions.ClientCertificate;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeCodec;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.HandshakeType;
import org.hikyaku.tls.wire.SignatureScheme;
import org.hikyaku.tls.wire.TlsFormatException;
import org.hikyaku.x509.Credential;

/**
 * The usual handshake of TLS 1.3 by the native library (BoringSSL, {@link NativeLibrary}), which needs a third of the time. Which handshakes
 * are usual is decided from the ClientHello: those in which the native library comes to what our options would come to (its
 * preferences are built in, see {@link TlsServerOptions#nativeHandshakes}), and which hold nothing that only the other library tells: no client certificate, no key log. All
 * others are for the other library. What is told afterwards is read from the ServerHello, not concluded.
 */
final class NativeServer {
    /** What it takes on a processor with instructions for AES: of these the one that the client has first. */
    private static final List<Integer> SUITES = List.of(
            org.bouncycastle.tls.CipherSuite.TLS_AES_128_GCM_SHA256,
            org.bouncycastle.tls.CipherSuite.TLS_AES_256_GCM_SHA384);

    private static final List<Integer> GROUPS =
            NativeContext.GROUPS.stream().map(NativeContext.Group::code).toList();

    private static final int HEAD = 5 + 4;

    private final TlsServerOptions options;
    private final List<Optional<NativeIdentity>> identities;

    private NativeServer(TlsServerOptions options, List<Optional<NativeIdentity>> identities) {
        this.options = options;
        this.identities = identities;
    }

    /** For these options; empty where none of their handshakes can be done natively. */
    static Optional<NativeServer> of(TlsServerOptions options) {
        if (!options.nativeHandshakes()
                || !NativeLibrary.loaded()
                || options.keyLog().isPresent()
                || options.clientCertificate() != ClientCertificate.NOT_ASKED
                || !options.alpn().isEmpty()
                || !options.groups().isEmpty()
                || options.max() != TlsVersion.TLSV1_3) {
            return Optional.empty();
        }
        NativeBuffers buffers = new NativeBuffers();
        List<Optional<NativeIdentity>> identities = new ArrayList<>();
        for (Credential credential : options.credentials()) {
            identities.add(NativeIdentity.of(credential, options.sessions().isPresent(), buffers));
        }
        return Optional.of(new NativeServer(options, identities));
    }

    /** What is usual about a handshake. */
    record Usual(NativeIdentity identity, ClientHello hello) {}

    /** Whether the handshake that begins with this record is for the native library. */
    Optional<Usual> usual(byte[] record) {
        if (record.length < HEAD
                || record[0] != ContentType.HANDSHAKE.code()
                || record[5] != HandshakeType.CLIENT_HELLO) {
            return Optional.empty();
        }
        int length = (record[6] & 0xff) << 16 | (record[7] & 0xff) << 8 | record[8] & 0xff;
        if (HEAD + length != record.length) {
            return Optional.empty();
        }
        try {
            ClientHello hello = HandshakeCodec.clientHello(Arrays.copyOfRange(record, HEAD, record.length));
            return agrees(hello) ? identity(hello).map(i -> new Usual(i, hello)) : Optional.empty();
        } catch (TlsFormatException e) {
            return Optional.empty(); // The other library says what is wrong.
        }
    }

    private boolean agrees(ClientHello hello) {
        List<Integer> versions = hello.extension(Extension.SupportedVersions.class)
                .map(Extension.SupportedVersions::versions)
                .orElse(List.of());
        return versions.contains(TlsVersion.TLSV1_3.code())
                && bothTake(hello)
                && group(hello)
                        .filter(GROUPS::contains)
                        .filter(g -> shares(hello).contains(g))
                        .isPresent();
    }

    /** Whether the client has one of the suites, and the one that would be taken is in our options. */
    private boolean bothTake(ClientHello hello) {
        int[] ours = options.suites().isEmpty()
                ? UsualOffer.suites(TlsVersion.TLSV1_3, TlsVersion.TLSV1_3)
                : UsualOffer.codes(options.suites());
        return hello.suites().stream()
                .filter(SUITES::contains)
                .findFirst()
                .filter(taken -> Arrays.stream(ours).anyMatch(suite -> suite == taken))
                .isPresent();
    }

    private static Optional<Integer> group(ClientHello hello) {
        List<Integer> theirs = hello.extension(Extension.SupportedGroups.class)
                .map(Extension.SupportedGroups::groups)
                .orElse(List.of());
        return UsualOffer.groups(true, TlsVersion.TLSV1_3).stream()
                .filter(theirs::contains)
                .findFirst();
    }

    private static List<Integer> shares(ClientHello hello) {
        return hello.extension(Extension.KeyShares.class).map(Extension.KeyShares::shares).orElse(List.of()).stream()
                .map(Extension.KeyShare::group)
                .toList();
    }

    /** The first of our keys whose signature the client takes, if the native library has it. */
    private Optional<NativeIdentity> identity(ClientHello hello) {
        List<Integer> schemes = hello.extension(Extension.SignatureAlgorithms.class)
                .map(Extension.SignatureAlgorithms::schemes)
                .orElse(List.of());
        int i = 0;
        for (Credential credential : options.credentials()) {
            Optional<NativeIdentity> identity = identities.get(i++);
            if (schemes.stream().anyMatch(scheme -> OwnCredential.fits(credential, scheme, true))) {
                return identity.filter(own -> schemes.contains(own.scheme()));
            }
        }
        return Optional.empty();
    }

    /** One handshake, while it goes on. */
    static final class Handshake {
        private final Usual usual;
        private final HandshakeOutput output;
        private Optional<ServerHello> answer = Optional.empty();

        Handshake(Usual usual, HandshakeOutput output) {
            this.usual = usual;
            this.output = output;
        }

        /** True once a suite has been chosen. */
        boolean helloSent() {
            return answer.isPresent();
        }

        TlsSession run(Connection connection, HandshakeInput input) throws IOException {
            NativeEngine engine = new NativeEngine(usual.identity().context(), true);
            NativeRecords records = new NativeRecords(engine, input);
            try {
                records.handshake(this::send);
                ServerHello hello = answer.orElseThrow(() -> new IOException("no ServerHello was sent"));
                SessionFacts facts = facts(hello);
                List<ChannelBinding> bindings = bindings(engine, hello.suite());
                records.continueFrom(connection.input(), input.rest());
                return new NativeSession(connection, records, facts, bindings);
            } catch (IOException | RuntimeException e) {
                records.free();
                throw e;
            }
        }

        private void send(byte[] bytes, int length) throws IOException {
            if (answer.isEmpty() && length > HEAD && bytes[0] == ContentType.HANDSHAKE.code()) {
                int end = HEAD + ((bytes[6] & 0xff) << 16 | (bytes[7] & 0xff) << 8 | bytes[8] & 0xff);
                if (bytes[5] != HandshakeType.SERVER_HELLO || end > length) {
                    throw new IOException("the first message is no ServerHello");
                }
                answer = Optional.of(HandshakeCodec.serverHello(Arrays.copyOfRange(bytes, HEAD, end)));
            }
            output.write(bytes, 0, length);
        }

        private SessionFacts facts(ServerHello hello) throws IOException {
            int suite = hello.suite();
            boolean resumed =
                    hello.extension(Extension.SelectedPreSharedKey.class).isPresent();
            String group = hello.extension(Extension.ServerKeyShare.class)
                    .map(share -> share.share().groupName())
                    .orElseThrow(() -> new IOException("the ServerHello has no key share"));
            return new SessionFacts(
                    TlsVersion.TLSV1_3,
                    CipherSuite.registry().name(suite),
                    suite,
                    CipherSuite.registry().find(suite).map(CipherSuite::bits).orElse(0),
                    Optional.of(group),
                    resumed
                            ? Optional.empty()
                            : Optional.of(SignatureScheme.registry()
                                    .name(usual.identity().scheme())),
                    resumed ? List.of() : usual.identity().credential().chain(),
                    usual.hello().extension(Extension.ServerName.class).map(Extension.ServerName::names).stream()
                            .flatMap(List::stream)
                            .findFirst(),
                    Optional.empty(),
                    resumed,
                    true,
                    true,
                    Optional.empty());
        }

        private List<ChannelBinding> bindings(NativeEngine engine, int suite) {
            List<ChannelBinding> all = new ArrayList<>();
            engine.takeExporter().ifPresent(secret -> all.add(ChannelBinding.exporter(secret, suite)));
            usual.identity().endPoint().ifPresent(all::add);
            return all;
        }
    }
}
