package org.hikyaku.lab;

import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/**
 * The proofs of absence of one zone (RFC 4035 section 3.1.3, RFC 5155 section 7.2). Proofs are single records, not yet
 * signed, without duplicates.
 */
sealed interface DenialChain permits NsecChain, Nsec3Chain, NoChain {

    /** All records of the chain, for zone files. */
    List<Record> all();

    /** The name exists (perhaps as an empty non-terminal), the type does not. */
    List<Record> noData(Name name);

    /** The name does not exist, and no wildcard stands in for it. */
    List<Record> nxDomain(Name name, Name closestEncloser);

    /** The answer came from the wildcard below the closest encloser. */
    List<Record> wildcardAnswer(Name name, Name closestEncloser);

    /** The wildcard below the closest encloser exists, but not with this type. */
    List<Record> wildcardNoData(Name name, Name closestEncloser);
}
