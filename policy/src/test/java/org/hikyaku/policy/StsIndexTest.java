package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The table of places, held against a map. */
class StsIndexTest {
    private final StsIndex index = new StsIndex();

    /** What stands at each place of the file. */
    private final Map<Long, Integer> file = new HashMap<>();

    private boolean find(long hash, int domain) throws IOException {
        return index.find(hash, position -> Integer.valueOf(domain).equals(file.get(position)));
    }

    /** Few hashes for many domains: every one is still found, and the last place of each is the one that counts. */
    @Test
    void sameHashesAreToldApartByTheirEntries() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        Map<Integer, StsIndex.Place> expected = new HashMap<>();
        for (long position = 8; position < 8 + 20_000; position++) {
            int domain = random.nextInt(8_000);
            StsIndex.Place place = new StsIndex.Place(
                    position, random.nextInt(11, 66_000), 1_700_000_000L + position, random.nextInt(31_557_601));
            file.put(position, domain);
            index.put(domain % 2_500, place, there -> Integer.valueOf(domain).equals(file.get(there)));
            expected.put(domain, place);
        }
        assertThat(index.count()).isEqualTo(expected.size());
        Map<Integer, StsIndex.Place> found = new HashMap<>();
        index.forEach(place -> found.put(file.get(place.position()), place));
        assertThat(found).isEqualTo(expected);
        for (int domain = 0; domain < 8_000; domain++) {
            assertThat(find(domain % 2_500, domain)).isEqualTo(expected.containsKey(domain));
        }
        assertThat(find(99_999, 99_999)).isFalse();
    }

    @Test
    void namesAreEqualWhateverTheCaseOfTheirLetters() {
        assertThat(StsIndex.hash(Zone.name("Example.JP"))).isEqualTo(StsIndex.hash(Zone.name("example.jp")));
        assertThat(StsIndex.hash(Zone.name("example.jp"))).isNotEqualTo(StsIndex.hash(Zone.name("example.jq")));
    }

    @Test
    void lifeEndsWithItsLastSecond() {
        StsIndex.Place place = new StsIndex.Place(8, 20, 1_000, 60);
        assertThat(place.isLive(1_059)).isTrue();
        assertThat(place.isLive(1_060)).isFalse();
    }
}
