package org.hikyaku.x509;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;

/**
 * One parsed certificate (RFC 5280): its exact bytes, and what Hikyaku asks of them. Everything is read when it is
 * parsed; no later call fails on bad bytes. Equal when the bytes are.
 */
public final class Certificate {
    /** Larger than any certificate of today, post-quantum signatures included. */
    public static final Limit SIZE = new Limit("bytes in a certificate", 128 * 1024);

    private final byte[] der;
    private final byte[] tbs;
    private final byte[] spki;
    private final X509CertificateHolder holder;
    private final Instant notBefore;
    private final Instant notAfter;
    private final String subject;
    private final String issuer;
    private final List<String> commonNames;
    private final List<String> dnsNames;
    private final SubjectKey key;
    private final SignatureAlgorithm signatureAlgorithm;
    private final CertificateExtensions extensions;

    private Certificate(byte[] der, X509CertificateHolder holder) throws IOException {
        this.der = der;
        this.holder = holder;
        tbs = new DerSlice(der).tbsCertificate();
        spki = new DerSlice(der).subjectPublicKeyInfo();
        if (!SubjectPublicKeyInfo.getInstance(spki).equals(holder.getSubjectPublicKeyInfo())) {
            // The key that TLSA records match (D11) must be the one that the TLS handshake is verified with.
            throw new CertificateFormatException("not an X.509 certificate in DER: its key can be read in two ways");
        }
        var structure = holder.toASN1Structure();
        notBefore = CertificateTime.of(structure.getStartDate());
        notAfter = CertificateTime.of(structure.getEndDate());
        subject = PrintableText.of(holder.getSubject().toString());
        issuer = PrintableText.of(holder.getIssuer().toString());
        var _ = holder.getSubject().hashCode(); // Name comparison walks every value; a bad one shows here.
        var _ = holder.getIssuer().hashCode();
        commonNames = commonNames(holder.getSubject());
        key = SubjectKey.of(holder.getSubjectPublicKeyInfo());
        signatureAlgorithm = SignatureAlgorithm.of(holder.getSignatureAlgorithm());
        extensions = new CertificateExtensions(Optional.ofNullable(holder.getExtensions()));
        dnsNames = extensions.alternativeNames.stream()
                .filter(n -> n.getTagNo() == GeneralName.dNSName)
                .map(n -> n.getName().toString())
                .toList();
    }

