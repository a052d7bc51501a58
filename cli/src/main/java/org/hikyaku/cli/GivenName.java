package org.hikyaku.cli;

import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.xbill.DNS.Name;

/** Domain names as commands are given them; one that is none is a wrong call. */
final class GivenName {
    private GivenName() {}

    static Name of(String text) {
        try {
            return DomainNames.parse(text);
        } catch (BadNameException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** @param option that it was given with, such as {@code --host} */
    static Name of(String text, String option) {
        try {
            return DomainNames.parse(text);
        } catch (BadNameException e) {
            throw new UsageException(option + ": " + e.getMessage(), e);
        }
    }
}
