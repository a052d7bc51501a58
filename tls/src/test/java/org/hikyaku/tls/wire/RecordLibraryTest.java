package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hikyaku.tls.wire.Rfc8448.value;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite.Prf;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library in C, built as the launcher builds it, against RFC 8448, BouncyCastle, and what does the same without it. */
class RecordLibraryTest {
    private static final int TAG = 16;

    /** For each kind of instructions that this processor has. */
    private static List<RecordCiphers> all = List.of();

    private final Random random = new Random(5288);

    @BeforeAll
    static void build(@TempDir Path folder) throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "cc"))),
                "no C compiler (cc) here");
        Process build = new ProcessBuilder("../scripts/build-native", folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(said).isZero();
        Path library = folder.resolve(System.mapLibraryName("hikyaku_records"));
        assertThat(library).as(said).exists();
        all = RecordCiphers.ofThread(library);
        assumeTrue(!all.isEmpty(), "a processor without AES-NI");
    }

    private static CipherSuite suite(int code) {
        return CipherSuite.registry().find(code).orElseThrow();
    }

    /** RFC 8448 section 3: the server's first flight and its application data. */
    @Test
    void theRecordsOfRfc8448AreOpened() throws Exception {
        RecordCiphers ciphers = all.getFirst();
        List<TrafficKeys> keys = new Tls13KeySchedule(Prf.SHA256, ciphers)
                .trafficKeys(List.of(value("s hs traffic"), value("s ap traffic")), BulkCipher.AES_128_GCM);
        RecordProtection handshake = RecordProtection.tls13(suite(0x1301), keys.getFirst(), ciphers);
        RecordProtection data = RecordProtection.tls13(suite(0x1301), keys.getLast(), ciphers);

        assertThat(opened(handshake, value("record.server_flight"), 5))
                .isEqualTo(Stream.of("encrypted_extensions", "certificate", "certificate_verify", "server_finished")
                        .map(Rfc8448::value)
                        .reduce(new byte[0], Tls12KeySchedule::join));
        assertThat(opened(data, value("record.ticket"), 5)).isEqualTo(value("new_session_ticket"));
        assertThat(opened(data, value("record.server_data"), 5)).hasSize(50).startsWith(0, 1, 2, 3);
        assertThat(opened(data, value("record.server_alert"), 5)).containsExactly(1, 0);
    }

    @Test
    void theKeysOfRfc8448AreMadeAtOnce() {
        List<String> sides = List.of("c hs", "s hs", "c ap", "s ap");
        for (RecordCiphers ciphers : all) {
            List<TrafficKeys> keys = new Tls13KeySchedule(Prf.SHA256, ciphers)
                    .trafficKeys(sides.stream().map(s -> value(s + " traffic")).toList(), BulkCipher.AES_128_GCM);
            for (int i = 0; i < sides.size(); i++) {
                assertThat(keys.get(i).key()).isEqualTo(value(sides.get(i) + " key"));
                assertThat(keys.get(i).iv()).isEqualTo(value(sides.get(i) + " iv"));
            }
        }
    }

    @Test
    void keysAreThoseOfHkdfWhateverHashLengthAndNumber() {
        for (RecordCiphers ciphers : all) {
            for (Prf prf : List.of(Prf.SHA256, Prf.SHA384)) {
                Tls13KeySchedule schedule = new Tls13KeySchedule(prf, ciphers);
                for (BulkCipher cipher :
                        List.of(BulkCipher.AES_128_GCM, BulkCipher.AES_256_GCM, BulkCipher.CHACHA20_POLY1305)) {
                    for (int n = 1; n <= 6; n++) { // more than the library makes at once
                        List<byte[]> secrets = new ArrayList<>();
                        for (int i = 0; i < n; i++) {
                            secrets.add(bytes(prf.length()));
                        }
                        List<TrafficKeys> keys = schedule.trafficKeys(secrets, cipher);
                        assertThat(keys).hasSize(n);
                        for (int i = 0; i < n; i++) {
                            assertThat(keys.get(i).key())
                                    .isEqualTo(expanded(prf, secrets.get(i), "tls13 key", cipher.keyLength()));
                            assertThat(keys.get(i).iv()).isEqualTo(expanded(prf, secrets.get(i), "tls13 iv", 12));
                        }
                    }
                }
            }
        }
    }

    /** HkdfLabel of RFC 8446 section 7.1 written by hand, expanded by BouncyCastle. */
    private static byte[] expanded(Prf prf, byte[] secret, String label, int length) {
        WireWriter info = new WireWriter().u16(length);
        info.opaque8(label.getBytes(StandardCharsets.US_ASCII)).opaque8(new byte[0]);
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(prf == Prf.SHA256 ? new SHA256Digest() : new SHA384Digest());
        hkdf.init(HKDFParameters.skipExtractParameters(secret, info.toBytes()));
        byte[] out = new byte[length];
        hkdf.generateBytes(out, 0, length);
        return out;
    }

    /** Every length that is opened by the library, and those around where it ends, sealed by BouncyCastle. */
    @Test
    void recordsSealedByBouncyCastleAreOpenedWhateverTheirLength() throws Exception {
        RecordCiphers ciphers = all.getFirst();
        for (CipherSuite suite : List.of(suite(0x1301), suite(0x1302))) {
            TrafficKeys keys = new TrafficKeys(new byte[0], bytes(suite.cipher().keyLength()), bytes(12));
            RecordProtection receiver = RecordProtection.tls13(suite, keys, ciphers);
            byte[] window = bytes(9000);
            byte[] out = new byte[9000];
            int[] lengths = IntStream.concat(
                            IntStream.rangeClosed(0, 600),
                            IntStream.rangeClosed(RecordLibrary.LONGEST - 20, RecordLibrary.LONGEST + 20))
                    .toArray();
            for (int i = 0; i < lengths.length; i++) {
                byte[] inner = Arrays.copyOf(bytes(lengths[i]), lengths[i] + 1);
                inner[lengths[i]] = 23;
                byte[] sealed = sealed13(keys, i, inner);
                int at = random.nextInt(window.length - sealed.length);
                System.arraycopy(sealed, 0, window, at, sealed.length);

                int n = receiver.open(23, window, at, sealed.length, out, 3);

                assertThat(n).isEqualTo(lengths[i]);
                assertThat(Arrays.copyOfRange(out, 3, 3 + n)).isEqualTo(Arrays.copyOf(inner, n));
                assertThat(receiver.openedType()).isEqualTo(23);
            }
        }
    }

    private static byte[] sealed13(TrafficKeys keys, long sequence, byte[] inner) throws Exception {
        byte[] nonce = keys.iv().clone();
        for (int i = 0; i < 8; i++) {
            nonce[4 + i] ^= (byte) (sequence >>> 56 - 8 * i);
        }
        int length = inner.length + TAG;
        byte[] additional = {23, 3, 3, (byte) (length >>> 8), (byte) length};
        return gcm(keys.key(), nonce, additional, inner);
    }

    private static byte[] gcm(byte[] key, byte[] nonce, byte[] additional, byte[] plain) throws Exception {
        var gcm = GCMBlockCipher.newInstance(AESEngine.newInstance());
        gcm.init(true, new AEADParameters(new KeyParameter(key), 8 * TAG, nonce, additional));
        byte[] out = new byte[plain.length + TAG];
        int n = gcm.processBytes(plain, 0, plain.length, out, 0);
        gcm.doFinal(out, n);
        return out;
    }

    /** RFC 5288: four bytes of the nonce from the keys, eight with the record; the sequence number in the additional data. */
    @Test
    void recordsOfTls12AreOpened() throws Exception {
        for (CipherSuite suite : List.of(suite(0xc02f), suite(0xc030))) {
            TrafficKeys keys = new TrafficKeys(new byte[0], bytes(suite.cipher().keyLength()), bytes(4));
            RecordProtection receiver = RecordProtection.tls12(TlsVersion.TLSV1_2, suite, keys, false, all.getFirst());
            for (int length = 0; length < 100; length++) {
                byte[] plain = bytes(length);
                byte[] explicit = bytes(8);
                byte[] additional = {0, 0, 0, 0, 0, 0, 0, (byte) length, 22, 3, 3, 0, (byte) length};
                byte[] sealed = Tls12KeySchedule.join(
                        explicit, gcm(keys.key(), Tls12KeySchedule.join(keys.iv(), explicit), additional, plain));
                byte[] out = new byte[sealed.length];

                int n = receiver.open(22, sealed, 0, sealed.length, out, 0);

                assertThat(Arrays.copyOf(out, n)).isEqualTo(plain);
            }
        }
    }

    @Test
    void eachBitOfARecordMatters() throws Exception {
        TrafficKeys keys = new TrafficKeys(new byte[0], bytes(32), bytes(12));
        RecordProtection receiver = RecordProtection.tls13(suite(0x1302), keys, all.getFirst());
        byte[] inner = bytes(40);
        inner[39] = 22;
        byte[] sealed = sealed13(keys, 0, inner);
        byte[] out = bytes(100);
        byte[] before = out.clone();
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> receiver.open(23, changed, 0, changed.length, out, 0))
                    .isInstanceOf(BadRecordException.class)
                    .hasMessage("record 0 does not verify");
        }
        assertThatThrownBy(() -> receiver.open(22, sealed, 0, sealed.length, out, 0))
                .isInstanceOf(BadRecordException.class);
        receiver.sequence(1);
        assertThatThrownBy(() -> receiver.open(23, sealed, 0, sealed.length, out, 0))
                .isInstanceOf(BadRecordException.class);
        receiver.sequence(1L << 40);
        assertThatThrownBy(() -> receiver.open(23, sealed, 0, sealed.length, out, 0))
                .isInstanceOf(BadRecordException.class);
        assertThat(out).isEqualTo(before);
        receiver.sequence(0);
        assertThat(receiver.open(23, sealed, 0, sealed.length, out, 0)).isEqualTo(39);
    }

    @Test
    void anotherKeyOpensNothing() throws Exception {
        TrafficKeys right = new TrafficKeys(new byte[0], bytes(32), bytes(12));
        byte[] sealed = sealed13(right, 0, new byte[] {1, 2, 3, 23});
        byte[] key = right.key().clone();
        key[31] ^= 1;
        RecordProtection wrong =
                RecordProtection.tls13(suite(0x1302), new TrafficKeys(new byte[0], key, right.iv()), all.getFirst());
        RecordProtection good = RecordProtection.tls13(suite(0x1302), right, all.getFirst());
        for (int i = 0; i < 3; i++) { // by turns: the keys of one never stay for the other
            assertThatThrownBy(() -> wrong.open(23, sealed, 0, sealed.length, new byte[50], 0))
                    .isInstanceOf(BadRecordException.class);
            good.sequence(0);
            assertThat(good.open(23, sealed, 0, sealed.length, new byte[50], 0)).isEqualTo(3);
        }
    }

    /** Of both key lengths, versions and sides of the limit, in one thread, record by record. */
    @Test
    void directionsThatShareTheLibraryDoNotDisturbEachOther() throws Exception {
        List<RecordProtection> senders = new ArrayList<>();
        List<RecordProtection> receivers = new ArrayList<>();
        for (int code : new int[] {0x1301, 0x1302, 0xc02f, 0xc030, 0x1303, 0xcca8}) {
            for (int i = 0; i < 2; i++) {
                CipherSuite suite = suite(code);
                boolean explicit = code == 0xc02f || code == 0xc030;
                TrafficKeys keys =
                        new TrafficKeys(new byte[0], bytes(suite.cipher().keyLength()), bytes(explicit ? 4 : 12));
                senders.add(protection(suite, keys, new RecordCiphers()));
                receivers.add(protection(suite, keys, all.getFirst()));
            }
        }
        Tls13KeySchedule schedule = new Tls13KeySchedule(Prf.SHA384, all.getFirst());
        for (int round = 0; round < 400; round++) {
            int who = random.nextInt(senders.size());
            byte[] plain = bytes(random.nextInt(10) == 0 ? random.nextInt(16_384) : random.nextInt(300));
            byte[] sealed = senders.get(who).seal(23, plain);
            if (round % 10 == 0) {
                schedule.trafficKeys(List.of(bytes(48)), BulkCipher.AES_256_GCM); // in the same memory
            }
            byte[] out = new byte[sealed.length];

            int n = receivers.get(who).open(23, sealed, 0, sealed.length, out, 0);

            assertThat(Arrays.copyOf(out, n)).isEqualTo(plain);
        }
    }

    private static RecordProtection protection(CipherSuite suite, TrafficKeys keys, RecordCiphers ciphers) {
        return suite.tls13()
                ? RecordProtection.tls13(suite, keys, ciphers)
                : RecordProtection.tls12(TlsVersion.TLSV1_2, suite, keys, false, ciphers);
    }

    private static byte[] opened(RecordProtection protection, byte[] record, int from) throws Exception {
        byte[] out = new byte[record.length];
        return Arrays.copyOf(out, protection.open(23, record, from, record.length - from, out, 0));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
