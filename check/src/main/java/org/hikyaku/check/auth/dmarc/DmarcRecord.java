package org.hikyaku.check.auth.dmarc;

import java.util.List;
import java.util.Optional;
import org.hikyaku.check.auth.Fault;

/**
 * One DMARC record, read (RFC 9989 section 4.7).
 *
 * @param text as published
 * @param p policy of the domain; empty when the tag is missing or not valid
 * @param sp policy of its subdomains, where stated
 * @param np policy of subdomains that do not exist, where stated
 * @param testing {@code t=y}
 * @param psd whether it is a public suffix
 * @param rua where aggregate reports go
 * @param ruf where failure reports go
 * @param policyUsable false when {@code p} is missing or wrong, or {@code sp} or {@code np} is wrong (section 4.10.1)
 * @param faults what breaks the grammar; the rest of the record still counts
 * @param notes what is allowed and better not done, or done by nobody any more, sentences
 */
public record DmarcRecord(
        String text,
        Optional<DmarcPolicy> p,
        Optional<DmarcPolicy> sp,
        Optional<DmarcPolicy> np,
        boolean testing,
        Psd psd,
        List<ReportAddress> rua,
        List<ReportAddress> ruf,
        boolean policyUsable,
        List<Fault> faults,
        List<String> notes) {
    public DmarcRecord {
        rua = List.copyOf(rua);
        ruf = List.copyOf(ruf);
        faults = List.copyOf(faults);
        notes = List.copyOf(notes);
    }

    /** The {@code psd} tag. */
    public enum Psd {
        /** A public suffix. */
        YES,
        /** An organisational domain. */
        NO,
        /** Found out by walking on. */
        UNSTATED
    }

    /**
     * One address for reports.
     *
     * @param uri as it stands, without a size
     * @param host the domain of a mailto address, lower case; empty for other schemes
     */
    public record ReportAddress(String uri, Optional<String> host) {}

    /** Whether receivers act on the record at all: with no usable policy only when reports are asked for. */
    public boolean isUsable() {
        return policyUsable || !rua.isEmpty();
    }

    /** Policy for the name that holds the record. */
    public DmarcPolicy own() {
        return policyUsable ? p.orElse(DmarcPolicy.NONE) : DmarcPolicy.NONE;
    }

    /** Policy for names below it that exist. */
    public DmarcPolicy subdomains() {
        return policyUsable ? sp.or(() -> p).orElse(DmarcPolicy.NONE) : DmarcPolicy.NONE;
    }

    /** Policy for names below it that do not exist. */
    public DmarcPolicy nonexistent() {
        return policyUsable ? np.or(() -> sp).or(() -> p).orElse(DmarcPolicy.NONE) : DmarcPolicy.NONE;
    }
}
