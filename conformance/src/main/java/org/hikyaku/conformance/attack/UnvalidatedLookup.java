package org.hikyaku.conformance.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.Resolver;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Look-ups of a sender that does not validate: every answer is believed, and none is secure. */
final class UnvalidatedLookup implements Lookup {
    private static final Limit ALIASES = new Limit("aliases followed for one question", 12);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Resolver resolver;

    UnvalidatedLookup(Resolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public Answer lookup(Question question) {
        return switch (resolver.ask(question, Deadline.after(PATIENCE))) {
            case Reply.Unusable unusable -> new Answer.Failed(question, unusable.failure());
            case Reply.Received received -> {
                try {
                    yield new Answer.Insecure(question, content(question, received.message()), Proof.NONE);
                } catch (LimitExceededException e) {
                    yield new Answer.Failed(
                            question, new Failure(Failure.Kind.LIMIT, "The aliases of " + question + " do not end."));
                }
            }
        };
    }

    private static Content content(Question question, Message message) throws LimitExceededException {
        List<CNAMERecord> aliases = new ArrayList<>();
        Name name = question.name();
        while (true) {
            List<Record> records = records(message, name, question.type());
            if (!records.isEmpty()) {
                long ttl = records.stream().mapToLong(Record::getTTL).min().orElse(0);
                return new Content.Records(aliases, records, Duration.ofSeconds(ttl));
            }
            Name owner = name;
            Optional<CNAMERecord> alias = message.getSection(Section.ANSWER).stream()
                    .filter(r -> r instanceof CNAMERecord && r.getName().equals(owner))
                    .map(CNAMERecord.class::cast)
                    .findFirst();
            if (alias.isEmpty()) {
                return message.getRcode() == Rcode.NXDOMAIN
                        ? new Content.NxDomain(aliases, Duration.ZERO)
                        : new Content.NoData(aliases, Duration.ZERO);
            }
            aliases.add(alias.get());
            ALIASES.check(aliases.size());
            name = alias.get().getTarget();
        }
    }

    private static List<Record> records(Message message, Name owner, int type) {
        return message.getSection(Section.ANSWER).stream()
                .filter(r -> r.getType() == type && r.getName().equals(owner))
                .toList();
    }
}
