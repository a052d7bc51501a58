package org.hikyaku.dns;

import org.hikyaku.net.Deadline;

/**
 * A plain resolver: answers as they came, with DNSSEC records and unchecked (DO=1, CD=1). It validates nothing. The
 * lab implements it in memory; {@code StubResolver} over UDP and TCP.
 */
@FunctionalInterface
public interface Resolver {

    /** Asks once, retries and TCP fallback included; never throws for anything that the network does. */
    Reply ask(Question question, Deadline deadline);

    /** Who answers, for sentences: {@code the resolver 192.0.2.53}. */
    default String inWords() {
        return "the resolver";
    }
}
