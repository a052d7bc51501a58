package org.hikyaku.x509;

import java.io.IOException;

/** Bytes or text that should have been a certificate or a key and are not. */
public final class CertificateFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    public CertificateFormatException(String message) {
        super(message);
    }

    public CertificateFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
