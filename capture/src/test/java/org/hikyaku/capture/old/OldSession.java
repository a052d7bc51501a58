package org.hikyaku.capture.old;

import static org.hikyaku.capture.old.OldSecrets.SSL3;
import static org.hikyaku.capture.old.OldSecrets.TLS12;
import static org.hikyaku.capture.old.OldSecrets.ascii;
import static org.hikyaku.capture.old.OldSecrets.cat;
import static org.hikyaku.capture.old.OldSecrets.hash;
import static org.hikyaku.capture.old.OldSecrets.prf;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import org.hikyaku.x509.Credential;

/** One session of a scripted client and server with static RSA key exchange, both sides' bytes at once. */
final class OldSession {

    /** What is said inside, in turn: the client begins. */
    record Speech(List<String> client, List<String> server) {}

    /** How the session differs from the plainest. */
    enum Twist {
        PLAIN,
        COMPRESSED,
        /** The ClientHello has the shape of SSL 2.0 (RFC 6101 appendix E). */
        SSL2_HELLO,
        /** A second handshake inside the first, with the same suite (RFC 5246 section 7.4.1.1). */
        RENEGOTIATED
    }

    private final int version;
    private final OldSuite suite;
    private final Twist twist;
    private final Credential server;
    private final Random random;
    private final Pcap.Tcp tcp;
    private final List<String> keyLog = new ArrayList<>();
    private ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private Sealer sealer = (fromClient, type, content) -> OldRecords.record(0, type, content);

    @FunctionalInterface
    private interface Sealer {
        byte[] record(boolean fromClient, int type, byte[] content);
    }

    OldSession(Pcap.Tcp tcp, int version, OldSuite suite, Twist twist, Credential server, Random random) {
        this.tcp = tcp;
        this.version = version;
        this.suite = suite;
        this.twist = twist;
        this.server = server;
        this.random = random;
        this.sealer = (fromClient, type, content) -> OldRecords.record(version, type, content);
    }

    /** {@code CLIENT_RANDOM …} lines of all handshakes. */
    List<String> keyLog() {
        return keyLog;
    }

    void run(Speech speech) throws GeneralSecurityException {
        handshake(twist == Twist.SSL2_HELLO);
        for (int i = 0; i < speech.client().size(); i++) {
            if (i == 1 && twist == Twist.RENEGOTIATED) {
                handshake(false);
            }
            send(true, 23, ascii(speech.client().get(i)));
            send(false, 23, ascii(speech.server().get(i)));
        }
        send(true, 21, new byte[] {1, 0});
        send(false, 21, new byte[] {1, 0});
        tcp.end();
    }

    private void handshake(boolean ssl2) throws GeneralSecurityException {
        messages = new ByteArrayOutputStream();
        byte[] clientRandom = bytes(32);
        byte[] serverRandom = bytes(32);
        byte[] ver = {(byte) (version >> 8), (byte) version};
        byte[] code = {(byte) (suite.code() >> 8), (byte) suite.code()};
        if (ssl2) {
            Arrays.fill(clientRandom, 0, 16, (byte) 0); // RFC 6101 appendix E.2: a short challenge stands at the end
            byte[] hello = cat(
                    new byte[] {1},
                    ver,
                    new byte[] {0, 3, 0, 0, 0, 16, 0},
                    code,
                    Arrays.copyOfRange(clientRandom, 16, 32));
            messages.writeBytes(hello);
            tcp.send(true, cat(new byte[] {(byte) 0x80, (byte) hello.length}, hello));
        } else {
            byte[] compressions = twist == Twist.COMPRESSED ? new byte[] {2, 1, 0} : new byte[] {1, 0};
            message(true, 1, cat(ver, clientRandom, new byte[] {0, 0, 2}, code, compressions));
        }
        byte[] id = bytes(32);
        message(false, 2, cat(ver, serverRandom, new byte[] {32}, id, code, new byte[] {
            (byte) (twist == Twist.COMPRESSED ? 1 : 0)
        }));
        byte[] der = server.certificate().der();
        message(false, 11, cat(three(der.length + 3), three(der.length), der));
        message(false, 14, new byte[0]);
        byte[] premaster = bytes(48);
        premaster[0] = ver[0];
        premaster[1] = ver[1];
        byte[] sent = encrypt(premaster);
        message(
                true,
                16,
                version == SSL3 ? sent : cat(new byte[] {(byte) (sent.length >> 8), (byte) sent.length}, sent));
        byte[] master = OldSecrets.master(version, premaster, clientRandom, serverRandom);
        HexFormat hex = HexFormat.of();
        keyLog.add("CLIENT_RANDOM " + hex.formatHex(clientRandom) + " " + hex.formatHex(master));
        Sealer before = sealer;
        OldRecords client = records(true, master, clientRandom, serverRandom);
        OldRecords answering = records(false, master, clientRandom, serverRandom);
        tcp.send(true, before.record(true, 20, new byte[] {1}));
        sealer = (fromClient, type, content) ->
                fromClient ? client.seal(type, content) : before.record(false, type, content);
        message(true, 20, OldSecrets.finished(version, master, true, messages.toByteArray()));
        tcp.send(false, before.record(false, 20, new byte[] {1}));
        sealer = (fromClient, type, content) -> (fromClient ? client : answering).seal(type, content);
        message(false, 20, OldSecrets.finished(version, master, false, messages.toByteArray()));
    }

