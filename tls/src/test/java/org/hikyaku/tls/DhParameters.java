package org.hikyaku.tls;

import java.io.IOException;
import java.nio.file.Path;

/** A prime for finite-field key exchange that TLS has no name for: the 2048-bit group of RFC 3526. */
final class DhParameters {
    private DhParameters() {}

    static void write(Path file) throws IOException, InterruptedException {
        int code = new ProcessBuilder(
                        "openssl",
                        "genpkey",
                        "-genparam",
                        "-algorithm",
                        "DH",
                        "-pkeyopt",
                        "group:modp_2048",
                        "-out",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("openssl genpkey failed with " + code);
        }
    }
}
