package org.hikyaku.capture.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.BadRecordException;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.RecordProtection;
import org.hikyaku.tls.wire.TrafficKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is tried behind a hole: the way is found behind a loss that is real, and one that lies costs little. */
class RecordSearchTest {
    private static final int LENGTH = 1000;

    /** Opens under one number only, and counts. */
    private static final class OneNumber implements RecordProtection {
        private final BadRecordException another = new BadRecordException("another number");
        private final long right;
        private long next;
        private int trials;

        OneNumber(long right) {
            this.right = right;
        }

        @Override
        public int open(int type, byte[] fragment, int offset, int length, byte[] out, int outOffset)
                throws BadRecordException {
            trials++;
            if (next != right && next > 0) {
                throw another;
            }
            next++;
            return 1;
        }

        @Override
        public int openedType() {
            return 23;
        }

        @Override
        public byte[] seal(int type, byte[] plaintext) {
            throw new UnsupportedOperationException("only opens");
        }

        @Override
        public long sequence() {
            return next;
        }

        @Override
        public void sequence(long to) {
            next = to;
        }
    }

    private final TrialBudget budget = new TrialBudget();
    private final RecordOpener opener = new RecordOpener(new byte[TlsConversation.SCRATCH], budget);

    private static Direction direction(RecordProtection protection) {
        RecordSink sink = new RecordSink() {
            @Override
            public void record(int type, int version, byte[] data, int offset, int length, long frame, long nanos) {}

            @Override
            public void ssl2Hello(byte[] message, long frame, long nanos) {}

            @Override
            public void damaged(int type, int version, byte[] data, int offset, int length, Loss loss) {}

            @Override
            public void lost(Loss loss) {}

            @Override
            public boolean isRecord(
                    int type, int version, byte[] data, int offset, int length, long skipped, boolean another) {
                return false;
            }
        };
        Direction d = new Direction(Side.SERVER, sink, new RecordMemory().share());
        d.protect(Direction.Phase.APPLICATION, protection);
        return d;
    }

    private int search(Direction d, long skipped) {
        return opener.search(d, 23, new byte[LENGTH], 0, LENGTH, skipped, _ -> Optional.empty());
    }

    private static long lost(long records) {
        return records * (5 + LENGTH);
    }

    @Test
    void aHoleInALongTransferIsCrossedByTheLengthOfItsRecords() {
        OneNumber protection = new OneNumber(1_000_003);
        Direction d = direction(protection);
        assertThat(opener.open(d, 23, new byte[LENGTH], 0, LENGTH)).isEqualTo(1);
        assertThat(search(d, lost(1_000_000)))
                .as("two of them were a little shorter")
                .isEqualTo(1);
        assertThat(protection.sequence()).isEqualTo(1_000_004);
        assertThat(protection.trials).isLessThan(20);
        assertThat(budget.refused()).isZero();
    }

    /** Small records among which a large one comes next: only counting up finds them. */
    @Test
    void aHoleOfShortRecordsIsCrossedByCounting() {
        OneNumber protection = new OneNumber(801);
        Direction d = direction(protection);
        opener.open(d, 23, new byte[LENGTH], 0, LENGTH);
        assertThat(search(d, 800 * 60)).isEqualTo(1);
        assertThat(protection.sequence()).isEqualTo(802);
    }

    @Test
    void aHoleThatLiesCostsWhatIsGivenToEachConnectionAndNoMore() {
        OneNumber protection = new OneNumber(Long.MAX_VALUE);
        Direction d = direction(protection);
        protection.sequence(1);
        assertThat(search(d, 1L << 30)).isNegative();
        assertThat(protection.trials).isEqualTo((int) (TrialBudget.OF_ONE.value() / (512 + LENGTH)));
        assertThat(search(d, 1L << 30)).isNegative();
        assertThat(budget.refused()).isEqualTo(2);
        assertThat(protection.trials).isLessThan(3_000);
    }

