package org.hikyaku.capture.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hikyaku.capture.ip.Segment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTableTest {

    /** Both ends of a segment, the smaller first. */
    private record Ends(String low, String high) {
        static Ends of(Segment s) {
            String source = s.sourceHigh + " " + s.sourceLow + " " + s.sourcePort;
            String destination = s.destinationHigh + " " + s.destinationLow + " " + s.destinationPort;
            return source.compareTo(destination) <= 0 ? new Ends(source, destination) : new Ends(destination, source);
        }
    }

    /** Against a map of the JDK that keeps the order of access; few addresses and ports, so that ends meet and collide. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itFindsForgetsAndOrdersAsAMapDoes(long seed) {
        Random random = new Random(seed);
        FlowTable<Integer> table = new FlowTable<>();
        Map<Ends, Integer> model = new LinkedHashMap<>(16, 0.75f, true);
        for (int i = 0; i < 60_000; i++) {
            Segment s = segment(random);
            Ends ends = Ends.of(s);
            Integer found = table.find(s);
            assertThat(found).isEqualTo(model.get(ends));
            int dice = random.nextInt(20);
            if (found == null && dice < 15) {
                table.add(s, i);
                model.put(ends, i);
            } else if (found != null && dice == 0) {
                table.remove(s);
                model.remove(ends);
            } else if (dice == 1) {
                Integer oldest = model.isEmpty()
                        ? null
                        : model.remove(model.keySet().iterator().next());
                assertThat(table.removeOldest()).isEqualTo(oldest);
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        List<Integer> rest = new ArrayList<>(model.values());
        assertThat(rest).hasSizeGreaterThan(1024); // the table has grown
        assertThat(table.removeAll()).isEqualTo(rest);
        assertThat(table.size()).isZero();
        assertThat(table.find(segment(random))).isNull();
        assertThat(table.removeOldest()).isNull();
    }

    private static Segment segment(Random random) {
        Segment s = new Segment();
        s.sourceHigh = random.nextInt(2);
        s.destinationHigh = random.nextInt(2);
        s.sourceLow = 0xffff_0000_0000L | random.nextInt(5);
        s.destinationLow = 0xffff_0000_0000L | random.nextInt(5);
        s.sourcePort = random.nextInt(8);
        s.destinationPort = random.nextInt(8);
        return s;
    }
}
