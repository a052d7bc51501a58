package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that are not whole, when others hold all that there is for them. */
class RecordMemoryTest {
    private static final long EACH = RecordMemory.OF_EACH.value();
    private static final long ALL = RecordMemory.OF_ALL.value();
    private static final int LENGTH = 16_000;

    private final RecordMemory memory = new RecordMemory();
    private final List<String> told = new ArrayList<>();
    private final RecordMemory.Share others = memory.share();

    private final RecordAssembler assembler = new RecordAssembler(
            new RecordSink() {
                @Override
                public void record(int type, int version, byte[] data, int offset, int length, long frame, long nanos) {
                    told.add("record of " + length + " ending with " + data[offset + length - 1]);
                }

                @Override
                public void ssl2Hello(byte[] message, long frame, long nanos) {
                    told.add("hello of SSL 2.0");
                }

                @Override
                public void damaged(int type, int version, byte[] data, int offset, int length, Loss loss) {
                    told.add("type " + type + ", " + length + " bytes damaged in frame " + loss.frame() + ", lost "
                            + loss.bytes() + " at " + loss.offset());
                }

                @Override
                public void lost(Loss loss) {
                    told.add("lost " + loss.bytes());
                }

                @Override
                public boolean isRecord(
                        int type, int version, byte[] data, int offset, int length, long skipped, boolean another) {
                    return another;
                }
            },
            memory.share());

    private static byte[] record(int length, int last) {
        byte[] record = new byte[5 + length];
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (length >> 8);
        record[4] = (byte) length;
        record[4 + length] = (byte) last;
        return record;
    }

    private void data(byte[] d, int from, int to, long frame) {
        assembler.data(d, from, to - from, frame, 0);
    }

    /** Short ones, of which the second says that the first is one. */
    private void two(long frame) {
        byte[] both = Arrays.copyOf(record(100, 8), 210);
        System.arraycopy(record(100, 9), 0, both, 105, 105);
        data(both, 0, both.length, frame);
    }

    private void fill() {
        assertThat(others.hold(ALL + EACH)).isTrue();
    }

    /** Nothing of it is held, its end is known all the same, and what comes behind it is a record again. */
    @ParameterizedTest
    @ValueSource(ints = {5, 6, 1_000, 2_000, LENGTH})
    void aLongRecordIsPassedOver(int first) {
        fill();
        byte[] record = record(LENGTH, 7);
        data(record, 0, first, 1);
        int second = Math.max(first, 15_500);
        data(record, first, second, 2);
        data(record, second, record.length, 3);
        byte[] next = record(100, 8);
        data(next, 0, 50, 4);
        data(next, 50, next.length, 5);
        assertThat(told).hasSize(2).last().isEqualTo("record of 100 ending with 8");
        assertThat(told.getFirst()).startsWith("type 23, 16000 bytes damaged in frame 3, lost 16000 at ");
        assertThat(memory.refused()).isEqualTo(1);

        others.hold(0);
        data(record, 0, 2_000, 6);
        data(record, 2_000, record.length, 7);
        assertThat(told).last().isEqualTo("record of 16000 ending with 7");
    }

    /** A header and a hole are no reason to hold what nobody has sent. */
    @Test
    void aHoleInARecordThatIsPassedOver() {
        fill();
        byte[] record = record(LENGTH, 7);
        data(record, 0, 5, 1);
        assembler.gap(15_000, false, 2);
        data(record, 15_005, record.length, 3);
        assertThat(told).containsExactly("type 23, 16000 bytes damaged in frame 3, lost 16000 at 5");
        data(record, 0, 2_000, 4);
        assembler.gap(20_000, false, 5);
        two(6);
        assertThat(told.subList(1, told.size()))
                .containsExactly("lost 20000", "record of 100 ending with 8", "record of 100 ending with 9");
    }

    @Test
    void whatHasEndedHoldsNothing() {
        byte[] record = record(LENGTH, 7);
        data(record, 0, 10_000, 1);
        assertThat(others.hold(ALL + EACH)).isFalse();
        assembler.release();
        fill();
    }

    @Test
    void aDirectionThatGoesOnHoldsNothingWhileOthersNeedIt() {
        assertThat(others.hold(ALL / 2 + EACH)).isTrue();
        byte[] record = record(LENGTH, 7);
        data(record, 0, 10_000, 1);
        data(record, 10_000, record.length, 2);
        assertThat(told).containsExactly("record of 16000 ending with 7");
        fill();
    }

    @Test
    void theWayIsFoundAgainWithoutRoom() {
        assembler.beginInTheMiddle();
        fill();
        byte[] noise = new byte[3_000];
        Arrays.fill(noise, (byte) 77);
        data(noise, 0, 900, 1);
        data(noise, 0, 3_000, 2);
        two(3);
        assertThat(told).containsExactly("record of 100 ending with 8", "record of 100 ending with 9");
    }
}
