package org.hikyaku.dns;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** What an answer holds. {@code ttl} is the smallest of all record sets used, aliases included (D23, RFC 2308). */
public sealed interface Content {

    /** The aliases that were followed, in order; DNAME shows as the CNAME that follows from it. */
    List<CNAMERecord> aliases();

    Duration ttl();

    /** The records asked for, all of one set, at least one. */
    record Records(List<CNAMERecord> aliases, List<Record> records, Duration ttl) implements Content {
        public Records {
            aliases = List.copyOf(aliases);
            records = List.copyOf(records);
        }
    }

    /** The name exists (perhaps only as an empty non-terminal), records of this type do not. */
    record NoData(List<CNAMERecord> aliases, Duration ttl) implements Content {
        public NoData {
            aliases = List.copyOf(aliases);
        }
    }

    /** The name, at the end of the aliases, does not exist. */
    record NxDomain(List<CNAMERecord> aliases, Duration ttl) implements Content {
        public NxDomain {
            aliases = List.copyOf(aliases);
        }
    }

    /** The name at the end of the aliases. */
    default Name canonicalName(Question question) {
        return aliases().isEmpty() ? question.name() : aliases().getLast().getTarget();
    }

    /** The same with another TTL, seconds. */
    default Content withTtl(long seconds) {
        Duration ttl = Duration.ofSeconds(seconds);
        return switch (this) {
            case Records r -> new Records(r.aliases, r.records, ttl);
            case NoData n -> new NoData(n.aliases, ttl);
            case NxDomain n -> new NxDomain(n.aliases, ttl);
        };
    }

    /** The records, or none. */
    default List<Record> recordsOrNone() {
        return this instanceof Records r ? r.records() : List.of();
    }
}
