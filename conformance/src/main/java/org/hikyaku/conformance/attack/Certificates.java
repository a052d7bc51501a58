package org.hikyaku.conformance.attack;

import org.hikyaku.x509.Certificate;

/** Certificates in few words. */
final class Certificates {
    private Certificates() {}

    static String inWords(Certificate certificate) {
        return String.join(", ", certificate.dnsNames()) + ", issued by " + certificate.issuer();
    }
}
