package org.hikyaku.tls.wire;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.hikyaku.tls.wire.AeadProtection.Form;

/**
 * Known answers for a library that opens records: a wrong one, whether by a compiler's mistake or by a processor's, is found before it
 * is believed. The answers are OpenSSL's, for made-up keys and records; the lengths lead through each branch of the C file. It takes a
 * small part of a millisecond.
 */
final class RecordLibraryTrial {
    /** Three blocks, two times four, four again by themselves, and a part of one. */
    private static final int LENGTH = 203;

    private static final int TAG = 16;
    private static final int TYPE = 23;

    private RecordLibraryTrial() {}

    static boolean passes(RecordLibrary library) {
        AeadParameters tls12 = new AeadParameters(Form.TLS12_EXPLICIT, new byte[] {1, 2, 3, 4});
        tls12.take(0x1112131415161718L, TYPE, LENGTH, new byte[] {5, 6, 7, 8, 9, 10, 11, 12}, 0);
        AeadParameters tls13 = new AeadParameters(Form.TLS13, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        tls13.take(0, TYPE, LENGTH, new byte[8], 0);
        return opens(library, pattern(0, 16), tls12, 0xb5eb32f095549bc7L, 0xb349ac9b4fd5e870L, 0x2ba69063L)
                && opens(library, pattern(0, 32), tls13, 0x8b418df95be20379L, 0xc55e3a9282c0ffa9L, 0xe5364cc2L)
                && expands(library, CipherSuite.Prf.SHA256, 16, 0x61a2bedeL)
                && expands(library, CipherSuite.Prf.SHA384, 32, 0x99825e87L);
    }

    private static byte[] pattern(int from, int length) {
        byte[] pattern = new byte[length];
        for (int i = 0; i < length; i++) {
            pattern[i] = (byte) ((from + i) * 167 + 13);
        }
        return pattern;
    }

    /** With this tag, and with no other. */
    private static boolean opens(
            RecordLibrary library, byte[] key, AeadParameters parameters, long tag, long restOfTag, long sum) {
        byte[] sealed = Arrays.copyOf(pattern(100, LENGTH), LENGTH + TAG);
        AeadParameters.putLong(sealed, LENGTH, tag);
        AeadParameters.putLong(sealed, LENGTH + 8, restOfTag);
        byte[] plain = new byte[LENGTH];
        if (!library.open(key, key, parameters, sealed, 0, sealed.length, plain, 0) || sum(plain) != sum) {
            return false;
        }
        sealed[LENGTH + TAG - 1] ^= 1;
        return !library.open(key, key, parameters, sealed, 0, sealed.length, plain, 0);
    }

    private static boolean expands(RecordLibrary library, CipherSuite.Prf prf, int keyLength, long sum) {
        List<TrafficKeys> keys = library.trafficKeys(
                prf,
                List.of(
                        pattern(0, prf.length()),
                        pattern(50, prf.length()),
                        pattern(100, prf.length()),
                        pattern(150, prf.length())),
                keyLength);
        CRC32 crc = new CRC32();
        for (TrafficKeys one : keys) {
            crc.update(one.key());
            crc.update(one.iv());
        }
        return crc.getValue() == sum;
    }

    private static long sum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }
}
