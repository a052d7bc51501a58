package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.KeyChoice;
import org.hikyaku.x509.Pem;

/**
 * Runs what is run most, for the JVM's ahead-of-time cache to learn from: the launcher calls it once after a build. The cache keeps the
 * classes of one process, so that one process has to do all of it.
 */
final class Training {
    private Training() {}

    /**
     * The demo; then captures of SMTP with STARTTLS and of HTTP, each with its keys and with none.
     *
     * @param args a folder with {@code smtp.pcap}, {@code web.pcap} and {@code keys.log}, and one to write into
     */
    public static void main(String[] args) throws IOException {
        Path captures = Path.of(args[0]);
        Path out = Path.of(args[1]);
        String keys = captures.resolve("keys.log").toString();
        String rsaKey = out.resolve("training.key").toString();
        Files.writeString(
                Path.of(rsaKey),
                Pem.encode(new CertificateMaker(new SecureRandom())
                        .key(KeyChoice.RSA_2048)
                        .getPrivate()));
        run("demo", "--html", out.resolve("training.html").toString());
        run("--version");
        for (String name : new String[] {"smtp.pcap", "web.pcap"}) {
            String capture = captures.resolve(name).toString();
            run("decode", capture, "--keylog", keys, "--sha256");
            run("decode", capture, "--keylog", keys, "--dialogue");
            run("decode", capture, "--keylog", keys, "--story");
            run("decode", capture, "--keylog", keys, "--json");
            run("decode", capture, "--rsa-key", rsaKey);
        }
        Files.delete(Path.of(rsaKey));
    }

    private static void run(String... args) {
        Hikyaku.run(Environment.system(), args);
    }
}
