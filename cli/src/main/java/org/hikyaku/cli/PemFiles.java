package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.Pem;

/** PEM files that a person names on the command line. */
final class PemFiles {
    private PemFiles() {}

    /** At least one certificate; anything else is a mistake in the call. */
    static List<Certificate> certificates(Path file) {
        List<Certificate> certificates;
        try {
            certificates = Pem.certificates(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (certificates.isEmpty()) {
            throw new UsageException(file + " holds no certificate; expected -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    static UsageException unreadable(Path file, IOException e) {
        if (e instanceof CertificateFormatException) {
            return new UsageException(String.valueOf(e.getMessage()), e);
        }
        return new UsageException(FileTrouble.unreadable(file, e), e);
    }
}
