package org.hikyaku.policy;

import org.xbill.DNS.Name;

/**
 * One {@code mx} line of a policy: a name, or {@code *.} and a name, which stands for exactly one label (S7).
 *
 * @param wildcard true for {@code *.name}
 * @param name the name, absolute
 */
public record MxPattern(boolean wildcard, Name name) {

    /** Whether the exchange of an MX record is meant: case-insensitive, A-labels, one label for the wildcard. */
    public boolean matches(Name exchange) {
        if (!wildcard) {
            return exchange.equals(name);
        }
        return exchange.labels() == name.labels() + 1 && exchange.subdomain(name);
    }

    /** As it stands in a policy. */
    @Override
    public String toString() {
        return (wildcard ? "*." : "") + name.toString(true);
    }
}