    /** Parses one DER certificate; throws {@link CertificateFormatException} for anything else. */
    public static Certificate parse(byte[] der) throws CertificateFormatException {
        try {
            SIZE.check(der.length);
            return new Certificate(der.clone(), new X509CertificateHolder(der));
        } catch (CertificateFormatException e) {
            throw e;
        } catch (LimitExceededException e) {
            throw new CertificateFormatException("the certificate has " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new CertificateFormatException(
                    "not an X.509 certificate in DER: " + PrintableText.of(String.valueOf(e.getMessage())), e);
        } catch (StackOverflowError e) {
            // The library's parser recurses; thousands of nested values are hostile, and no harm is done by them.
            throw new CertificateFormatException("not an X.509 certificate in DER: nested too deeply", e);
        }
    }

    /** The certificate as it was sent. */
    public byte[] der() {
        return der.clone();
    }

    /** The exact bytes of the SubjectPublicKeyInfo: what TLSA selector 1 digests (RFC 6698 section 2.1.2). */
    public byte[] subjectPublicKeyInfo() {
        return spki.clone();
    }

    public Instant notBefore() {
        return notBefore;
    }

    /** The last second at which the certificate is valid. */
    public Instant notAfter() {
        return notAfter;
    }

    /** The DNS names of the subjectAltName extension, as they stand there; empty when there is none. */
    public List<String> dnsNames() {
        return dnsNames;
    }

    /** All names of the subjectAltName extension for people: {@code mx.example}, {@code 192.0.2.1}, {@code a@b.example}. */
    public List<String> allNames() {
        List<String> all = new ArrayList<>();
        for (GeneralName name : extensions.alternativeNames) {
            switch (name.getTagNo()) {
                case GeneralName.dNSName, GeneralName.rfc822Name, GeneralName.uniformResourceIdentifier ->
                    all.add(PrintableText.of(name.getName().toString()));
                case GeneralName.iPAddress -> all.add(address(name));
                default -> all.add("another kind of name");
            }
        }
        return all;
    }

    private static String address(GeneralName name) {
        try {
            return Addresses.text(InetAddress.getByAddress(
                    ASN1OctetString.getInstance(name.getName()).getOctets()));
        } catch (UnknownHostException e) {
            return "an address of no length that addresses have";
        }
    }

    /** The subject's common names in their order; empty when there is none. */
    public List<String> commonNames() {
        return commonNames;
    }

    /** The subject's distinguished name in words, safe to print; empty text for an empty name. */
    public String subject() {
        return subject;
    }

    /** The issuer's distinguished name in words, safe to print. */
    public String issuer() {
        return issuer;
    }

    /** The best short name for people: the first DNS name, else the common name, else the subject. */
    public String label() {
        if (!dnsNames.isEmpty()) {
            return PrintableText.of(dnsNames.getFirst());
        }
        return commonNames.isEmpty() ? subject : PrintableText.of(commonNames.getLast());
    }

    public BigInteger serial() {
        return holder.getSerialNumber();
    }

    public SubjectKey key() {
        return key;
    }

    public SignatureAlgorithm signatureAlgorithm() {
        return signatureAlgorithm;
    }

    /** SHA-256 over the whole certificate: what TLSA {@code x 0 1} holds. 32 bytes. */
    public byte[] sha256() {
        return digest(der);
    }

    /** SHA-256 over the SubjectPublicKeyInfo: what TLSA {@code x 1 1} holds. 32 bytes. */
    public byte[] keySha256() {
        return digest(spki);
    }

    /** True when the basic constraints say that this may issue certificates (RFC 5280 section 4.2.1.9). */
    public boolean isAuthority() {
        return extensions.basicConstraints.map(b -> b.isCA()).orElse(false);
    }

    /** How many intermediates may stand below this authority; empty when unlimited. */
    public OptionalInt pathLength() {
        return extensions.pathLength();
    }

    /** The key usage bits of RFC 5280 section 4.2.1.3; empty when the extension is absent: anything goes. */
    public Optional<Set<KeyUsageBit>> keyUsage() {
        return extensions.keyUsage.map(KeyUsageBit::of);
    }

    /** Object identifiers of the extended key usage, dotted; empty when the extension is absent: anything goes. */
    public Optional<Set<String>> extendedKeyUsage() {
        return extensions.purposes;
    }

    public Optional<byte[]> subjectKeyIdentifier() {
        return extensions.subjectKeyIdentifier.map(byte[]::clone);
    }

    public Optional<byte[]> authorityKeyIdentifier() {
        return extensions.authorityKeyIdentifier.map(byte[]::clone);
    }

    /** True when the certificate demands a stapled OCSP answer (RFC 7633). */
    public boolean mustStaple() {
        return extensions.mustStaple;
    }

    /** Where to fetch the revocation list. */
    public List<String> crlAddresses() {
        return extensions.crlAddresses;
    }

    /** Where to ask for the revocation status. */
    public List<String> ocspAddresses() {
        return extensions.ocspAddresses;
    }

    /** Where the issuer's certificate is said to be. */
    public List<String> issuerAddresses() {
        return extensions.issuerAddresses;
    }

    /** Names of extensions whose bytes do not parse; they count as absent, and no path goes through this. */
    public List<String> malformedExtensions() {
        return List.copyOf(extensions.malformed);
    }

    /** True when subject and issuer are the same name (RFC 5280 section 3.2); says nothing about the signature. */
    public boolean isSelfIssued() {
        return holder.getSubject().equals(holder.getIssuer());
    }

    /** True when the certificate is signed with its own key. */
    public boolean isSelfSigned(SignatureVerifier verifier) {
        return isSelfIssued() && verifier.isSignedBy(this, spki);
    }

    /** The parsed form, for this room and for TLS. */
    public X509CertificateHolder holder() {
        return holder;
    }

    /** The signed part, exactly as sent; not to be changed. */
    byte[] tbs() {
        return tbs;
    }

    CertificateExtensions extensions() {
        return extensions;
    }

    boolean hasAlternativeNames() {
        return extensions.alternativeNamesPresent;
    }

    private static List<String> commonNames(X500Name name) {
        return Arrays.stream(name.getRDNs())
                .map(RDN::getTypesAndValues)
                .flatMap(Arrays::stream)
                .filter(a -> a.getType().equals(BCStyle.CN))
                .map(AttributeTypeAndValue::getValue)
                .map(Object::toString)
                .toList();
    }

    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
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
        return subject;
    }
}
