package org.hikyaku.check.auth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** DNS as a map: records in master-file lines, names that fail, everything else does not exist. */
public final class MapAsker implements Asker {
    private final Map<Question, List<Record>> records = new HashMap<>();
    private final Set<Name> failing = new HashSet<>();
    private final List<Question> asked = new ArrayList<>();

    /** {@code "example.com MX 10 mx.example.com."}; names without a last dot are absolute too. */
    public MapAsker with(String line) {
        String[] words = line.split(" ", 3);
        try {
            return with(Record.fromString(
                    Name.fromString(words[0], Name.root), Type.value(words[1]), DClass.IN, 300, words[2], Name.root));
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    public MapAsker with(Record record) {
        records.computeIfAbsent(new Question(record.getName(), record.getType()), _ -> new ArrayList<>())
                .add(record);
        return this;
    }

    /** A TXT record of this one text, whatever its length. */
    public MapAsker text(String name, String... texts) {
        for (String text : texts) {
            List<String> strings = new ArrayList<>();
            for (int i = 0; i == 0 || i < text.length(); i += 250) {
                strings.add(text.substring(i, Math.min(text.length(), i + 250))
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\""));
            }
            with(new TXTRecord(name(name), DClass.IN, 300, strings));
        }
        return this;
    }

    public MapAsker failing(String name) {
        failing.add(name(name));
        return this;
    }

    public static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (org.xbill.DNS.TextParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Everything that was asked, in order. */
    public List<Question> asked() {
        return List.copyOf(asked);
    }

    @Override
    public List<Answer> ask(List<Question> questions) {
        asked.addAll(questions);
        return questions.stream().map(this::answer).toList();
    }

    private Answer answer(Question question) {
        if (failing.contains(question.name())) {
            return new Answer.Failed(question, new Failure(Failure.Kind.TIMEOUT, "nobody answered"));
        }
        List<CNAMERecord> aliases = new ArrayList<>();
        Name at = question.name();
        while (aliases.size() < 8
                && !records.containsKey(new Question(at, question.type()))
                && records.containsKey(new Question(at, Type.CNAME))) {
            CNAMERecord alias = (CNAMERecord) Optional.ofNullable(records.get(new Question(at, Type.CNAME)))
                    .orElseThrow()
                    .getFirst();
            aliases.add(alias);
            at = alias.getTarget();
        }
        Name end = at;
        List<Record> found = records.getOrDefault(new Question(at, question.type()), List.of());
        boolean exists = records.keySet().stream().anyMatch(q -> q.name().subdomain(end));
        Duration ttl = Duration.ofMinutes(5);
        Content content = !found.isEmpty()
                ? new Content.Records(aliases, found, ttl)
                : exists ? new Content.NoData(aliases, ttl) : new Content.NxDomain(aliases, ttl);
        return new Answer.Insecure(question, content, Proof.NONE);
    }
}
