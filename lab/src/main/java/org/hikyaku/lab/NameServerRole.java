package org.hikyaku.lab;

import org.xbill.DNS.Name;

/** For which zones a name server of the lab answers. */
enum NameServerRole {
    ROOT,
    TOP_LEVEL,
    DOMAINS;

    boolean holds(Name apex) {
        return this
                == switch (apex.labels()) {
                    case 1 -> ROOT;
                    case 2 -> TOP_LEVEL;
                    default -> DOMAINS;
                };
    }
}
