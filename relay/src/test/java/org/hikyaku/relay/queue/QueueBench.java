package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Measures the queue on a real disk; run by {@code bench/queue}. */
final class QueueBench {
    private static final int PRODUCERS = 64;
    private static final int SIZE = 10_000;
    private static final int COMMITS = 60_000;
    private static final int MILLION = 1_000_000;

    private final Path folder;
    private final byte[] content = new byte[SIZE];

    private QueueBench(Path folder) {
        this.folder = folder;
        new Random(1).nextBytes(content);
    }

    /** Arguments: a folder on the disk to measure, and how many runs. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(args[0]), "queue-bench");
        boolean good = false;
        try {
            good = new QueueBench(folder).run(Integer.parseInt(args[1]));
        } finally {
            delete(folder);
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run(int runs) throws Exception {
        List<Double> commits = new ArrayList<>();
        List<Double> through = new ArrayList<>();
        List<Double> batches = new ArrayList<>();
        List<Double> singles = new ArrayList<>();
        commits();
        for (int i = 0; i < runs; i++) {
            batches.add(raw(64 * SIZE, 500, true) * 64);
            singles.add(raw(SIZE, 1_000, false));
            commits.add(commits());
            through.add(through());
        }
        print("10 KB commits/s, 64 producers", commits);
        print("10 KB mails/s in, out and settled", through);
        print("disk: 10 KB/s in appends of 640 KB, O_DSYNC", batches);
        print("disk: 10 KB writes/s, each with fdatasync", singles);
        List<Double> starts = start(runs);
        print("start with 1,000,000 mails, s", starts);
        Runtime runtime = Runtime.getRuntime();
        System.out.printf("heap of that JVM: at most %d MB%n", runtime.maxMemory() >> 20);
        return median(commits) >= 20_000 && median(starts) < 10;
    }

    private static void print(String what, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        System.out.printf(
                "%-45s min %,10.1f  median %,10.1f  max %,10.1f%n",
                what, sorted.getFirst(), median(values), sorted.getLast());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private double raw(int bytes, int count, boolean dsync) throws IOException {
        Path file = folder.resolve("raw");
        List<StandardOpenOption> options =
                new ArrayList<>(List.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        if (dsync) {
            options.add(StandardOpenOption.DSYNC);
        }
        try (FileChannel channel = FileChannel.open(file, options.toArray(StandardOpenOption[]::new))) {
            ByteBuffer block = ByteBuffer.allocateDirect(bytes);
            long since = System.nanoTime();
            for (int i = 0; i < count; i++) {
                channel.write(block.rewind());
                if (!dsync) {
                    channel.force(false);
                }
            }
            return count / seconds(since);
        } finally {
            Files.delete(file);
        }
    }

    private QueueOptions options(String name) {
        return QueueOptions.of(folder.resolve(name)).withReserve(1 << 30);
    }

    private interface Work {
        void once() throws Exception;
    }

    private static void onThreads(int threads, int count, Work work) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(count);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(Thread.startVirtualThread(() -> {
                try {
                    while (left.getAndDecrement() > 0) {
                        work.once();
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    private void put(MailQueue queue, String recipient) throws IOException {
        try (Draft draft = queue.open()) {
            draft.content().write(content);
            draft.commit(QueueContractTest.to(recipient));
        }
    }

    private double commits() throws Exception {
        try (MailQueue queue = SegmentQueue.open(options("commits"), InstantSource.system())) {
            long since = System.nanoTime();
            onThreads(PRODUCERS, COMMITS, () -> put(queue, "user@example.jp"));
            double rate = COMMITS / seconds(since);
            if (queue.figures().mails() != COMMITS) {
                throw new IllegalStateException("mails are missing");
            }
            return rate;
        } finally {
            delete(folder.resolve("commits"));
        }
    }

    /** 64 put mails in while 64 take them out, read them and settle them. */
    private double through() throws Exception {
        try (MailQueue queue = SegmentQueue.open(options("through"), InstantSource.system())) {
            Due due = queue.due(_ -> PRODUCERS);
            long since = System.nanoTime();
            Thread in = Thread.startVirtualThread(() -> {
                try {
                    onThreads(PRODUCERS, COMMITS, () -> put(queue, "user@example.jp"));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            onThreads(PRODUCERS, COMMITS, () -> {
                try (Parcel parcel = due.take(Duration.ofMinutes(1)).orElseThrow();
                        var stream = parcel.content().open()) {
                    stream.skipNBytes(SIZE);
                    parcel.settle(List.of(new Settlement.Delivered(0)));
                }
            });
            in.join();
            return COMMITS / seconds(since);
        } finally {
            delete(folder.resolve("through"));
        }
    }

    private List<Double> start(int runs) throws Exception {
        QueueOptions options = options("million");
        try (MailQueue queue = SegmentQueue.open(options, InstantSource.system())) {
            AtomicInteger number = new AtomicInteger();
            onThreads(PRODUCERS, MILLION, () -> put(queue, "user@d" + number.incrementAndGet() % 50_000 + ".example"));
        }
        List<Double> starts = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            long since = System.nanoTime();
            try (MailQueue queue = SegmentQueue.open(options, InstantSource.system())) {
                starts.add(seconds(since));
                if (queue.figures().mails() != MILLION) {
                    throw new IllegalStateException("mails are missing");
                }
                measureOthers(queue);
            }
        }
        return starts;
    }

    /** One destination lets nobody in: what the others get meanwhile. */
    private void measureOthers(MailQueue queue) throws Exception {
        Due due = queue.due(name -> name.equals("d1.example") ? 0 : 2);
        int count = 50_000;
        long since = System.nanoTime();
        onThreads(8, count, () -> {
            try (Parcel parcel = due.take(Duration.ofSeconds(10)).orElseThrow()) {
                if (parcel.destination().equals("d1.example")) {
                    throw new IllegalStateException("a parcel for a destination that may have none");
                }
            }
        });
        System.out.printf("  parcels/s handed out while one destination is down: %,.0f%n", count / seconds(since));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
