package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hikyaku.tls.wire.Rfc8448.value;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RecordProtectionTest {
    private static final CipherSuite AES_128_GCM =
            CipherSuite.registry().find(0x1301).orElseThrow();

    /** RFC 8448 section 3: the server's flight, EncryptedExtensions to Finished, in one record. */
    @Test
    void theServerFlightOfRfc8448IsOpened() throws Exception {
        byte[] record = value("record.server_flight");
        RecordProtection server = protection("s hs");
        byte[] plain = new byte[record.length];

        int length = server.open(23, record, 5, record.length - 5, plain, 0);

        assertThat(server.openedType()).isEqualTo(22);
        assertThat(Arrays.copyOf(plain, length))
                .isEqualTo(Stream.of("encrypted_extensions", "certificate", "certificate_verify", "server_finished")
                        .map(Rfc8448::value)
                        .reduce(new byte[0], Tls12KeySchedule::join));
    }

    /** RFC 8448 section 3: a ticket, 50 bytes of data, and close_notify from the server, in this order. */
    @Test
    void theServersRecordsOfRfc8448AreOpenedInOrderAndInPlace() throws Exception {
        RecordProtection server = protection("s ap");
        assertThat(openInPlace(server, value("record.ticket"))).isEqualTo(value("new_session_ticket"));
        assertThat(openInPlace(server, value("record.server_data"))).hasSize(50).startsWith(0, 1, 2, 3);
        assertThat(openInPlace(server, value("record.server_alert"))).containsExactly(1, 0);
        assertThat(server.openedType()).isEqualTo(21);
        assertThat(server.sequence()).isEqualTo(3);
    }

    @Test
    void theClientsRecordsAreSealedAsInRfc8448() {
        RecordProtection handshake = protection("c hs");
        RecordProtection data = protection("c ap");
        byte[] fifty = new byte[50];
        for (int i = 0; i < 50; i++) {
            fifty[i] = (byte) i;
        }

        assertThat(record(handshake.seal(22, value("client_finished")))).isEqualTo(value("record.client_finished"));
        assertThat(record(data.seal(23, fifty))).isEqualTo(value("record.client_data"));
        assertThat(record(data.seal(21, new byte[] {1, 0}))).isEqualTo(value("record.client_alert"));
    }

    @Test
    void aRecordOutOfOrderIsRefusedAndTheNextStillOpens() throws Exception {
        RecordProtection server = protection("s ap");

        assertThatThrownBy(() -> openInPlace(server, value("record.server_data")))
                .isInstanceOf(BadRecordException.class)
                .hasMessage("record 0 does not verify");
        server.sequence(1);
        assertThat(openInPlace(server, value("record.server_data"))).hasSize(50);
    }

    /** What one side seals the other opens, for every suite, version and length around the block size; one bit off fails. */
    @TestFactory
    Stream<DynamicTest> everySupportedSuiteRoundTripsAndNoticesChange() {
        return CipherSuite.registry().all().stream()
                .filter(s -> !s.tls13() && !s.signalling() && RecordProtection.supported(s))
                .filter(s -> s.mac() != CipherSuite.Mac.NULL)
                .flatMap(s -> Stream.of(TlsVersion.SSLV3, TlsVersion.TLSV1_0, TlsVersion.TLSV1_2)
                        .filter(v -> v == TlsVersion.TLSV1_2 || !s.tls12Only())
                        .map(v -> DynamicTest.dynamicTest(v + " " + s.name(), () -> roundTrip(v, s))));
    }

    private static void roundTrip(TlsVersion version, CipherSuite suite) throws Exception {
        Random random = new Random(suite.code());
        for (boolean encryptThenMac : List.of(false, true)) {
            byte[] master = new byte[48];
            random.nextBytes(master);
            TrafficKeys keys = new Tls12KeySchedule(
                            version, suite.prf() == CipherSuite.Prf.OTHER ? CipherSuite.Prf.SHA256 : suite.prf())
                    .keyBlock(master, new byte[32], new byte[32], suite)
                    .client();
            RecordProtection sender = RecordProtection.tls12(version, suite, keys, encryptThenMac);
            RecordProtection receiver = RecordProtection.tls12(version, suite, keys, encryptThenMac);
            for (int length : new int[] {0, 1, 15, 16, 17, 300}) {
                byte[] plain = new byte[length];
                random.nextBytes(plain);
                byte[] sealed = sender.seal(23, plain);
                byte[] out = new byte[sealed.length];

                int opened = receiver.open(23, sealed, 0, sealed.length, out, 0);

                assertThat(Arrays.copyOf(out, opened)).isEqualTo(plain);
            }
            byte[] changed = sender.seal(23, new byte[20]);
            changed[changed.length - 1] ^= 1;
            assertThatThrownBy(() -> receiver.open(23, changed, 0, changed.length, new byte[changed.length], 0))
                    .isInstanceOf(BadRecordException.class);
        }
    }

    /** Two directions whose records alternate in one window, with the ciphers of one thread, whatever the records' length. */
    @Test
    void directionsThatShareCiphersDoNotDisturbEachOther() throws Exception {
        RecordCiphers ciphers = new RecordCiphers();
        TrafficKeys[] keys = {
            new TrafficKeys(new byte[0], value("c ap key"), value("c ap iv")),
            new TrafficKeys(new byte[0], value("s ap key"), value("s ap iv"))
        };
        RecordProtection[] senders = new RecordProtection[2];
        RecordProtection[] receivers = new RecordProtection[2];
        for (int side = 0; side < 2; side++) {
            senders[side] = RecordProtection.tls13(AES_128_GCM, keys[side], ciphers);
            receivers[side] = RecordProtection.tls13(AES_128_GCM, keys[side], ciphers);
        }
        Random random = new Random(8446);
        byte[] window = new byte[100_000];
        byte[] out = new byte[50_000];
        for (int length : new int[] {0, 1, 200, 238, 239, 255, 256, 1000, 1024, 4000, 4096, 5000, 16_384, 20_000}) {
            for (int side = 0; side < 2; side++) {
                byte[] plain = new byte[length];
                random.nextBytes(plain);
                byte[] sealed = senders[side].seal(23, plain);
                random.nextBytes(window);
                random.nextBytes(out);
                byte[] before = out.clone();
                int at = random.nextInt(window.length - sealed.length);
                System.arraycopy(sealed, 0, window, at, sealed.length);

                int opened = receivers[side].open(23, window, at, sealed.length, out, 7);

                assertThat(Arrays.copyOfRange(out, 7, 7 + opened)).isEqualTo(plain);
                assertThat(Arrays.copyOf(out, 7)).isEqualTo(Arrays.copyOf(before, 7));
                assertThat(Arrays.copyOfRange(out, 7 + sealed.length, out.length))
                        .isEqualTo(Arrays.copyOfRange(before, 7 + sealed.length, out.length));
            }
        }
    }

    private static byte[] openInPlace(RecordProtection protection, byte[] record) throws Exception {
        int length = protection.open(23, record, 5, record.length - 5, record, 5);
        return Arrays.copyOfRange(record, 5, 5 + length);
    }

    private static byte[] record(byte[] fragment) {
        return TlsRecord.encode(ContentType.APPLICATION_DATA, 0x0303, fragment);
    }

    private static RecordProtection protection(String side) {
        return RecordProtection.tls13(
                AES_128_GCM, new TrafficKeys(new byte[0], value(side + " key"), value(side + " iv")));
    }
}
