package org.hikyaku.x509;

/** Whether the subject's common name may stand in for a DNS name. */
public enum CommonName {
    /** MTA-STS and HTTPS (S10, RFC 9525). */
    NEVER,
    /** DANE (D16, RFC 7672 section 3.2.3): when the certificate holds no DNS name at all. */
    WHEN_NO_DNS_ID
}
