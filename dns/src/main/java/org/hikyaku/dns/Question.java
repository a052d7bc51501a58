package org.hikyaku.dns;

import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/**
 * One question in class IN.
 *
 * @param name absolute name
 * @param type number of the record type, as in {@link Type}
 */
public record Question(Name name, int type) {

    public Question {
        if (!name.isAbsolute()) {
            throw new IllegalArgumentException("a question needs an absolute name: " + name);
        }
    }

    @Override
    public String toString() {
        return name + " " + Type.string(type);
    }
}
