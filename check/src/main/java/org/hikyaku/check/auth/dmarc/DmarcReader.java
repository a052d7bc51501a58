package org.hikyaku.check.auth.dmarc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.check.auth.Asker;
import org.hikyaku.check.auth.KnownAnswers;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.TextRecords;
import org.hikyaku.check.auth.dmarc.DmarcRecord.Psd;
import org.hikyaku.check.auth.dmarc.DmarcRecord.ReportAddress;
import org.hikyaku.check.auth.dmarc.DmarcReport.Agreement;
import org.hikyaku.check.auth.dmarc.DmarcReport.Destination;
import org.hikyaku.check.auth.dmarc.DmarcReport.Discovery;
import org.hikyaku.check.auth.dmarc.DmarcReport.Place;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Finds the DMARC policy of a domain by the DNS tree walk (RFC 9989 section 4.10). */
public final class DmarcReader {
    /** RFC 9989 section 4.10: no more than eight questions. */
    private static final int MOST_LABELS = 8;

    private final KnownAnswers known;

    private DmarcReader(KnownAnswers known) {
        this.known = known;
    }

    public static DmarcReport read(Name domain, Asker asker) {
        return KnownAnswers.read(asker, known -> new DmarcReader(known).report(domain));
    }

    /** The names that a walk from this one asks about, without {@code _dmarc}, in order. */
    static List<Name> walk(Name domain) {
        List<Name> names = new ArrayList<>();
        int labels = domain.labels() - 1; // the root counts as one in this library
        names.add(domain);
        int next = labels < MOST_LABELS ? labels - 1 : MOST_LABELS - 1;
        for (int left = next; left >= 1; left--) {
            names.add(new Name(domain, labels - left));
        }
        return names;
    }

    /** What a walk found: the records up to where it stopped, or the answer that it could not get over. */
    private record Walk(
            Name start,
            Map<Name, DmarcRecord> records,
            List<Name> discarded,
            Optional<Answer> stuck,
            boolean complete) {}

    private Walk walked(Name start) {
        Map<Name, DmarcRecord> records = new LinkedHashMap<>();
        List<Name> discarded = new ArrayList<>();
        // At a name that is too long for "_dmarc" before it there can be no record.
        List<Name> names =
                walk(start).stream().filter(n -> owner(n).isPresent()).toList();
        List<Optional<Answer>> answers = names.stream()
                .map(n -> known.get(owner(n).orElseThrow(), Type.TXT))
                .toList();
        boolean complete = answers.stream().allMatch(Optional::isPresent);
        for (int i = 0; i < names.size() && complete; i++) {
            Answer answer = answers.get(i).orElseThrow();
            Optional<TextRecords> texts = TextRecords.of(answer);
            if (texts.isEmpty()) {
                return new Walk(start, records, discarded, Optional.of(answer), true);
            }
            List<String> dmarc =
                    texts.get().texts().stream().filter(DmarcParser::isDmarc).toList();
            if (dmarc.size() > 1) {
                discarded.add(names.get(i)); // several count as none
            } else if (dmarc.size() == 1) {
                DmarcRecord record = DmarcParser.parse(dmarc.getFirst());
                records.put(names.get(i), record);
                if (record.psd() != Psd.UNSTATED) {
                    break;
                }
            }
        }
        return new Walk(start, records, discarded, Optional.empty(), complete);
    }

    private DmarcReport report(Name domain) {
        Walk walk = walked(domain);
        Optional<Name> organisational = organisational(walk);
        Discovery discovery = discovery(domain, walk, organisational);
        List<Destination> destinations = discovery instanceof Discovery.Found found && walk.complete()
                ? destinations(found, organisational)
                : List.of();
        return new DmarcReport(
                domain, discovery, organisational, walk(domain), walk.discarded(), looksLike(domain), destinations);
    }

    /** Section 4.10.2. */
    private static Optional<Name> organisational(Walk walk) {
        if (walk.stuck().isPresent()) {
            // A record with psd=n or psd=y before would have ended the walk.
            return Optional.empty();
        }
        for (Map.Entry<Name, DmarcRecord> entry : walk.records().entrySet()) {
            if (entry.getValue().psd() == Psd.NO) {
                return Optional.of(entry.getKey());
            }
            if (entry.getValue().psd() == Psd.YES && !entry.getKey().equals(walk.start())) {
                int above = walk.start().labels() - entry.getKey().labels();
                return Optional.of(new Name(walk.start(), above - 1)); // one label below the public suffix
            }
        }
        return walk.records().keySet().stream()
                .reduce((a, b) -> b) // the fewest labels
                .or(() -> Optional.of(walk.start()));
    }

