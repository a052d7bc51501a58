package org.hikyaku.x509;

import java.util.List;
import java.util.Optional;

/**
 * Does a certificate carry a name (RFC 9525 section 6, with D16 and S10)? Names are compared as A-labels without regard
 * to the case of ASCII letters. A wildcard is the whole left-most label and stands for exactly one label. Addresses
 * never match: neither DANE nor MTA-STS has reference identifiers that are addresses.
 */
public final class NameMatch {
    private NameMatch() {}

    /**
     * True when one of the certificate's names matches.
     *
     * @param referenceName the name looked for, in A-labels, with or without the final dot
     */
    public static boolean matches(Certificate certificate, String referenceName, CommonName commonName) {
        return matching(certificate, referenceName, commonName).isPresent();
    }

    /** The first name of the certificate that matches, as it stands there. */
    public static Optional<String> matching(Certificate certificate, String referenceName, CommonName commonName) {
        String reference =
                referenceName.endsWith(".") ? referenceName.substring(0, referenceName.length() - 1) : referenceName;
        if (!isHostName(reference) || looksLikeAddress(reference)) {
            return Optional.empty();
        }
        List<String> presented = certificate.dnsNames();
        if (presented.isEmpty()
                && commonName == CommonName.WHEN_NO_DNS_ID
                && !certificate.malformedExtensions().contains("subjectAltName")) {
            presented = certificate.commonNames();
        }
        return presented.stream().filter(name -> matches(name, reference)).findFirst();
    }

    /**
     * True when a name presented by a certificate matches the reference name.
     *
     * @param presented such as {@code mx.example} or {@code *.example}
     * @param reference a host name in A-labels without the final dot
     */
    static boolean matches(String presented, String reference) {
        if (!presented.startsWith("*.")) {
            return isHostName(presented) && equalsIgnoringAsciiCase(presented, reference);
        }
        String parent = presented.substring(1);
        int dot = reference.indexOf('.');
        return dot > 0 && isHostName(parent.substring(1)) && equalsIgnoringAsciiCase(parent, reference.substring(dot));
    }

    /** Labels of letters, digits, hyphens and underscores, none of them empty; so no wildcard and no U-label. */
    private static boolean isHostName(String name) {
        if (name.isEmpty() || name.length() > 253) {
            return false;
        }
        int labelLength = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                if (labelLength == 0) {
                    return false;
                }
                labelLength = 0;
            } else if (isLetterOrDigit(c) || c == '-' || c == '_') {
                if (++labelLength > 63) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return labelLength > 0;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Four numbers: no top-level domain is all digits (RFC 3696 section 2), so this is an IPv4 address. */
    private static boolean looksLikeAddress(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return last.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean equalsIgnoringAsciiCase(String a, String b) {
        // Both are ASCII here, where the locale-free comparison of the JDK changes nothing but case.
        return a.equalsIgnoreCase(b);
    }
}
