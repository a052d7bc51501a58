package org.hikyaku.policy.service;

import java.util.List;
import java.util.stream.Collectors;
import org.hikyaku.policy.MxPattern;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.service.PolicyAnswer.UnavailablePolicy;
import org.xbill.DNS.Name;

/**
 * Answers in the words of a TLS policy table: {@code level [name=value | { name = value }]…} (Postfix,
 * {@code smtp_tls_policy_maps} and TLSRPT_README).
 */
final class PolicyText {
    private PolicyText() {}

    /** The policy for Postfix up to 3.9, which takes an attribute that it does not know for a mistake and keeps the mail. */
    static String plain(PolicyAnswer.Secure secure) {
        // S9: the MX host's name for SNI. Patterns "*.name" are ".name" here.
        return "secure match="
                + secure.policy().mx().stream()
                        .map(p -> (p.wildcard() ? "." : "") + name(p.name()))
                        .collect(Collectors.joining(":"))
                + " servername=hostname";
    }

    /**
     * The same with the attributes of Postfix 3.10 and later, as many as fit; reports need them (T3).
     *
     * @param most bytes at most
     */
    static String withTlsRpt(PolicyAnswer.Secure secure, int most) {
        String plain = plain(secure);
        StringBuilder text = new StringBuilder(plain)
                .append(" policy_type=sts policy_domain=")
                .append(name(secure.domain()));
        // All patterns or none: since 3.10.5 Postfix refuses MX hosts that no mx_host_pattern names (S7).
        for (MxPattern pattern : secure.policy().mx()) {
            text.append(" mx_host_pattern=")
                    .append(pattern.wildcard() ? "*." : "")
                    .append(name(pattern.name()));
        }
        if (text.length() > most) {
            return plain;
        }
        int withoutStrings = text.length();
        for (String line : reportable(secure.policy())) {
            text.append(" { policy_string = ").append(line).append(" }");
        }
        if (text.length() > most) {
            text.setLength(withoutStrings);
        }
        return text.toString();
    }

    /** Lines with a brace cannot be quoted, nor can those that are not plain text. */
    private static List<String> reportable(StsPolicy policy) {
        return policy.lines().stream()
                .map(String::strip)
                .filter(line ->
                        !line.isEmpty() && line.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '{' && c != '}'))
                .toList();
    }

    /**
     * S17, T7: mail goes as if there were no policy; the report says why there was none. Only for domains without any host that has
     * DANE: there Postfix comes from {@code dane} to {@code may}, where a bad certificate is reported and stops nothing.
     */
    static String withTlsRpt(UnavailablePolicy unavailable) {
        return "dane policy_type=sts policy_domain=" + name(unavailable.domain()) + " policy_failure="
                + unavailable.problem().type().token();
    }

    private static String name(Name name) {
        return name.toString(true).toLowerCase(java.util.Locale.ROOT);
    }
}