    private OldRecords records(boolean client, byte[] master, byte[] clientRandom, byte[] serverRandom) {
        int mac = suite.macLength();
        int key = suite.material();
        int iv = version < 0x0302 && !suite.export() ? suite.blockLength() : 0;
        // RFC 2246 section 6.3: the server's random comes first here.
        byte[] seed = cat(serverRandom, clientRandom);
        int length = 2 * (mac + key + iv);
        byte[] block = version == SSL3
                ? OldSecrets.ssl3(master, seed, length)
                : prf(version, master, "key expansion", seed, length);
        byte[] macKey = part(block, client ? 0 : mac, mac);
        byte[] writeKey = part(block, 2 * mac + (client ? 0 : key), key);
        byte[] vector = part(block, 2 * mac + 2 * key + (client ? 0 : iv), iv);
        if (suite.export()) {
            byte[] own = cat(clientRandom, serverRandom);
            byte[] ordered = client ? own : seed;
            if (version == SSL3) {
                // RFC 6101 section 6.2.2.1
                writeKey = Arrays.copyOf(hash("MD5", writeKey, ordered), suite.key());
                vector = Arrays.copyOf(hash("MD5", ordered), suite.blockLength());
            } else {
                // RFC 2246 section 6.3.1
                writeKey = prf(version, writeKey, client ? "client write key" : "server write key", own, suite.key());
                byte[] vectors = prf(version, new byte[0], "IV block", own, 2 * suite.blockLength());
                vector = part(vectors, client ? 0 : suite.blockLength(), suite.blockLength());
            }
        }
        return new OldRecords(version, suite, macKey, writeKey, vector, twist == Twist.COMPRESSED, random);
    }

    /** A handshake message in a record of its own, or in two. */
    private void message(boolean fromClient, int type, byte[] body) {
        byte[] whole = cat(new byte[] {(byte) type}, three(body.length), body);
        messages.writeBytes(whole);
        if (whole.length > 40 && random.nextBoolean()) {
            int cut = 1 + random.nextInt(whole.length - 1);
            tcp.send(fromClient, sealer.record(fromClient, 22, Arrays.copyOf(whole, cut)));
            tcp.send(fromClient, sealer.record(fromClient, 22, Arrays.copyOfRange(whole, cut, whole.length)));
        } else {
            tcp.send(fromClient, sealer.record(fromClient, 22, whole));
        }
    }

    private void send(boolean fromClient, int type, byte[] content) {
        tcp.send(fromClient, sealer.record(fromClient, type, content));
    }

    private byte[] encrypt(byte[] premaster) throws GeneralSecurityException {
        Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        rsa.init(
                Cipher.ENCRYPT_MODE,
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new java.io.ByteArrayInputStream(
                                server.certificate().der()))
                        .getPublicKey());
        return rsa.doFinal(premaster);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] three(int value) {
        return new byte[] {(byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static byte[] part(byte[] whole, int from, int length) {
        return Arrays.copyOfRange(whole, from, from + length);
    }

    /** For the sake of messages. */
    static String title(int version) {
        return version == SSL3 ? "SSL 3.0" : version == TLS12 ? "TLS 1.2" : "TLS 1." + (version - 0x0301);
    }
}
