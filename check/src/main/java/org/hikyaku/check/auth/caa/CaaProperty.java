package org.hikyaku.check.auth.caa;

import java.util.List;
import java.util.Optional;
import org.hikyaku.check.auth.Fault;
import org.hikyaku.check.auth.Shown;

/**
 * One CAA record, read (RFC 8659 section 4).
 *
 * @param tag in lower case; tags know no case
 * @param value as published
 * @param critical whether an authority that does not know the tag must not issue
 * @param issuer the authority's domain in lower case, for the three tags that name one; empty when none may issue, or
 *     the value breaks the grammar
 * @param parameters of those, in order
 * @param faults what breaks the grammar, positions within the value
 */
public record CaaProperty(
        String tag,
        String value,
        boolean critical,
        Optional<String> issuer,
        List<Parameter> parameters,
        List<Fault> faults) {
    public CaaProperty {
        parameters = List.copyOf(parameters);
        faults = List.copyOf(faults);
    }

    /** {@code accounturi}, {@code validationmethods} (RFC 8657) or one of the authority's own. */
    public record Parameter(String name, String value) {}

    /** As it stands in a zone file: {@code 0 issue "ca.example"}. */
    public String inWords() {
        return (critical ? "128 " : "0 ") + tag + " " + Shown.quoted(value);
    }
}
