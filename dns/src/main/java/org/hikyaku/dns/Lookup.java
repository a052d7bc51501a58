package org.hikyaku.dns;

import org.xbill.DNS.Name;

/** Validated look-ups: what the rooms above ask. In tests, a map. */
@FunctionalInterface
public interface Lookup {

    /** The validated answer; aliases (CNAME, DNAME) are followed. Never throws for anything that the network does. */
    Answer lookup(Question question);

    default Answer lookup(Name name, int type) {
        return lookup(new Question(name, type));
    }
}
