package org.hikyaku.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.x509.Certificate;

/** By what name to call the server's certificate. A server shows the same one in each of thousands of connections. */
final class CertificateNames {
    private static final int MOST = 1_000;

    private final Map<ByteBuffer, String> known = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, String> eldest) {
            return size() > MOST;
        }
    };

    /** The one asked for last: most captures are of one server. */
    private byte[] latest = new byte[0];

    private String latestName = "";

    Optional<String> of(List<byte[]> chain) {
        if (chain.isEmpty()) {
            return Optional.empty();
        }
        byte[] der = chain.getFirst();
        if (!Arrays.equals(der, latest)) {
            latestName = known.computeIfAbsent(ByteBuffer.wrap(der), _ -> name(der));
            latest = der;
        }
        return Optional.of(latestName);
    }

    private static String name(byte[] der) {
        try {
            Certificate certificate = Certificate.parse(der);
            return certificate.dnsNames().stream().findFirst().orElseGet(certificate::label);
        } catch (IOException e) {
            return "unreadable";
        }
    }
}
