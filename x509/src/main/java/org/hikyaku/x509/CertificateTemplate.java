package org.hikyaku.x509;

import java.math.BigInteger;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a certificate to be made shall say. Immutable; each {@code with} method returns a changed copy. Flaws are made on
 * purpose with it: wrong dates, a CA flag that is missing, a purpose that does not fit.
 *
 * @param commonName the subject's only attribute; empty text for an empty subject
 * @param dnsNames the subjectAltName; the extension is left out when there are none
 * @param otherNames addresses and mail addresses in the subjectAltName, behind the DNS names
 * @param authority the CA flag; empty leaves the basic constraints out
 * @param pathLength how many intermediates may stand below; empty is unlimited
 * @param keyUsage empty leaves the extension out
 * @param purposes extended key usage as dotted identifiers; empty leaves the extension out
 * @param permittedDns DNS names that may stand below this authority; with excludedDns empty, no name constraints
 * @param excludedDns DNS names that may not
 * @param mustStaple adds the TLS feature of RFC 7633
 * @param signature the name of the signature algorithm in the JCA, such as {@code SHA1withRSA}; empty is the usual one
 *     for the issuer's key
 * @param serial empty is a random one of 127 bits
 */
public record CertificateTemplate(
        String commonName,
        List<String> dnsNames,
        List<OtherName> otherNames,
        Instant notBefore,
        Instant notAfter,
        Optional<Boolean> authority,
        OptionalInt pathLength,
        Set<KeyUsageBit> keyUsage,
        Set<String> purposes,
        List<String> permittedDns,
        List<String> excludedDns,
        boolean mustStaple,
        Optional<String> signature,
        Optional<BigInteger> serial) {

    /** The extended key usage of TLS servers. */
    public static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    /** The extended key usage of TLS clients. */
    public static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    public CertificateTemplate {
        dnsNames = List.copyOf(dnsNames);
        otherNames = List.copyOf(otherNames);
        keyUsage = Set.copyOf(keyUsage);
        purposes = Set.copyOf(purposes);
        permittedDns = List.copyOf(permittedDns);
        excludedDns = List.copyOf(excludedDns);
    }

    /** A server certificate as public authorities make them: these DNS names, the first also as common name. */
    public static CertificateTemplate server(Instant notBefore, Instant notAfter, String... dnsNames) {
        return new CertificateTemplate(
                dnsNames.length == 0 || dnsNames[0].length() > 64 ? "" : dnsNames[0],
                List.of(dnsNames),
                List.of(),
                notBefore,
                notAfter,
                Optional.of(false),
                OptionalInt.empty(),
                EnumSet.of(KeyUsageBit.DIGITAL_SIGNATURE, KeyUsageBit.KEY_ENCIPHERMENT),
                Set.of(SERVER_AUTH),
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                Optional.empty());
    }

    /** A certificate authority, root or intermediate. */
    public static CertificateTemplate authority(Instant notBefore, Instant notAfter, String commonName) {
        return new CertificateTemplate(
                commonName,
                List.of(),
                List.of(),
                notBefore,
                notAfter,
                Optional.of(true),
                OptionalInt.empty(),
                EnumSet.of(KeyUsageBit.KEY_CERT_SIGN, KeyUsageBit.CRL_SIGN),
                Set.of(),
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                Optional.empty());
    }

    /** A client's certificate for logging in: the user's name, and mail addresses where it has some. */
    public static CertificateTemplate client(
            Instant notBefore, Instant notAfter, String commonName, List<OtherName> names) {
        return server(notBefore, notAfter)
                .withCommonName(commonName)
                .withOtherNames(names)
                .withKeyUsage(EnumSet.of(KeyUsageBit.DIGITAL_SIGNATURE))
                .withPurposes(Set.of(CLIENT_AUTH));
    }

    public CertificateTemplate withCommonName(String name) {
        return new CertificateTemplate(
                name,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                authority,
                pathLength,
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                serial);
    }

    public CertificateTemplate withDnsNames(String... names) {
        return new CertificateTemplate(
                commonName,
                List.of(names),
                otherNames,
                notBefore,
                notAfter,
                authority,
                pathLength,
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                serial);
    }

    public CertificateTemplate withDates(Instant from, Instant to) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                from,
                to,
                authority,
                pathLength,
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                serial);
    }

    /** Sets the CA flag; empty leaves the basic constraints out. */
    public CertificateTemplate withAuthority(Optional<Boolean> flag) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                flag,
                pathLength,
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                serial);
    }

    public CertificateTemplate withPathLength(int length) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                authority,
                OptionalInt.of(length),
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                serial);
    }

    public CertificateTemplate withKeyUsage(Set<KeyUsageBit> bits) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                authority,
                pathLength,
                bits,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                serial);
    }

    public CertificateTemplate withPurposes(Set<String> ids) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                authority,
                pathLength,
                keyUsage,
                ids,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                serial);
    }

    public CertificateTemplate withNameConstraints(List<String> permitted, List<String> excluded) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                authority,
                pathLength,
                keyUsage,
                purposes,
                permitted,
                excluded,
                mustStaple,
                signature,
                serial);
    }

    public CertificateTemplate withMustStaple() {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                authority,
                pathLength,
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                true,
                signature,
                serial);
    }

    public CertificateTemplate withSignature(String jcaName) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                authority,
                pathLength,
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                Optional.of(jcaName),
                serial);
    }

    public CertificateTemplate withSerial(BigInteger number) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                otherNames,
                notBefore,
                notAfter,
                authority,
                pathLength,
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                Optional.of(number));
    }

    public CertificateTemplate withOtherNames(List<OtherName> names) {
        return new CertificateTemplate(
                commonName,
                dnsNames,
                names,
                notBefore,
                notAfter,
                authority,
                pathLength,
                keyUsage,
                purposes,
                permittedDns,
                excludedDns,
                mustStaple,
                signature,
                serial);
    }

    /** A name in the subjectAltName that is no DNS name (RFC 5280 section 4.2.1.6). */
    public record OtherName(Kind kind, String text) {
        public enum Kind {
            /** An IPv4 or IPv6 address. */
            ADDRESS,
            /** A mail address in ASCII. */
            MAIL
        }
    }
}
