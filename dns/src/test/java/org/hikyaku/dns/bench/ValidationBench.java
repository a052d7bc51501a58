package org.hikyaku.dns.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.StubOptions;
import org.hikyaku.dns.StubResolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.dns.interop.DnsServers;
import org.hikyaku.net.Deadline;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Validated answers a second, ours and Unbound's, in one run: both forward to the same third server, an Unbound that
 * does not validate and has everything in its cache; both begin every round with empty caches; the same 10,000
 * questions in the same order with the same number under way; every status and every record compared.
 */
final class ValidationBench {
    private static final int WINDOW = 256;
    private static final int WARM_UPS = 3;
    private static final Duration CACHED_FOR = Duration.ofSeconds(3);
    private static final int STUB_TIMES = 10;
    private static final Duration STUB_PATIENCE = Duration.ofSeconds(30);
    private static final double CACHED_GOAL = 500_000;

    private final ThousandZones zones;
    private final DnsServers.Running third;
    private final Path folder;

    private ValidationBench(ThousandZones zones, DnsServers.Running third, Path folder) {
        this.zones = zones;
        this.third = third;
        this.folder = folder;
    }

    /** One round: how long it took by the clock, and processor time of the validator. */
    private record Round(double perSecond, double microsEach) {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]).toAbsolutePath();
        int rounds = Integer.parseInt(args[1]);
        ThousandZones zones = ThousandZones.in(folder);
        try (DnsServers.Running authority = DnsServers.nsd(folder.resolve("nsd"), zones.zones());
                DnsServers.Running third = DnsServers.unbound(
                        folder.resolve("third"), "module-config: \"iterator\"\n" + LARGE, authority.asForwardZone())) {
            System.exit(new ValidationBench(zones, third, folder).run(rounds) ? 0 : 1);
        }
    }

    /** Room for everything, so that no server is held back by a default meant for small machines. */
    private static final String LARGE = """
            so-rcvbuf: 4m
            so-sndbuf: 4m
            outgoing-range: 8192
            num-queries-per-thread: 4096
            msg-cache-size: 128m
            rrset-cache-size: 256m
            key-cache-size: 64m
            neg-cache-size: 16m
            """;

    private boolean run(int rounds) throws Exception {
        List<String> oursSays = new ArrayList<>();
        List<String> unboundSays = new ArrayList<>();
        Round cold = ours(oursSays);
        unbound(1, unboundSays);
        System.out.println("10,000 questions in 1,000 signed zones, " + WINDOW + " under way; "
                + Runtime.getRuntime().availableProcessors() + " processors");
        boolean same = compare(oursSays, unboundSays);
        for (int i = 1; i < WARM_UPS; i++) {
            ours(new ArrayList<>());
        }
        List<Round> ours = new ArrayList<>();
        List<Round> one = new ArrayList<>();
        List<Round> two = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            ours.add(ours(oursSays));
            one.add(unbound(1, unboundSays));
            same &= compare(oursSays, unboundSays);
            two.add(unbound(2, unboundSays));
            same &= compare(oursSays, unboundSays);
        }
        System.out.printf(
                Locale.ROOT, "%n%-34s %27s   %s%n", "validated, caches empty", "answers/s", "processor time each");
        System.out.printf(Locale.ROOT, "%-34s %8s %9s %8s   %s%n", "", "min", "median", "max", "median");
        row("Hikyaku, in process", ours);
        row("Unbound, 1 thread", one);
        row("Unbound, 2 threads", two);
        double best = Math.max(median(one), median(two));
        double ratio = median(ours) / best;
        System.out.printf(Locale.ROOT, "Hikyaku / the better Unbound: %.2f%n", ratio);
        System.out.printf(Locale.ROOT, "Hikyaku's very first round, JVM cold: %.0f answers/s%n", cold.perSecond());
        stub();
        double cached = cached();
        boolean well = same && ratio >= 1 && cached >= CACHED_GOAL;
        System.out.println(well ? "goals met" : "GOALS MISSED");
        return well;
    }

    private static void row(String who, List<Round> rounds) {
        double[] perSecond =
                rounds.stream().mapToDouble(Round::perSecond).sorted().toArray();
        double[] micros =
                rounds.stream().mapToDouble(Round::microsEach).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%-34s %8.0f %9.0f %8.0f   %.0f us%n",
                who,
                perSecond[0],
                perSecond[perSecond.length / 2],
                perSecond[perSecond.length - 1],
                micros[micros.length / 2]);
    }

    private static double median(List<Round> rounds) {
        double[] sorted = rounds.stream().mapToDouble(Round::perSecond).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private ValidatingResolver resolver(StubResolver stub) throws Exception {
        return new ValidatingResolver(
                stub, TrustAnchors.ofFile(zones.anchor()), ValidatorOptions.defaults(), InstantSource.system());
    }

    private Round ours(List<String> says) throws Exception {
        List<Question> questions = zones.questions();
        AtomicReferenceArray<Answer> answers = new AtomicReferenceArray<>(questions.size());
        long cpu = processCpu();
        long began = System.nanoTime();
        try (StubResolver stub = new StubResolver(List.of(third.address()), StubOptions.defaults())) {
            ValidatingResolver resolver = resolver(stub);
            Semaphore window = new Semaphore(WINDOW);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < questions.size(); i++) {
                    int at = i;
                    window.acquire();
                    threads.execute(() -> {
                        answers.set(at, resolver.lookup(questions.get(at)));
                        window.release();
                    });
                }
            }
        }
        Round round = round(System.nanoTime() - began, processCpu() - cpu);
        says.clear();
        for (int i = 0; i < questions.size(); i++) {
            says.add(questions.get(i) + " " + words(answers.get(i)));
        }
        return round;
    }

    private Round unbound(int threads, List<String> says) throws Exception {
        String server = LARGE + """
                num-threads: %d
                so-reuseport: %s
                trust-anchor-file: "%s"
                """.formatted(threads, threads > 1 ? "yes" : "no", zones.anchor());
        try (DnsServers.Running unbound =
                DnsServers.unbound(folder.resolve("unbound"), server, third.asForwardZone())) {
            LoadClient client = new LoadClient(unbound.address(), zones.questions());
            Duration cpu = unbound.process().processorTime();
            long began = System.nanoTime();
            byte[][] answers = client.run(WINDOW);
            long took = System.nanoTime() - began;
            Round round =
                    round(took, unbound.process().processorTime().minus(cpu).toNanos());
            says.clear();
            for (int i = 0; i < answers.length; i++) {
                says.add(zones.questions().get(i) + " "
                        + words(new Message(answers[i]), zones.questions().get(i)));
            }
            return round;
        }
    }

    private Round round(long nanos, long cpuNanos) {
        int n = zones.questions().size();
        return new Round(n * 1e9 / nanos, cpuNanos / 1e3 / n);
    }

    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Questions to the third server and its answers from the cache, parsed but not validated. */
    private void stub() throws Exception {
        double[] rates = new double[3];
        try (StubResolver stub = new StubResolver(List.of(third.address()), StubOptions.defaults())) {
            for (int round = 0; round < rates.length; round++) {
                LongAdder unusable = new LongAdder();
                long began = System.nanoTime();
                try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (int times = 0; times < STUB_TIMES; times++) {
                        for (Question question : zones.questions()) {
                            threads.execute(() -> {
                                if (stub.ask(question, Deadline.after(STUB_PATIENCE)) instanceof Reply.Unusable) {
                                    unusable.increment();
                                }
                            });
                        }
                    }
                }
                rates[round] = STUB_TIMES * zones.questions().size() * 1e9 / (System.nanoTime() - began);
                if (unusable.sum() > 0) {
                    System.out.println("UNANSWERED: " + unusable.sum());
                }
            }
        }
        Arrays.sort(rates);
        System.out.printf(
                Locale.ROOT,
                "%n%-34s %8.0f %9.0f %8.0f%n",
                "plain queries/s, 1,024 under way",
                rates[0],
                rates[1],
                rates[2]);
    }

    /** Look-ups of names that were validated before, by as many threads as there are processors. */
    private double cached() throws Exception {
        try (StubResolver stub = new StubResolver(List.of(third.address()), StubOptions.defaults())) {
            ValidatingResolver resolver = resolver(stub);
            for (Question question : zones.questions()) {
                resolver.lookup(question);
            }
            // fresh questions, as a caller has them: no name has its hash computed
            List<Question> again = new ArrayList<>();
            for (Question question : zones.questions()) {
                again.add(new Question(new org.xbill.DNS.Name(question.name(), 0), question.type()));
            }
            double[] rates = new double[3];
            for (int round = 0; round < rates.length; round++) {
                rates[round] = cachedRound(resolver, again);
            }
            Arrays.sort(rates);
            System.out.printf(
                    Locale.ROOT,
                    "%n%-34s %8.0f %9.0f %8.0f%n",
                    "cached answers/s, all processors",
                    rates[0],
                    rates[1],
                    rates[2]);
            return rates[1];
        }
    }

    private static double cachedRound(ValidatingResolver resolver, List<Question> questions) throws Exception {
        LongAdder answered = new LongAdder();
        long began = System.nanoTime();
        long end = began + CACHED_FOR.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < Runtime.getRuntime().availableProcessors(); t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (System.nanoTime() < end) {
                    for (Question question : questions) {
                        if (!(resolver.lookup(question) instanceof Answer.Secure)) {
                            throw new IllegalStateException(question + " is not secure any more");
                        }
                    }
                    answered.add(questions.size());
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return answered.sum() * 1e9 / (System.nanoTime() - began);
    }

    private static boolean compare(List<String> ours, List<String> unbound) {
        int differences = 0;
        for (int i = 0; i < ours.size(); i++) {
            if (!ours.get(i).equals(unbound.get(i)) && differences++ < 10) {
                System.out.println("DIFFERENT: Hikyaku: " + ours.get(i) + "\n           Unbound: " + unbound.get(i));
            }
        }
        if (differences > 0) {
            System.out.println("DIFFERENT: " + differences + " of " + ours.size() + " answers");
        }
        return differences == 0;
    }

    private static String words(Answer answer) {
        return switch (answer) {
            case Answer.Secure(Question q, Content content, var proof) -> "secure " + words(content);
            case Answer.Insecure(Question q, Content content, var proof) -> "insecure " + words(content);
            case Answer.Bogus bogus -> "bogus " + bogus.reason();
            case Answer.Failed failed -> "failed " + failed.failure();
        };
    }

    private static String words(Content content) {
        return switch (content) {
            case Content.Records records -> records(records.records());
            case Content.NoData none -> "NODATA";
            case Content.NxDomain none -> "NXDOMAIN";
        };
    }

    private static String words(Message reply, Question question) {
        int rcode = reply.getRcode();
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            return Rcode.string(rcode);
        }
        String status = reply.getHeader().getFlag(Flags.AD) ? "secure " : "insecure ";
        if (rcode == Rcode.NXDOMAIN) {
            return status + "NXDOMAIN";
        }
        List<Record> records = reply.getSection(Section.ANSWER).stream()
                .filter(r -> r.getType() == question.type())
                .toList();
        return status + (records.isEmpty() ? "NODATA" : records(records));
    }

    private static String records(List<Record> records) {
        Set<String> words = new TreeSet<>();
        records.forEach(r -> words.add(r.getName() + " " + r.rdataToString()));
        return words.toString();
    }
}