    /** Section 4.10.1. */
    private static Discovery discovery(Name domain, Walk walk, Optional<Name> organisational) {
        Optional<DmarcRecord> own = Optional.ofNullable(walk.records().get(domain));
        if (own.isPresent()) {
            return new Discovery.Found(domain, own.get(), Place.OWN);
        }
        if (walk.stuck().isPresent()) {
            return new Discovery.NotKnown(walk.stuck().get());
        }
        Optional<Discovery> above =
                organisational.filter(walk.records()::containsKey).map(o -> found(walk, o, Place.ORGANISATIONAL));
        return above.or(() -> walk.records().entrySet().stream()
                        .filter(e -> e.getValue().psd() == Psd.YES)
                        .map(e -> found(walk, e.getKey(), Place.PUBLIC_SUFFIX))
                        .findFirst())
                .orElseGet(Discovery.None::new);
    }

    private static Discovery found(Walk walk, Name at, Place place) {
        return new Discovery.Found(
                at, Optional.ofNullable(walk.records().get(at)).orElseThrow(), place);
    }

    private List<Destination> destinations(Discovery.Found found, Optional<Name> organisational) {
        List<Destination> destinations = new ArrayList<>();
        destinations(found, "rua", found.record().rua(), organisational, destinations);
        destinations(found, "ruf", found.record().ruf(), organisational, destinations);
        return destinations;
    }

    private void destinations(
            Discovery.Found found,
            String tag,
            List<ReportAddress> addresses,
            Optional<Name> organisational,
            List<Destination> destinations) {
        for (ReportAddress address : addresses) {
            Optional<Name> host = address.host().flatMap(DmarcReader::name);
            if (host.isEmpty()
                    || host.get().equals(found.at())
                    || organisational.filter(o -> host.get().subdomain(o)).isPresent()) {
                continue; // no other's domain
            }
            Walk theirs = walked(host.get());
            Optional<Name> owner = name(found.at().toString(true) + "._report._dmarc." + host.get());
            if (!theirs.complete() || owner.isEmpty()) {
                owner.ifPresent(o -> known.get(o, Type.TXT)); // ask for it in the same round
                continue;
            }
            Optional<Name> theirOrganisation = organisational(theirs);
            if (theirOrganisation.isPresent() && theirOrganisation.equals(organisational)) {
                continue;
            }
            known.get(owner.get(), Type.TXT)
                    .ifPresent(answer -> destinations.add(
                            new Destination(tag, address.uri(), host.get(), owner.get(), agreement(answer))));
        }
    }

    /** RFC 9990 section 4: any record that begins with the version agrees. */
    private static Agreement agreement(Answer answer) {
        return TextRecords.of(answer)
                .map(t -> t.texts().stream().anyMatch(DmarcParser::isDmarc) ? Agreement.YES : Agreement.NO)
                .orElse(Agreement.NOT_KNOWN);
    }

    private List<String> looksLike(Name domain) {
        return owner(domain)
                .flatMap(o -> known.get(o, Type.TXT))
                .flatMap(TextRecords::of)
                .map(TextRecords::texts)
                .orElse(List.of())
                .stream()
                .filter(t -> !DmarcParser.isDmarc(t))
                .filter(t -> t.toLowerCase(Locale.ROOT).contains("dmarc1"))
                .map(t -> "The record " + Shown.quoted(t)
                        + " does not begin with \"v=DMARC1\", in these letters, and a semicolon.")
                .toList();
    }

    private static Optional<Name> owner(Name domain) {
        try {
            return Optional.of(Name.concatenate(Name.fromString("_dmarc"), domain));
        } catch (NameTooLongException e) {
            return Optional.empty(); // then there can be no record
        } catch (TextParseException e) {
            throw new IllegalStateException("a constant name parses", e);
        }
    }

    private static Optional<Name> name(String text) {
        try {
            return Optional.of(DomainNames.parse(text));
        } catch (BadNameException e) {
            return Optional.empty(); // nothing can be asked about it
        }
    }
}
