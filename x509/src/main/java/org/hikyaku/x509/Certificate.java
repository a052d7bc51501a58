package org.hikyaku.x509;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;

/** One parsed certificate: its exact bytes, and what Hikyaku asks of them. Equal when the bytes are. */
public final class Certificate {
    private final byte[] der;
    private final X509CertificateHolder holder;

    private Certificate(byte[] der, X509CertificateHolder holder) {
        this.der = der;
        this.holder = holder;
    }

    /** Parses one DER certificate; throws {@link CertificateFormatException} for anything else. */
    public static Certificate parse(byte[] der) throws CertificateFormatException {
        try {
            return new Certificate(der.clone(), new X509CertificateHolder(der));
        } catch (IOException | RuntimeException e) {
            throw new CertificateFormatException("not an X.509 certificate in DER: " + e.getMessage(), e);
        }
    }

    /** The certificate as it was sent. */
    public byte[] der() {
        return der.clone();
    }

    /** The DER of the SubjectPublicKeyInfo: what TLSA selector 1 digests (RFC 6698 section 2.1.2). */
    public byte[] subjectPublicKeyInfo() {
        try {
            return holder.getSubjectPublicKeyInfo().getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a parsed key can be encoded", e);
        }
    }

    public Instant notBefore() {
        return holder.getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return holder.getNotAfter().toInstant();
    }

    /** The DNS names of the subjectAltName extension, as they stand there; empty when there is none. */
    public List<String> dnsNames() {
        Extension extension = holder.getExtension(Extension.subjectAlternativeName);
        if (extension == null) {
            return List.of();
        }
        return Arrays.stream(
                        GeneralNames.getInstance(extension.getParsedValue()).getNames())
                .filter(n -> n.getTagNo() == GeneralName.dNSName)
                .map(n -> n.getName().toString())
                .toList();
    }

    /** The subject's common names, most specific last; empty when there is none. */
    public List<String> commonNames() {
        return Arrays.stream(holder.getSubject().getRDNs(BCStyle.CN))
                .map(RDN::getFirst)
                .map(a -> a.getValue().toString())
                .toList();
    }

    /** The parsed form, for this room and for TLS. */
    public X509CertificateHolder holder() {
        return holder;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate c && Arrays.equals(der, c.der);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(der);
    }

    @Override
    public String toString() {
        return holder.getSubject().toString();
    }
}
