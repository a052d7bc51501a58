package org.hikyaku.x509;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/**
 * The extensions of one certificate, all read when it is parsed, so that bad bytes show then and not in the middle of a
 * judgement. An extension that does not parse is noted by name and otherwise taken as absent: a DANE-EE match (D11)
 * asks for none of them, while a path through such a certificate is refused.
 */
final class CertificateExtensions {
    private static final ASN1ObjectIdentifier TLS_FEATURE = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24");
    private static final int STATUS_REQUEST = 5; // RFC 7633: the TLS extension status_request

    /** What a path search understands or may ignore; another critical extension ends it (RFC 5280 section 4.2). */
    private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(
            Extension.basicConstraints,
            Extension.keyUsage,
            Extension.extendedKeyUsage,
            Extension.subjectAlternativeName,
            Extension.issuerAlternativeName,
            Extension.nameConstraints,
            Extension.subjectKeyIdentifier,
            Extension.authorityKeyIdentifier,
            Extension.certificatePolicies,
            Extension.policyConstraints,
            Extension.policyMappings,
            Extension.inhibitAnyPolicy,
            Extension.cRLDistributionPoints,
            Extension.authorityInfoAccess,
            TLS_FEATURE);

    final List<String> malformed = new ArrayList<>();
    final List<String> unknownCritical = new ArrayList<>();
    final boolean alternativeNamesPresent;
    final List<GeneralName> alternativeNames;
    final Optional<BasicConstraints> basicConstraints;
    final Optional<KeyUsage> keyUsage;
    final Optional<Set<String>> purposes;
    final Optional<byte[]> subjectKeyIdentifier;
    final Optional<byte[]> authorityKeyIdentifier;
    final Optional<NameConstraints> nameConstraints;
    final boolean mustStaple;
    final List<String> crlAddresses;
    final List<String> ocspAddresses;
    final List<String> issuerAddresses;

    private final Optional<Extensions> extensions;

    CertificateExtensions(Optional<Extensions> extensions) {
        this.extensions = extensions;
        alternativeNamesPresent = extension(Extension.subjectAlternativeName).isPresent();
        alternativeNames = read(Extension.subjectAlternativeName, "subjectAltName", value -> {
                    List<GeneralName> names =
                            List.of(GeneralNames.getInstance(value).getNames());
                    for (GeneralName name : names) {
                        var _ = name.getName().toString();
                    }
                    return names;
                })
                .orElse(List.of());
        basicConstraints = read(Extension.basicConstraints, "basicConstraints", value -> {
            BasicConstraints constraints = BasicConstraints.getInstance(value);
            ASN1Integer length = constraints.getPathLenConstraintInteger();
            if (length != null) {
                length.intPositiveValueExact();
            }
            return constraints;
        });
        keyUsage = read(Extension.keyUsage, "keyUsage", KeyUsage::getInstance);
        purposes = read(Extension.extendedKeyUsage, "extKeyUsage", value -> {
            Set<String> ids = new HashSet<>();
            for (KeyPurposeId id : ExtendedKeyUsage.getInstance(value).getUsages()) {
                ids.add(id.getId());
            }
            return Set.copyOf(ids);
        });
        subjectKeyIdentifier = read(
                Extension.subjectKeyIdentifier,
                "subjectKeyIdentifier",
                value -> SubjectKeyIdentifier.getInstance(value).getKeyIdentifier());
        authorityKeyIdentifier = read(
                        Extension.authorityKeyIdentifier,
                        "authorityKeyIdentifier",
                        value -> Optional.ofNullable(
                                AuthorityKeyIdentifier.getInstance(value).getKeyIdentifierOctets()))
                .flatMap(id -> id);
        nameConstraints = read(Extension.nameConstraints, "nameConstraints", value -> {
            NameConstraints constraints = NameConstraints.getInstance(value);
            new NameConstraintCheck().add(constraints);
            return constraints;
        });
        mustStaple = read(
                        TLS_FEATURE,
                        "TLS feature",
                        value -> Arrays.stream(ASN1Sequence.getInstance(value).toArray())
                                .anyMatch(f -> ASN1Integer.getInstance(f).hasValue(STATUS_REQUEST)))
                .orElse(false);
        crlAddresses = read(Extension.cRLDistributionPoints, "cRLDistributionPoints", CertificateExtensions::crlUris)
                .orElse(List.of());
        Optional<AuthorityInformationAccess> access =
                read(Extension.authorityInfoAccess, "authorityInfoAccess", AuthorityInformationAccess::getInstance);
        ocspAddresses = access.map(a -> uris(a, AccessDescription.id_ad_ocsp)).orElse(List.of());
        issuerAddresses =
                access.map(a -> uris(a, AccessDescription.id_ad_caIssuers)).orElse(List.of());
        extensions.ifPresent(all -> {
            for (ASN1ObjectIdentifier oid : all.getCriticalExtensionOIDs()) {
                if (!UNDERSTOOD.contains(oid)) {
                    unknownCritical.add(oid.getId());
                }
            }
        });
    }

    OptionalInt pathLength() {
        return basicConstraints
                .map(BasicConstraints::getPathLenConstraintInteger)
                .map(i -> OptionalInt.of(i.intPositiveValueExact()))
                .orElse(OptionalInt.empty());
    }

    private interface Reading<T> {
        T read(ASN1Encodable value);
    }

    private Optional<Extension> extension(ASN1ObjectIdentifier oid) {
        return extensions.flatMap(all -> Optional.ofNullable(all.getExtension(oid)));
    }

    private <T> Optional<T> read(ASN1ObjectIdentifier oid, String name, Reading<T> reading) {
        Optional<Extension> extension = extension(oid);
        if (extension.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reading.read(extension.get().getParsedValue()));
        } catch (RuntimeException e) {
            // The library throws many unchecked kinds on bad bytes; they all mean the same here.
            malformed.add(name);
            return Optional.empty();
        }
    }

    private static List<String> crlUris(ASN1Encodable value) {
        List<String> uris = new ArrayList<>();
        for (DistributionPoint point : CRLDistPoint.getInstance(value).getDistributionPoints()) {
            DistributionPointName name = point.getDistributionPoint();
            if (name != null && name.getType() == DistributionPointName.FULL_NAME) {
                for (GeneralName full : GeneralNames.getInstance(name.getName()).getNames()) {
                    addUri(full, uris);
                }
            }
        }
        return List.copyOf(uris);
    }

    private static List<String> uris(AuthorityInformationAccess access, ASN1ObjectIdentifier method) {
        List<String> uris = new ArrayList<>();
        for (AccessDescription description : access.getAccessDescriptions()) {
            if (description.getAccessMethod().equals(method)) {
                addUri(description.getAccessLocation(), uris);
            }
        }
        return List.copyOf(uris);
    }

    private static void addUri(GeneralName name, List<String> uris) {
        if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
            uris.add(PrintableText.of(name.getName().toString()));
        }
    }
}
