package org.hikyaku.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hikyaku.dns.Content;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.xbill.DNS.Type;

/**
 * The TLSA records of one host, sorted into what a sender may rely on.
 *
 * @param records all, as published
 * @param usable those that count: usable (D10), and the strongest digest of their usage and selector (D25)
 * @param outdone usable, but a stronger digest of the same usage and selector is published (D25)
 * @param unusable the rest
 */
public record TlsaRrset(
        List<TlsaRecord> records, List<TlsaRecord> usable, List<TlsaRecord> outdone, List<TlsaRecord> unusable) {

    /** D30: a signed RRset can still be enormous. */
    public static final Limit MAX_RECORDS = new Limit("TLSA records of one host", 64);

    public TlsaRrset {
        records = List.copyOf(records);
        usable = List.copyOf(usable);
        outdone = List.copyOf(outdone);
        unusable = List.copyOf(unusable);
    }

    /** The TLSA records of an answer. */
    public static TlsaRrset of(Content content) throws LimitExceededException {
        MAX_RECORDS.check(content.recordsOrNone().size());
        return of(content.recordsOrNone().stream()
                .filter(r -> r.getType() == Type.TLSA)
                .map(TlsaRecord::of)
                .toList());
    }

    /** Sorts the records out. */
    public static TlsaRrset of(List<TlsaRecord> records) throws LimitExceededException {
        MAX_RECORDS.check(records.size());
        List<TlsaRecord> unusable = new ArrayList<>();
        List<TlsaRecord> candidates = new ArrayList<>();
        for (TlsaRecord record : records) {
            // D10: usability is decided before agility, or a broken "3 1 2" would switch off a good "3 1 1"
            (record.usable() ? candidates : unusable).add(record);
        }
        // D25 (RFC 7671 section 9): the strongest digest of each usage and selector; Full(0) stands apart
        Function<TlsaRecord, Integer> group = r -> r.usage() << 8 | r.selector();
        var strongest = candidates.stream().collect(Collectors.toMap(group, TlsaRecord::matchingType, Math::max));
        List<TlsaRecord> usable = new ArrayList<>();
        List<TlsaRecord> outdone = new ArrayList<>();
        for (TlsaRecord record : candidates) {
            boolean counts = record.matchingType() == TlsaRecord.EXACT
                    || record.matchingType() == strongest.getOrDefault(group.apply(record), TlsaRecord.EXACT);
            (counts ? usable : outdone).add(record);
        }
        return new TlsaRrset(records, usable, outdone, unusable);
    }
}
