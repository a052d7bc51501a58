package org.hikyaku.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;

/**
 * The certificate of a relay that is given none: it makes one for itself, once, and keeps it, so that mail to it is
 * encrypted from the first day. Nobody vouches for it; who wants its peers to be sure names it in a TLSA record
 * ({@code 3 1 1}), whose key stays the same.
 */
final class SelfMadeCertificate {
    private static final Duration LIFE = Duration.ofDays(3650);

    private SelfMadeCertificate() {}

    /** The file with key and certificate; made when it is not there. */
    static Path in(Path folder, String hostname, Surroundings around) throws IOException {
        Path file = folder.resolve("own-certificate.pem");
        if (!Files.exists(file)) {
            Instant now = around.clock().instant();
            CertificateMaker maker = new CertificateMaker(around.random());
            Credential made = maker.selfSigned(
                    CertificateTemplate.server(now.minus(Duration.ofDays(1)), now.plus(LIFE), hostname),
                    maker.key(KeyChoice.EC_P256));
            Path draft = folder.resolve("own-certificate.pem.new");
            Files.deleteIfExists(draft);
            try (FileChannel out = FileChannel.open(
                    draft,
                    EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes =
                        ByteBuffer.wrap((made.keyPem() + made.chainPem()).getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }
}
