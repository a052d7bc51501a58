package org.hikyaku.x509;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/**
 * Makes keys and certificates: roots, intermediates and servers, flawless or flawed as the template says. Nothing is
 * checked against what makes sense. With a seeded random source the result is the same every time: ECDSA is signed
 * deterministically (RFC 6979). Not safe for use by several threads unless the random source is.
 */
public final class CertificateMaker {
    private static final ASN1ObjectIdentifier TLS_FEATURE = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24");

    private final SecureRandom random;
    private final Provider provider = new BouncyCastleProvider();

    public CertificateMaker(SecureRandom random) {
        this.random = random;
    }

    /** A maker whose keys and serial numbers follow from the seed: for tests and the lab, never for secrets. */
    public static CertificateMaker seeded(String seed) {
        return new CertificateMaker(new SeededRandom(seed.getBytes(StandardCharsets.UTF_8)));
    }

    public KeyPair key(KeyChoice choice) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(choice.algorithm, provider);
            if (choice.curve.isEmpty()) {
                generator.initialize(choice.bits, random);
            } else {
                generator.initialize(new ECGenParameterSpec(choice.curve), random);
            }
            KeyPair pair = generator.generateKeyPair();
            // Handed out as keys of the JDK, which every other provider takes.
            KeyFactory jdk = KeyFactory.getInstance(choice.algorithm);
            return new KeyPair(
                    jdk.generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded())),
                    jdk.generatePrivate(new PKCS8EncodedKeySpec(bare(pair.getPrivate()))));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("key of kind " + choice + " cannot be made here", e);
        }
    }

    /** PKCS#8 without the public half, which OpenSSL 3.0 does not take for Ed25519 (RFC 5958 section 2, version 2). */
    private static byte[] bare(PrivateKey key) throws IOException {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
        return new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), info.parsePrivateKey()).getEncoded(ASN1Encoding.DER);
    }

    /** A certificate signed with its own key. */
    public Credential selfSigned(CertificateTemplate template, KeyPair key) {
        Certificate certificate = sign(template, key, name(template.commonName()), key);
        return new Credential(key.getPrivate(), List.of(certificate));
    }

    /** A certificate signed by an authority; the chain is the authority's without a self-signed root. */
    public Credential issue(CertificateTemplate template, KeyPair key, Authority issuer) {
        Certificate certificate =
                sign(template, key, issuer.credential().certificate().holder().getSubject(), issuer.key());
        List<Certificate> chain = new ArrayList<>(List.of(certificate));
        issuer.credential().chain().stream().filter(c -> !c.isSelfIssued()).forEach(chain::add);
        return new Credential(key.getPrivate(), chain);
    }

    /** A self-signed root authority with a new key. */
    public Authority root(CertificateTemplate template, KeyChoice choice) {
        KeyPair key = key(choice);
        return new Authority(selfSigned(template, key), key);
    }

    /** An intermediate authority with a new key. */
    public Authority intermediate(CertificateTemplate template, KeyChoice choice, Authority issuer) {
        KeyPair key = key(choice);
        return new Authority(issue(template, key, issuer), key);
    }

    /** A server's credential with a new key. */
    public Credential server(CertificateTemplate template, KeyChoice choice, Authority issuer) {
        return issue(template, key(choice), issuer);
    }

    /**
     * Who issues certificates.
     *
     * @param credential its certificate and chain
     * @param key both halves of its key
     */
    public record Authority(Credential credential, KeyPair key) {
        /** The authority whose certificate and key these are; throws when the two do not belong together. */
        public static Authority of(Credential credential) throws CertificateFormatException {
            byte[] info = credential.certificate().subjectPublicKeyInfo();
            if (!Arrays.equals(info, PublicKeys.of(credential.key()))) {
                throw new CertificateFormatException("the key is not that of the authority's certificate");
            }
            try {
                KeyFactory keys = KeyFactory.getInstance(credential.key().getAlgorithm());
                return new Authority(
                        credential, new KeyPair(keys.generatePublic(new X509EncodedKeySpec(info)), credential.key()));
            } catch (GeneralSecurityException e) {
                throw new CertificateFormatException("the authority's key cannot be used here: " + e.getMessage(), e);
            }
        }

        public Certificate certificate() {
            return credential.certificate();
        }

        /** Names the certificate only: the key is secret. */
        @Override
        public String toString() {
            return "authority " + certificate().subject();
        }
    }

    private Certificate sign(CertificateTemplate template, KeyPair subject, X500Name issuer, KeyPair issuerKey) {
        try {
            String signature = template.signature().orElseGet(() -> usualSignature(issuerKey));
            AlgorithmIdentifier algorithm = new DefaultSignatureAlgorithmIdentifierFinder().find(signature);
            V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
            tbs.setSerialNumber(new ASN1Integer(
                    template.serial().orElseGet(() -> new BigInteger(127, random).add(BigInteger.ONE))));
            tbs.setIssuer(issuer);
            tbs.setSubject(name(template.commonName()));
            tbs.setStartDate(new Time(Date.from(template.notBefore())));
            tbs.setEndDate(new Time(Date.from(template.notAfter())));
            tbs.setSubjectPublicKeyInfo(
                    SubjectPublicKeyInfo.getInstance(subject.getPublic().getEncoded()));
            tbs.setSignature(algorithm);
            tbs.setExtensions(extensions(template, subject, issuerKey).generate());
            TBSCertificate signed = tbs.generateTBSCertificate();
            ASN1EncodableVector certificate = new ASN1EncodableVector();
            certificate.add(signed);
            certificate.add(algorithm);
            certificate.add(new DERBitString(
                    signature(signature, issuerKey.getPrivate(), signed.getEncoded(ASN1Encoding.DER))));
            return Certificate.parse(new DERSequence(certificate).getEncoded(ASN1Encoding.DER));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the certificate of " + template.commonName() + " cannot be made", e);
        }
    }

    private byte[] signature(String algorithm, PrivateKey key, byte[] message) throws GeneralSecurityException {
        // The deterministic variant of ECDSA gives the same signature every time (RFC 6979).
        Signature signer = Signature.getInstance(algorithm.replace("withECDSA", "withECDDSA"), provider);
        signer.initSign(
                KeyFactory.getInstance(key.getAlgorithm(), provider)
                        .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded())),
                random);
        signer.update(message);
        return signer.sign();
    }

    private static ExtensionsGenerator extensions(CertificateTemplate template, KeyPair subject, KeyPair issuerKey)
            throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        if (template.authority().isPresent()) {
            BasicConstraints constraints =
                    template.authority().get() && template.pathLength().isPresent()
                            ? new BasicConstraints(template.pathLength().getAsInt())
                            : new BasicConstraints(template.authority().get());
            extensions.addExtension(Extension.basicConstraints, true, constraints);
        }
        if (!template.keyUsage().isEmpty()) {
            int bits = template.keyUsage().stream().mapToInt(KeyUsageBit::mask).reduce(0, (a, b) -> a | b);
            extensions.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
        }
        if (!template.purposes().isEmpty()) {
            KeyPurposeId[] ids = template.purposes().stream()
                    .sorted()
                    .map(id -> KeyPurposeId.getInstance(new ASN1ObjectIdentifier(id)))
                    .toArray(KeyPurposeId[]::new);
            extensions.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(ids));
        }
        if (!template.dnsNames().isEmpty() || !template.otherNames().isEmpty()) {
            List<GeneralName> all = new ArrayList<>();
            template.dnsNames().forEach(n -> all.add(new GeneralName(GeneralName.dNSName, n)));
            template.otherNames()
                    .forEach(n -> all.add(new GeneralName(
                            switch (n.kind()) {
                                case ADDRESS -> GeneralName.iPAddress;
                                case MAIL -> GeneralName.rfc822Name;
                            },
                            n.text())));
            GeneralName[] names = all.toArray(GeneralName[]::new);
            // RFC 5280 section 4.2.1.6: critical when the subject is empty.
            extensions.addExtension(
                    Extension.subjectAlternativeName, template.commonName().isEmpty(), new GeneralNames(names));
        }
        if (!template.permittedDns().isEmpty() || !template.excludedDns().isEmpty()) {
            extensions.addExtension(
                    Extension.nameConstraints,
                    true,
                    new NameConstraints(trees(template.permittedDns()), trees(template.excludedDns())));
        }
        if (template.mustStaple()) {
            extensions.addExtension(TLS_FEATURE, false, new DERSequence(new ASN1Integer(5)));
        }
        extensions.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(subject)));
        extensions.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyId(issuerKey)));
        return extensions;
    }

    private static GeneralSubtree[] trees(List<String> names) {
        return names.stream()
                .map(n -> new GeneralSubtree(new GeneralName(GeneralName.dNSName, n)))
                .toArray(GeneralSubtree[]::new);
    }

    /** RFC 7093 section 2 method 1: the left-most 160 bits of SHA-256 over the key. */
    private static byte[] keyId(KeyPair key) {
        byte[] bits = SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded())
                .getPublicKeyData()
                .getBytes();
        return Arrays.copyOf(Certificate.digest(bits), 20);
    }

    private static String usualSignature(KeyPair key) {
        return switch (key.getPublic()) {
            case RSAPublicKey _ -> "SHA256withRSA";
            case ECPublicKey ec ->
                ec.getParams().getCurve().getField().getFieldSize() > 256 ? "SHA384withECDSA" : "SHA256withECDSA";
            default ->
                key.getPrivate().getAlgorithm().equals("EdDSA")
                        ? "Ed25519"
                        : key.getPrivate().getAlgorithm();
        };
    }

    private static X500Name name(String commonName) {
        X500NameBuilder builder = new X500NameBuilder();
        if (!commonName.isEmpty()) {
            builder.addRDN(BCStyle.CN, commonName);
        }
        return builder.build();
    }
}
