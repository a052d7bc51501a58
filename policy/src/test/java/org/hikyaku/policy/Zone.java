package org.hikyaku.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.BogusReason;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.ExtendedError;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A DNS of few words for tests. Names in it are signed unless they end in {@code .test}; whatever is not said is a
 * NODATA of the name's kind. Questions are remembered in order.
 */
public final class Zone implements Lookup {
    private static final Duration TTL = Duration.ofMinutes(5);

    private final Map<Question, Answer> answers = new LinkedHashMap<>();
    private final Map<Name, Name> aliases = new LinkedHashMap<>();
    private final Map<Question, List<Record>> records = new LinkedHashMap<>();
    public final List<Question> asked = new CopyOnWriteArrayList<>();

    public static Name name(String text) {
        try {
            return Name.fromString(text.endsWith(".") ? text : text + ".");
        } catch (TextParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    public static Question question(String name, int type) {
        return new Question(name(name), type);
    }

    /** {@code record("mx.example", Type.A, "192.0.2.1")}. */
    public Zone record(String owner, int type, String... data) {
        for (String one : data) {
            records.computeIfAbsent(question(owner, type), q -> new ArrayList<>())
                    .add(rr(owner, type, one));
        }
        return this;
    }

    public static Record rr(String owner, int type, String data) {
        try {
            return Record.fromString(name(owner), type, DClass.IN, 300, data, Name.root);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(data, e);
        }
    }

    public Zone alias(String owner, String target) {
        aliases.put(name(owner), name(target));
        return this;
    }

    public Zone bogus(String owner, int type) {
        return answer(
                owner,
                type,
                new Answer.Bogus(
                        question(owner, type),
                        new BogusReason(
                                ExtendedError.DNSSEC_BOGUS, name(owner), "The signature is wrong.", "Sign again."),
                        Proof.NONE));
    }

    public Zone failed(String owner, int type, Failure.Kind kind) {
        return answer(
                owner, type, new Answer.Failed(question(owner, type), new Failure(kind, kind + " from 192.0.2.53.")));
    }

    public Zone nxdomain(String owner, int type) {
        return answer(
                owner,
                type,
                definite(isSigned(name(owner)), question(owner, type), new Content.NxDomain(List.of(), TTL)));
    }

    /** As if the name were not signed, wherever it is. */
    public Zone insecure(String owner, int type, String... data) {
        List<Record> set = new ArrayList<>();
        for (String one : data) {
            set.add(rr(owner, type, one));
        }
        Content content = set.isEmpty() ? new Content.NoData(List.of(), TTL) : new Content.Records(List.of(), set, TTL);
        return answer(owner, type, definite(false, question(owner, type), content));
    }

    public Zone answer(String owner, int type, Answer answer) {
        answers.put(question(owner, type), answer);
        return this;
    }

    public static Answer definite(boolean secure, Question question, Content content) {
        return secure
                ? new Answer.Secure(question, content, Proof.NONE)
                : new Answer.Insecure(question, content, Proof.NONE);
    }

    private static boolean isSigned(Name name) {
        return !name.subdomain(name("test"));
    }

    @Override
    public Answer lookup(Question question) {
        asked.add(question);
        Answer set = answers.get(question);
        if (set != null) {
            return set;
        }
        List<CNAMERecord> followed = new ArrayList<>();
        Name owner = question.name();
        boolean secure = isSigned(owner);
        while (question.type() != Type.CNAME && aliases.containsKey(owner)) {
            Name target = aliases.get(owner);
            followed.add(new CNAMERecord(owner, DClass.IN, 300, target));
            owner = target;
            secure &= isSigned(owner);
            Answer there = answers.get(new Question(owner, question.type()));
            if (there != null && !(there instanceof Answer.Definite)) {
                return there;
            }
        }
        if (question.type() == Type.CNAME && aliases.containsKey(owner)) {
            return definite(
                    secure,
                    question,
                    new Content.Records(
                            List.of(), List.of(new CNAMERecord(owner, DClass.IN, 300, aliases.get(owner))), TTL));
        }
        List<Record> found = records.getOrDefault(new Question(owner, question.type()), List.of());
        return definite(
                secure,
                question,
                found.isEmpty() ? new Content.NoData(followed, TTL) : new Content.Records(followed, found, TTL));
    }

    public List<String> askedInOrder() {
        return asked.stream().map(Question::toString).toList();
    }
}
