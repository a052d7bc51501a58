package org.hikyaku.cli;

import java.nio.file.Path;
import java.util.Set;

/**
 * Runs what is run most, for the JVM's ahead-of-time cache to learn from: the launcher calls it once after a build. A cache keeps the
 * classes of one process, and the JVM loads all that a cache has before it begins. So there are two: a small one for what is over in a
 * moment, and a large one for what works with the network.
 */
final class Training {
    private Training() {}

    /**
     * Runs what the cache of this name is for.
     *
     * @param args {@code decode} or {@code hikyaku}; a folder with {@code smtp.pcap}, {@code web.pcap}, {@code web.key} and
     *     {@code keys.log}; and one to write into
     * @throws IllegalStateException when a command ends otherwise than it should: what it did is not what there is to learn
     */
    public static void main(String[] args) {
        Path captures = Path.of(args[1]);
        Path out = Path.of(args[2]);
        run(ExitCode.OK, "--version");
        switch (args[0]) {
            case "decode" -> decode(captures);
            case "hikyaku" -> demo(out.resolve("training.html"));
            default -> throw new IllegalArgumentException("there is no cache " + args[0]);
        }
    }

    /** A machine that is too busy may have judged a domain otherwise: what is learnt is the same. */
    private static void demo(Path page) {
        run(Set.of(ExitCode.OK, ExitCode.FINDINGS), "demo", "--html", page.toString());
    }

    /** Captures of SMTP with STARTTLS and of HTTP, each with its keys and with none that fit. */
    private static void decode(Path captures) {
        String keys = captures.resolve("keys.log").toString();
        String rsaKey = captures.resolve("web.key").toString();
        for (String name : new String[] {"smtp.pcap", "web.pcap"}) {
            String capture = captures.resolve(name).toString();
            run(ExitCode.OK, "decode", capture, "--keylog", keys);
            run(ExitCode.OK, "decode", capture, "--keylog", keys, "--sha256");
            run(ExitCode.OK, "decode", capture, "--keylog", keys, "--dialogue");
            run(ExitCode.OK, "decode", capture, "--keylog", keys, "--story");
            run(ExitCode.OK, "decode", capture, "--keylog", keys, "--json");
            run(
                    name.equals("web.pcap") ? ExitCode.OK : ExitCode.FINDINGS, // that key opens one of the two
                    "decode",
                    capture,
                    "--rsa-key",
                    rsaKey);
        }
    }

    private static void run(ExitCode expected, String... args) {
        run(Set.of(expected), args);
    }

    private static void run(Set<ExitCode> expected, String... args) {
        int code = Hikyaku.run(Environment.system(), args);
        if (expected.stream().noneMatch(e -> e.code() == code)) {
            throw new IllegalStateException("'" + String.join(" ", args) + "' ended with " + code
                    + ", which is none of " + expected + "; there will be no cache of what it did");
        }
    }
}
