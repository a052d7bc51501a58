package org.hikyaku.tlsrpt;

import java.util.List;
import java.util.Locale;
import org.hikyaku.policy.MxPattern;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.TlsaRecord;
import org.xbill.DNS.Name;

/**
 * A policy as reports name it (RFC 8460 section 4.4). Sessions are counted by the whole of it, so that a policy that
 * changes within a day gives two entries (T23).
 *
 * @param type the kind
 * @param strings the lines of an MTA-STS policy, or the TLSA records as {@code 3 1 1 HEX} (T3)
 * @param domain the policy domain: for MTA-STS the recipient domain, for DANE the TLSA base domain (T2); in A-labels
 *     (T25), lower case, without the last dot; never empty in what we write (T4)
 * @param mxHosts the MX patterns of an MTA-STS policy
 */
public record ReportedPolicy(PolicyType type, List<String> strings, String domain, List<String> mxHosts) {

    public ReportedPolicy {
        strings = List.copyOf(strings);
        mxHosts = List.copyOf(mxHosts);
    }

    /** An MTA-STS policy, with its lines as they were served. */
    public static ReportedPolicy sts(Name domain, StsPolicy policy) {
        return new ReportedPolicy(
                PolicyType.STS,
                policy.lines(),
                text(domain),
                policy.mx().stream().map(MxPattern::toString).toList());
    }

    /** An MTA-STS policy that is announced and could not be had: nothing but its domain is known. */
    public static ReportedPolicy stsUnknown(Name domain) {
        return new ReportedPolicy(PolicyType.STS, List.of(), text(domain), List.of());
    }

    /** The TLSA records of an MX host, in a stable order: DNS gives them in any. */
    public static ReportedPolicy tlsa(Name base, List<TlsaRecord> records) {
        return new ReportedPolicy(
                PolicyType.TLSA,
                records.stream().map(TlsaRecord::toString).sorted().toList(),
                text(base),
                List.of());
    }

    /** No policy: the domain is named all the same (T4). */
    public static ReportedPolicy none(Name domain) {
        return new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), text(domain), List.of());
    }

    private static String text(Name name) {
        return name.toString(true).toLowerCase(Locale.ROOT);
    }
}
