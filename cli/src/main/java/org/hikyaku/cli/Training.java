package org.hikyaku.cli;

import java.nio.file.Path;

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
     */
    public static void main(String[] args) {
        Path captures = Path.of(args[1]);
        Path out = Path.of(args[2]);
        run("--version");
        switch (args[0]) {
            case "decode" -> decode(captures);
            case "hikyaku" -> run("demo", "--html", out.resolve("training.html").toString());
            default -> throw new IllegalArgumentException("there is no cache " + args[0]);
        }
    }

    /** Captures of SMTP with STARTTLS and of HTTP, each with its keys and with none that fit. */
    private static void decode(Path captures) {
        String keys = captures.resolve("keys.log").toString();
        String rsaKey = captures.resolve("web.key").toString();
        for (String name : new String[] {"smtp.pcap", "web.pcap"}) {
            String capture = captures.resolve(name).toString();
            run("decode", capture, "--keylog", keys);
            run("decode", capture, "--keylog", keys, "--sha256");
            run("decode", capture, "--keylog", keys, "--dialogue");
            run("decode", capture, "--keylog", keys, "--story");
            run("decode", capture, "--keylog", keys, "--json");
            run("decode", capture, "--rsa-key", rsaKey);
        }
    }

    private static void run(String... args) {
        Hikyaku.run(Environment.system(), args);
    }
}