    /** Each of them would be refused as well. */
    @Test
    void laterKeysAreNotAskedForWhenNothingMoreMayBeTried() {
        OneNumber later = new OneNumber(Long.MAX_VALUE);
        OneNumber protection = new OneNumber(Long.MAX_VALUE);
        Direction d = direction(protection);
        protection.sequence(1);
        RecordOpener.Next next = new RecordOpener.Next(Direction.Phase.APPLICATION, new byte[32], later);
        assertThat(opener.search(
                        d,
                        23,
                        new byte[LENGTH],
                        0,
                        LENGTH,
                        1L << 30,
                        i -> i < 3 ? Optional.of(next) : Optional.empty()))
                .isNegative();
        assertThat(budget.refused()).as("one search was given up").isEqualTo(1);
        assertThat(later.trials).isZero();
        assertThat(protection.sequence()).isEqualTo(1);
    }

    @Test
    void whatWasOpenedEarnsMoreTrials() {
        OneNumber protection = new OneNumber(Long.MAX_VALUE);
        Direction d = direction(protection);
        for (int i = 0; i < 10_000; i++) {
            protection.sequence(0);
            opener.open(d, 23, new byte[LENGTH], 0, LENGTH);
        }
        protection.trials = 0;
        search(d, 1L << 30);
        assertThat(protection.trials)
                .isEqualTo((int) ((TrialBudget.OF_ONE.value() + 16 * 10_000 * LENGTH) / (512 + LENGTH)));
    }

    @Test
    void allConnectionsTogetherAreBoundedToo() {
        int trials = 0;
        for (int i = 0; i < 80; i++) {
            OneNumber protection = new OneNumber(Long.MAX_VALUE);
            protection.sequence(1);
            new RecordOpener(new byte[TlsConversation.SCRATCH], budget)
                    .search(direction(protection), 23, new byte[LENGTH], 0, LENGTH, 1L << 30, _ -> Optional.empty());
            trials += protection.trials;
        }
        assertThat(trials).isEqualTo((int) (TrialBudget.OF_ALL.value() / (512 + LENGTH)));
        assertThat(budget.refused()).isEqualTo(80);
    }

    /**
     * A megabyte of short records is missing, a little shorter than those before it, and long ones come behind: a record of TLS 1.3 tells
     * by its last byte most numbers that are not its own, one of TLS 1.2 by its nonce which is.
     */
    @ParameterizedTest
    @CsvSource({"1301, true", "1302, true", "1303, true", "1304, true", "1305, true", "c02f, false", "c0ac, false"})
    void longRecordsAreFoundBehindThousandsOfShortOnes(String code, boolean tls13) throws Exception {
        CipherSuite suite =
                CipherSuite.registry().find(Integer.parseInt(code, 16)).orElseThrow();
        TrafficKeys keys = new TrafficKeys(
                new byte[0],
                Arrays.copyOf(
                        "a key of this one direction only".getBytes(US_ASCII),
                        suite.cipher().keyLength()),
                Arrays.copyOf("its very own IV".getBytes(US_ASCII), tls13 ? 12 : 4));
        RecordProtection sender = protection(suite, keys, tls13);
        RecordProtection receiver = protection(suite, keys, tls13);
        Direction d = direction(receiver);
        for (int i = 0; i < 5; i++) {
            byte[] first = sender.seal(23, new byte[41]);
            assertThat(opener.open(d, 23, first, 0, first.length)).isEqualTo(41);
        }
        sender.sequence(17_345);
        byte[] found = sender.seal(23, new byte[16_000]);
        long skipped = 17_340L * 60;

        assertThat(opener.search(d, 23, found, 0, found.length, skipped, _ -> Optional.empty()))
                .isEqualTo(16_000);
        assertThat(receiver.sequence()).isEqualTo(17_346);
        assertThat(opener.out()[15_999]).isZero();

        found[found.length - 1] ^= 1;
        receiver.sequence(5);
        assertThat(opener.search(d, 23, found, 0, found.length, 1L << 30, _ -> Optional.empty()))
                .as("and what is no record does not take for ever")
                .isNegative();
        assertThat(budget.refused()).isEqualTo(1);
    }

    private static RecordProtection protection(CipherSuite suite, TrafficKeys keys, boolean tls13) {
        return tls13
                ? RecordProtection.tls13(suite, keys)
                : RecordProtection.tls12(TlsVersion.TLSV1_2, suite, keys, false);
    }
}
