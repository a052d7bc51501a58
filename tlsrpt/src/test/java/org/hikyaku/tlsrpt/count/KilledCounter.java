package org.hikyaku.tlsrpt.count;

import java.nio.file.Path;
import org.hikyaku.tlsrpt.store.Database;

/** A process of its own that counts until it is killed: a good session and a bad one, then says how many of each are durable. */
final class KilledCounter {
    private KilledCounter() {}

    public static void main(String... args) throws Exception {
        try (Database database = Database.open(Path.of(args[0]));
                SessionCounts counts = new StoredCounts(database)) {
            for (int number = 1; ; number++) {
                counts.add(StoredCountsTest.good(StoredCountsTest.DAY, "example.jp", StoredCountsTest.NONE));
                counts.add(StoredCountsTest.bad("example.jp", StoredCountsTest.NONE, "192.0.2." + number % 9));
                counts.flush();
                System.out.println(number);
            }
        }
    }
}
